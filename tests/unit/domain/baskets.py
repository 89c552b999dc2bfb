"""Builders of lines and sales, and what hypothesis makes of them."""

from hypothesis import strategies as st

from terminal.domain.catalog import Unit
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.sale import Entry, Reduction, Sale, SaleLine, Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn
from terminal.domain.text import SafeText, clean


def make_line(
    number: int = 1, *, price_fen: int = 199, quantity: int = 1, member_price_fen: int | None = None
) -> SaleLine:
    return SaleLine(
        number=number,
        sku=Sku(f"A{number}"),
        name=clean(f"商品{number}"),
        code=clean(f"69011{number}"),
        price_fen=price_fen,
        member_price_fen=member_price_fen,
        quantity=quantity,
        entry=Entry.SCAN,
    )


def make_weighed(number: int = 1, *, price_fen: int = 1196, weight_g: int | None = 856) -> SaleLine:
    return SaleLine(
        number=number,
        sku=Sku(f"W{number}"),
        name=clean("散装红富士苹果"),
        code=clean("2100123008568"),
        price_fen=price_fen,
        unit=Unit.KG,
        weight_g=weight_g,
        entry=Entry.SCAN,
    )


def make_sale(*lines: SaleLine, card: str | None = None, vouchers_fen: tuple[int, ...] = ()) -> Sale:
    return Sale(
        id=SaleId("01931f0e7a5b7c3d8e4f000000000001"),
        staff=StaffNumber("1024"),
        book_version=12,
        local_time="2026-11-23T19:30:00",
        started_ms=1_795_000_000_000,
        lines=lines,
        member_card=None if card is None else clean(card),
        tenders=tuple(Tender(kind=TenderKind.VOUCHER, amount_fen=fen) for fen in vouchers_fen),
    )


reductions = st.builds(Reduction, off_fen=st.integers(1, 3_000), reason=st.just(SafeText("破损")))


@st.composite
def sale_lines(draw: st.DrawFn, *, number: int = 1) -> SaleLine:
    """Return any line that `check_line` accepts."""
    unit = draw(st.sampled_from(Unit))
    printed_fen = draw(st.none() | st.integers(0, 50_000))
    one = unit is Unit.KG or printed_fen is not None
    return SaleLine(
        number=number,
        sku=Sku("A"),
        name=SafeText("a"),
        code=SafeText("1"),
        price_fen=draw(st.integers(0, 20_000)),
        member_price_fen=draw(st.none() | st.integers(0, 20_000)),
        printed_fen=printed_fen,
        unit=unit,
        quantity=1 if one else draw(st.integers(1, 99)),
        weight_g=draw(st.integers(1, 30_000)) if unit is Unit.KG else None,
        vat_bp=draw(st.sampled_from((0, 600, 900, 1300))),
        discountable=draw(st.booleans()),
        reductions=tuple(draw(st.lists(reductions, max_size=2))),
        voided=draw(st.booleans()),
        entry=Entry.SCAN,
    )


@st.composite
def sales(draw: st.DrawFn, *, max_size: int = 5) -> Sale:
    size = draw(st.integers(0, max_size))
    lines = [draw(sale_lines(number=number + 1)) for number in range(size)]
    return make_sale(*lines, card=draw(st.none() | st.just("8800001")))


roundings = st.builds(
    Rounding,
    mode=st.sampled_from(RoundingMode),
    unit=st.sampled_from((1, 5, 10, 50, 100)),
    on=st.sampled_from(RoundingOn),
)
