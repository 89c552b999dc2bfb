"""Builders of done sales."""

from terminal.domain.after.refund import Desk
from terminal.domain.after.sold import Sold, SoldLine, paid_parts
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.points import PointsProgram
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.trade import TradeSettings


def sold_line(number: int = 1, *, units: int = 1, net_fen: int = 1000, returnable: bool = True) -> SoldLine:
    return SoldLine(
        number=number, sku=Sku(f"A{number}"), units=units, net_fen=net_fen, vat_bp=1300, returnable=returnable
    )


def make_sold(*lines: SoldLine, tenders: tuple[Tender, ...] | None = None, **fields: object) -> Sold:
    lines = lines or (sold_line(),)
    total_fen = sum(line.net_fen for line in lines)
    paid = tenders if tenders is not None else (Tender(kind=TenderKind.CASH, amount_fen=total_fen),)
    return Sold(
        id=SaleId("T1"),
        lines=lines,
        parts=paid_parts(paid),
        total_fen=total_fen,
        **fields,  # type: ignore[arg-type]
    )


def make_desk(*, program: PointsProgram | None = None, refund_tenders: tuple[str, ...] = ()) -> Desk:
    return Desk(today="2026-03-18", settings=TradeSettings(points=program, refund_tenders=refund_tenders))
