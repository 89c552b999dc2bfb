import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.commission import CommissionRates
from terminal.domain.document import Disagreement, Document, Under, digest, disagreements, finish, sale_code
from terminal.domain.errors import InputError, UnderpaidError
from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.sums import price_sale, settle
from terminal.domain.sale import Entry, Reduction, Sale, Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode
from terminal.domain.text import SafeText
from terminal.domain.trade import TradeSettings
from terminal.domain.vat import VatAmount
from tests.unit.domain.baskets import make_line, make_sale, make_weighed, roundings, sales

GOLDEN = "ee1fb7bbe2f94e8ba9a75d72250e975ca3a9235221a16d14f5069787445c441c"
"""Digest of `example` in format 1: what done sales carry for ever."""
DOWN = Rounding(mode=RoundingMode.DOWN, unit=10)


def done(sale: Sale, *, given_fen: int | None, rounding: Rounding = DOWN) -> Document:
    priced = price_sale(sale)
    wallet = Wallet(today=sale.local_time[:10], rounding=rounding)
    paid = Taking.begin(priced.due_fen, wallet, sale.tenders).finish(given_fen)
    return finish(sale, priced, paid, receipt_no="S01-T03-1-000042")


def example() -> Document:
    reduction = Reduction(off_fen=100, reason=SafeText("破损"))
    lines = (
        make_line(1, price_fen=199, member_price_fen=150, quantity=3),
        replace(make_weighed(2, weight_g=856), reductions=(reduction,), note=SafeText("x")),
        replace(make_line(3), voided=True),
    )
    return done(make_sale(*lines, card="13812346021", vouchers_fen=(200,)), given_fen=2000)


def test_a_document_tells_lines_tenders_change_and_vat() -> None:
    document = example()
    assert (document.gross_fen, document.discount_fen, document.rounding_fen) == (1621, 247, 4)
    assert (document.total_fen, document.change_fen, document.net_fen) == (1370, 830, (449, 921))
    assert document.tenders == (
        Tender(kind=TenderKind.VOUCHER, amount_fen=200),
        Tender(kind=TenderKind.CASH, amount_fen=1170, given_fen=2000),
    )
    assert document.vat == (VatAmount(rate_bp=1300, gross_fen=1370, tax_fen=158),)


def test_vouchers_alone_may_pay_a_sale() -> None:
    document = done(make_sale(make_line(1, price_fen=500), vouchers_fen=(300, 200)), given_fen=None)
    assert [tender.amount_fen for tender in document.tenders] == [300, 200]
    assert document.change_fen == 0


def test_a_sale_of_nothing_has_no_tender() -> None:
    document = done(make_sale(make_line(1, price_fen=0)), given_fen=None)
    assert (document.total_fen, document.tenders) == (0, ())


@pytest.mark.parametrize(("given_fen", "short_fen"), [(None, 500), (450, 50)])
def test_a_sale_that_is_not_paid_is_not_finished(given_fen: int | None, short_fen: int) -> None:
    with pytest.raises(UnderpaidError) as caught:
        done(make_sale(make_line(1, price_fen=500)), given_fen=given_fen)
    assert caught.value.short_fen == short_fen


def test_the_digest_is_the_sha256_of_named_columns() -> None:
    line = (1, "A1", "商品1", "690111", "each", 3, None, 199, 150, None, 1300, True, "", ())
    apples = (
        2,
        "W2",
        "散装红富士苹果",
        "2100123008568",
        "kg",
        1,
        856,
        1196,
        None,
        None,
        1300,
        True,
        "x",
        ((100, "破损"),),
    )
    columns = (
        *(1, "01931f0e7a5b7c3d8e4f000000000001", "S01-T03-1-000042", "1024", 12, "2026-11-23T19:30:00"),
        *("13812346021", (line, apples), (449, 921), 1621, 247, 4, 1370),
        *((("voucher", 200, None), ("cash", 1170, 2000)), 830, ((1300, 1370, 158),)),
    )
    assert digest(example()) == hashlib.sha256(msgspec.msgpack.encode(columns)).digest()


def test_the_digest_of_a_document_stays_what_it_was() -> None:
    assert digest(example()).hex() == GOLDEN


@pytest.mark.parametrize(
    "changed",
    [
        replace(example(), total_fen=1371),
        replace(example(), change_fen=831),
        replace(example(), net_fen=(448, 922)),
        replace(example(), vat=()),
        replace(example(), tenders=example().tenders[:1]),
        replace(example(), receipt_no="S01-T03-1-000043"),
        replace(example(), sale=replace(example().sale, member_card=None)),
        replace(example(), sale=example().sale.with_changed(make_line(1, quantity=2))),
        replace(example(), sale=example().sale.with_changed(replace(example().sale.lines[0], batch=SafeText("L1")))),
        replace(example(), sale=example().sale.with_changed(replace(example().sale.lines[0], serial=SafeText("L1")))),
        replace(example(), sale=example().sale.with_changed(replace(example().sale.lines[0], override_fen=0))),
    ],
)
def test_any_change_of_a_document_changes_its_digest(changed: Document) -> None:
    assert digest(changed) != digest(example())


def test_what_a_tender_is_beyond_its_amount_is_in_the_digest() -> None:
    document = example()
    paid = Tender(kind=TenderKind.WECHAT, amount_fen=200)
    more = [
        paid,
        replace(paid, order="01"),
        replace(paid, reference=SafeText("01")),
        replace(paid, stored=StoredValue(principal=200)),
        replace(paid, stored=StoredValue(bonus=200)),
        replace(paid, lots=(Lot(200),)),
        replace(paid, lots=(Lot(200, "2027-12-31"),)),
        replace(paid, origin=(paid,)),
    ]
    digests = {digest(replace(document, tenders=(one, document.tenders[1]))) for one in more}
    assert len(digests) == len(more)


def test_voided_lines_and_the_way_of_entry_are_no_part_of_the_document() -> None:
    sale = example().sale
    other = replace(sale, lines=(replace(sale.lines[0], entry=Entry.TYPED), sale.lines[1]))
    assert digest(replace(example(), sale=other)) == digest(example())


def test_the_code_of_a_sale_names_terminal_receipt_total_and_digest() -> None:
    code = sale_code(example(), Identity(store="S01", till="T03", epoch=1))
    assert code == f"GT1|S01-T03|S01-T03-1-000042|1370|{GOLDEN[:16]}"


def test_a_right_document_follows_from_its_lines() -> None:
    assert disagreements(example()) == ()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (replace(example(), gross_fen=1), (Disagreement.GROSS,)),
        (replace(example(), discount_fen=1), (Disagreement.DISCOUNT,)),
        (replace(example(), rounding_fen=0), (Disagreement.ROUNDING,)),
        (replace(example(), change_fen=0), (Disagreement.CHANGE,)),
        (replace(example(), vat=()), (Disagreement.VAT,)),
        (replace(example(), net_fen=(1370,)), (Disagreement.NET, Disagreement.VAT)),
        (replace(example(), net_fen=(449, 920)), (Disagreement.NET, Disagreement.VAT)),
        (replace(example(), tenders=example().tenders[:1]), (Disagreement.TENDERS, Disagreement.CHANGE)),
    ],
)
def test_what_does_not_follow_is_named(changed: Document, found: tuple[Disagreement, ...]) -> None:
    assert disagreements(changed) == found


@given(sales(), roundings, st.integers(0, 10_000))
def test_every_finished_sale_agrees_with_itself(sale: Sale, rounding: Rounding, more_fen: int) -> None:
    total_fen = settle(price_sale(sale), rounding).total_fen
    document = done(sale, given_fen=total_fen + (more_fen if total_fen else 0), rounding=rounding)
    assert disagreements(document) == ()
    assert sum(document.net_fen) == document.total_fen == sum(tender.amount_fen for tender in document.tenders)
    assert document.change_fen == (more_fen if total_fen else 0)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document) == document


def test_total_that_the_rounding_does_not_come_to_is_found() -> None:
    document = example()
    assert disagreements(document, DOWN) == ()
    assert disagreements(document, Rounding()) == (Disagreement.ROUNDING, Disagreement.NET)
    assert disagreements(document) == ()


def test_nets_that_sum_up_but_are_spread_otherwise_are_found() -> None:
    document = example()
    first, second = document.net_fen
    shifted = replace(document, net_fen=(first + 1, second - 1))
    assert disagreements(shifted, DOWN) == (Disagreement.NET,)


def test_line_that_makes_no_sense_is_refused() -> None:
    document = example()
    with pytest.raises(InputError):
        disagreements(replace(document, sale=make_sale(make_line(1, quantity=0))))


def test_commission_follows_from_nets_and_rates() -> None:
    person = StaffNumber("7")
    trade = TradeSettings(commission=CommissionRates(default_bp=500))
    sale = make_sale(replace(make_line(1, price_fen=1000), salesperson=person), make_line(2, price_fen=1000))
    priced = price_sale(sale)
    taking = Taking.begin(priced.due_fen, Wallet(today="2026-11-23"))
    document = finish(sale, priced, taking.finish(2000), receipt_no="R1", under=Under(trade=trade))
    assert document.commission == {person: 50}
    assert disagreements(document, trade=trade) == ()
    more = replace(document, commission={person: 51})
    assert disagreements(more, trade=trade) == (Disagreement.COMMISSION,)
    assert digest(more) != digest(document) != digest(replace(document, sale=make_sale(*sale.lines[1:])))
    broken = replace(document, net_fen=document.net_fen[:1])
    assert Disagreement.COMMISSION in disagreements(broken, trade=trade)
