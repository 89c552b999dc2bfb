import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.after.exchange import exchange
from terminal.domain.after.no_receipt import worth_without_receipt
from terminal.domain.after.refund import Return, all_left, counted, refund
from terminal.domain.after.sold import Sold
from terminal.domain.after.taking import shares, take
from terminal.domain.after.void import void
from terminal.domain.catalog import Article, Terms, Unit
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Clawback, Lot, PointsAccount, PointsProgram
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from tests.unit.domain.after.sales import make_desk, make_sold, sold_line

CASH, CARD = TenderKind.CASH, TenderKind.CARD


def tender(kind: TenderKind, amount_fen: int) -> Tender:
    return Tender(kind=kind, amount_fen=amount_fen)


def paid(done: tuple[Tender, ...]) -> list[tuple[str, int]]:
    return [(one.kind.value, one.amount_fen) for one in done]


@given(st.integers(1, 30), st.integers(0, 5000), st.data())
def test_units_that_come_back_one_by_one_are_worth_the_line(units: int, net_fen: int, data: st.DataObject) -> None:
    sold = make_sold(sold_line(units=units, net_fen=net_fen))
    total_fen = 0
    while sold.lines[0].left:
        back = data.draw(st.integers(1, sold.lines[0].left))
        done = refund(sold, [Return(line=1, units=back)], None, make_desk())
        sold, total_fen = done.sold, total_fen + done.amount_fen
    assert total_fen == net_fen
    assert sold.left_fen == 0
    assert sold.is_empty


@pytest.mark.parametrize(
    ("returns", "code"),
    [
        ([], "bad_request"),
        ([Return(line=9)], "unknown_line"),
        ([Return(line=1, units=0)], "bad_request"),
        ([Return(line=1, units=4)], "qty_exceeds_sold"),
        ([Return(line=1, units=2), Return(line=1, units=2)], "qty_exceeds_sold"),
        ([Return(line=2)], "not_returnable"),
        ([Return(line=3)], "not_returnable"),
    ],
)
def test_what_cannot_come_back_is_refused(returns: list[Return], code: str) -> None:
    lines = (
        sold_line(1, units=3, net_fen=900),
        sold_line(2, returnable=False),
        sold_line(3, units=-1, net_fen=-50),
    )
    with pytest.raises((InputError, RuleError)) as caught:
        refund(make_sold(*lines), returns, None, make_desk())
    assert caught.value.code == code


def test_no_more_comes_back_than_is_left_of_the_tenders() -> None:
    sold = make_sold(sold_line(1), sold_line(2, units=-1, net_fen=-400))
    with pytest.raises(RuleError) as caught:
        refund(sold, all_left(sold), None, make_desk())
    assert caught.value.code == "over_refund"


def test_of_a_voided_sale_nothing_is_left_because_it_never_was() -> None:
    sold = void(make_sold(), None, make_desk(), shift=None, approved=True).sold
    with pytest.raises(RuleError) as caught:
        all_left(sold)
    assert caught.value.code == "unknown_sale"


def test_nothing_left_to_come_back_is_refused() -> None:
    sold = refund(make_sold(), [Return(line=1)], None, make_desk()).sold
    with pytest.raises(RuleError) as caught:
        all_left(sold)
    assert caught.value.code == "qty_exceeds_sold"


def test_kinds_of_tender_that_are_named_first_give_all_they_have() -> None:
    tenders = (tender(CARD, 300), tender(CASH, 200), tender(TenderKind.WECHAT, 500))
    sold = make_sold(tenders=tenders)
    done = refund(sold, [Return(line=1)], None, make_desk(refund_tenders=("wechat", "cash")))
    assert paid(done.tenders) == [("wechat", 500), ("cash", 200), ("card", 300)]
    assert shares(sold.parts, 600, ("wechat", "wechat")) == [(2, 500), (0, 100)]
    assert shares(sold.parts, 0) == []


def test_points_come_back_to_their_lots_the_last_used_first() -> None:
    lots = (Lot(60, "2026-12-31"), Lot(40))
    (part,) = make_sold(tenders=(Tender(kind=TenderKind.POINTS, amount_fen=1000, lots=lots),)).parts
    part, first = take(part, 500)
    part, rest = take(part, 500)
    assert first.lots == (Lot(40), Lot(10, "2026-12-31"))
    assert rest.lots == (Lot(50, "2026-12-31"),)
    assert (part.left_fen, part.lots_left) == (0, ())


def spender(**fields: object) -> Member:
    return Member(id=MemberId("M1"), **fields)  # type: ignore[arg-type]


def earning(clawback: Clawback) -> tuple[Sold, PointsProgram]:
    return make_sold(earned=10, mult_bp=10_000), PointsProgram(clawback=clawback)


def test_points_that_are_spent_become_a_debt() -> None:
    sold, program = earning(Clawback.NEGATIVE)
    done = refund(sold, [Return(line=1)], spender(points=PointsAccount(lots=(Lot(4),))), make_desk(program=program))
    assert done.member is not None
    assert done.member.points.balance("2026-03-18") == -6
    assert paid(done.tenders) == [("cash", 1000)]


def test_money_that_is_kept_back_settles_an_older_debt_too() -> None:
    sold, program = earning(Clawback.WITHHOLD)
    done = refund(sold, [Return(line=1)], spender(points=PointsAccount(debt=7)), make_desk(program=program))
    assert done.points is not None
    assert done.member is not None
    assert (done.points.clawed, done.points.withheld_fen) == (10, 17)
    assert done.member.points.balance("2026-03-18") == 0
    assert paid(done.tenders) == [("cash", 983)]


def test_money_is_kept_back_in_recorded_order_whatever_is_paid_out_first() -> None:
    tenders = (tender(TenderKind.WECHAT, 600), tender(CARD, 400))
    sold = make_sold(tenders=tenders, earned=10, mult_bp=10_000)
    desk = make_desk(program=PointsProgram(clawback=Clawback.WITHHOLD), refund_tenders=("card",))
    assert paid(refund(sold, [Return(line=1)], spender(), desk).tenders) == [("card", 400), ("wechat", 590)]


def test_nothing_is_kept_back_where_nothing_is_missing() -> None:
    sold, program = earning(Clawback.WITHHOLD)
    done = refund(sold, [Return(line=1)], spender(points=PointsAccount(lots=(Lot(10),))), make_desk(program=program))
    assert done.points is not None
    assert done.points.withheld_fen == 0


def test_a_void_wants_the_same_shift_no_refund_and_a_manager() -> None:
    sold = make_sold(sold_line(units=2), shift=1)
    refunded = refund(sold, [Return(line=1)], None, make_desk()).sold
    for one, shift, approved, code in (
        (replace(sold, voided=True), 1, True, "unknown_sale"),
        (sold, 2, True, "shift_closed"),
        (refunded, 1, True, "already_refunded"),
        (sold, 1, False, "needs_manager"),
    ):
        with pytest.raises(RuleError) as caught:
            void(one, None, make_desk(), shift=shift, approved=approved)
        assert caught.value.code == code
    with pytest.raises(RuleError) as caught:
        counted(void(sold, None, make_desk(), shift=1, approved=True).sold, [Return(line=1)])
    assert caught.value.code == "unknown_sale"


def test_a_void_gives_back_what_was_paid_out_for_deposits() -> None:
    sold = make_sold(sold_line(units=-2, net_fen=-100))
    done = void(sold, None, make_desk(), shift=None, approved=True)
    assert (done.amount_fen, paid(done.tenders)) == (-100, [("cash", -100)])
    assert done.stock == {Sku("A1"): -2}


@given(st.integers(0, 3000))
def test_an_exchange_pays_out_what_the_new_sale_does_not_need(new_fen: int) -> None:
    sold = make_sold(tenders=(tender(CARD, 400), tender(CASH, 600)))
    done = exchange(sold, counted(sold, [Return(line=1)]), new_fen, None, make_desk())
    assert done.credit_fen == min(1000, new_fen)
    assert sum(one.amount_fen for one in done.returned.tenders) == 1000 - done.credit_fen
    origin = () if done.credit is None else done.credit.origin
    assert sum(one.amount_fen for one in origin) == done.credit_fen


def test_a_credit_is_refunded_as_the_tenders_it_was_made_of() -> None:
    value = StoredValue(principal=300, bonus=100)
    sold = make_sold(tenders=(Tender(kind=TenderKind.STORED, amount_fen=400, stored=value), tender(CASH, 600)))
    credit = exchange(sold, counted(sold, [Return(line=1)]), 1000, spender(), make_desk()).credit
    assert credit is not None
    again = refund(make_sold(tenders=(credit,)), [Return(line=1)], spender(), make_desk())
    assert again.member is not None
    assert again.member.stored == value
    assert paid(again.tenders) == [("stored", 400), ("cash", 600)]


def test_points_of_a_credit_come_back_the_last_used_first() -> None:
    lots = (Lot(100, "2026-05-20"), Lot(300, "2026-06-30"))
    sold = make_sold(tenders=(Tender(kind=TenderKind.POINTS, amount_fen=1000, lots=lots),))
    credit = exchange(sold, counted(sold, [Return(line=1)]), 1000, None, make_desk()).credit
    assert credit is not None
    (part,) = make_sold(tenders=(credit,)).parts
    assert take(part, 500)[1].lots == (Lot(200, "2026-06-30"),)


def test_uses_of_a_card_that_is_over_come_back_and_are_told() -> None:
    card = CountCardId("K1")
    line = replace(sold_line(units=2, net_fen=0), count_card=card)
    holder = spender(counts={card: CountCard(sku=Sku("A1"), left=0, until="2026-03-17")})
    done = refund(make_sold(line), [Return(line=1, units=2)], holder, make_desk())
    assert done.member is not None
    assert done.member.counts[card].left == 2
    assert done.counts_lost == {card: 2}


PAPER = Article(sku=Sku("A"), name=clean("纸"), price_fen=500)
FEE = Article(sku=Sku("VIP"), name=clean("年费"), price_fen=9900)


@pytest.mark.parametrize(
    ("article", "terms"),
    [
        (replace(PAPER, unit=Unit.KG), Terms()),
        (replace(PAPER, open_price=True), Terms()),
        (replace(PAPER, deposit=True), Terms()),
        (PAPER, Terms(returnable=False)),
        (PAPER, Terms(service=True)),
        (FEE, Terms()),
    ],
)
def test_some_goods_do_not_come_back_without_a_receipt(article: Article, terms: Terms) -> None:
    with pytest.raises(RuleError) as caught:
        worth_without_receipt(article, terms, 1, fees={FEE.sku})
    assert caught.value.code == "not_returnable"


def test_without_a_receipt_the_lowest_price_of_thirty_days_counts() -> None:
    assert worth_without_receipt(PAPER, Terms(lowest_30d_fen=400), 3, fees={FEE.sku}) == 1200
    assert worth_without_receipt(PAPER, Terms(), 3) == 1500
    assert worth_without_receipt(PAPER, Terms(lowest_30d_fen=600), 3) == 1500
    with pytest.raises(InputError):
        worth_without_receipt(PAPER, Terms(), 0)
