"""Coupons at the counter: accepted or refused with the reason, used once, taken back, looked at again on a recall."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import FindCoupon, FindMember, Seeking
from terminal.checkout.inputs import CouponFound, LinkReported, MemberFound, RulesOffered
from terminal.checkout.members.asking import with_own_uses
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Prompting, Tendering
from terminal.domain.ids import Sku
from terminal.domain.members.member import Member
from terminal.domain.promotions.conditions import MemberLimit, Period, Scope, Uses
from terminal.domain.promotions.coupons import AnyCoupon, CashCoupon, CouponCode, ExchangeCoupon, MemberId
from terminal.domain.promotions.kinds import LineOff, NthOff, RuleId
from terminal.domain.text import SafeText
from terminal.ports.members import KnownMember
from terminal.wire import events as ev
from terminal.wire import promotion_events as pev
from terminal.wire.counter.view import CouponView
from terminal.wire.doorbell import LinkChanged
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
    Rules,
)

TWO = CashCoupon(code=CouponCode("C100000001"), name=SafeText("迎新"), off=200)
MORE = replace(TWO, code=CouponCode("C100000002"), off=100)
MIN = replace(TWO, code=CouponCode("C100000003"), min=1000)
SOON = replace(TWO, code=CouponCode("C100000004"), valid_from="2027-01-01")
OVER = replace(TWO, code=CouponCode("C100000005"), valid_to="2026-01-01")
OWNED = replace(TWO, code=CouponCode("C100000006"), owner=MemberId("M1"))
VOID = replace(TWO, code=CouponCode("C100000007"), status="void")
SPENT = replace(TWO, code=CouponCode("C100000008"), status="used")
ALONE = replace(TWO, code=CouponCode("C100000009"), exclusive=True)
BEER = replace(TWO, code=CouponCode("C100000010"), scope=Scope(skus=frozenset({Sku("BEER")})))
FREE = ExchangeCoupon(code=CouponCode("C100000011"), sku=Sku("COLA"))
ALL = (TWO, MORE, MIN, SOON, OVER, OWNED, VOID, SPENT, ALONE, BEER, FREE)
ONLINE = LinkReported(LinkChanged(online=True, acked_seq=0))
SETTINGS = {"coupon_codes": [{"prefix": "C1", "length": 10}]}


def bench(*coupons: AnyCoupon, online: bool = True, settings: Mapping[str, object] | None = None) -> Bench:
    rules = {1: Rules((), coupons or ALL, settings or SETTINGS)}
    till = selling(rules=rules, offer_rules=1)
    if online:
        till.send(ONLINE)
    till.scan(COLA)
    till.scan(COLA)
    return till


def done(till: Bench) -> ev.SaleCompleted:
    (fact,) = till.of_kind(ev.SaleCompleted)
    assert isinstance(fact, ev.SaleCompleted)
    return fact


def shown(till: Bench) -> tuple[CouponView, ...]:
    assert till.view is not None
    return till.view.totals.presented


def test_coupon_that_is_scanned_lowers_what_is_due() -> None:
    till = bench()
    facts = till.scan(TWO.code)
    assert facts == [pev.CouponPresented(coupon=TWO, device="gun")]
    assert (till.due, till.notice) == ("5.00", Say.COUPON_ACCEPTED)
    assert till.counter.notice.params == {"name": "迎新", "amount": "-2.00"}
    assert shown(till) == (CouponView("迎新", "-2.00"),)
    till.press("f12")
    fact = done(till)
    assert [(use.code, use.off_fen) for use in fact.coupons] == [(TWO.code, 200)]
    assert (fact.gross_fen, fact.discount_fen, fact.total_fen) == (700, 200, 500)


def test_coupon_works_on_the_tender_page_until_something_is_paid() -> None:
    till = bench()
    till.press("enter")
    till.scan(TWO.code)
    assert (isinstance(till.mode, Tendering), till.due) == (True, "5.00")
    till.write("1.00", "f8")
    till.scan(MORE.code)
    assert (till.due, till.notice) == ("5.00", No.PARTLY_PAID)


def test_code_may_be_typed() -> None:
    digits = {"coupon_codes": [{"prefix": "55", "length": 6}]}
    till = bench(replace(TWO, code=CouponCode("550001")), replace(MORE, code=CouponCode("550002")), settings=digits)
    till.write("550001", "enter")
    assert till.due == "5.00"
    till.press("enter")
    till.write("550002", "f8")
    assert till.due == "4.00"
    till.write("1.00", "f8")
    till.write("550001", "f8")
    assert till.notice == No.PARTLY_PAID


@pytest.mark.parametrize(
    ("coupon", "no", "params"),
    [
        (MIN, No.COUPON_BELOW_MIN, {"amount": "10.00"}),
        (SOON, No.COUPON_NOT_YET_VALID, {"date": "2027-01-01"}),
        (OVER, No.COUPON_EXPIRED, {"date": "2026-01-01"}),
        (OWNED, No.COUPON_WRONG_OWNER, {}),
        (VOID, No.COUPON_UNUSABLE, {}),
        (SPENT, No.COUPON_USED, {}),
        (BEER, No.COUPON_NO_GOODS, {}),
    ],
    ids=lambda value: value.code if isinstance(value, CashCoupon) else None,
)
def test_coupon_is_refused_with_its_reason_and_one_outcome(coupon: AnyCoupon, no: No, params: dict[str, str]) -> None:
    till = bench()
    (fact,) = till.scan(coupon.code)
    assert isinstance(fact, ev.ScanHandled)
    assert (fact.outcome, fact.reason, str(fact.code)) == (ev.ScanOutcome.REJECTED, no.code, str(coupon.code))
    assert (till.due, till.notice, till.counter.notice.params) == ("7.00", no, params)
    assert shown(till) == ()


def test_coupon_that_nobody_made_is_refused() -> None:
    till = bench()
    till.scan("C199999999")
    assert till.notice == No.COUPON_UNKNOWN


def test_same_coupon_twice_and_one_that_stands_alone_are_refused() -> None:
    till = bench()
    till.scan(TWO.code)
    till.scan(TWO.code)
    assert (till.due, till.notice) == ("5.00", No.COUPON_TWICE)
    till.scan(ALONE.code)
    assert till.notice == No.COUPON_NOT_COMBINABLE
    till.scan(MORE.code)
    assert (till.due, shown(till)) == ("4.00", (CouponView("迎新", "-2.00"), CouponView("迎新", "-1.00")))


def test_coupon_without_goods_is_refused_and_begins_no_sale() -> None:
    till = selling(rules={1: Rules((), ALL, SETTINGS)}, offer_rules=1)
    till.scan(TWO.code)
    assert (till.notice, till.counter.record.sale) == (No.COUPON_NO_GOODS, None)
    till.scan(COLA)
    till.press("-")
    till.scan(TWO.code)
    assert till.notice == No.COUPON_NO_GOODS


def test_coupon_is_used_once_at_a_till() -> None:
    till = bench()
    till.scan(TWO.code)
    till.press("f12")
    till.scan(COLA)
    till.scan(TWO.code)
    assert (till.due, till.notice) == ("3.50", No.COUPON_USED)


def test_no_coupon_is_taken_while_hq_cannot_be_reached_unless_hq_lets_tills() -> None:
    till = bench(online=False)
    till.scan(TWO.code)
    assert (till.due, till.notice) == ("7.00", No.COUPON_OFFLINE)
    trusting = bench(online=False, settings={**SETTINGS, "offline": {"coupons": True}})
    trusting.scan(TWO.code)
    assert trusting.due == "5.00"


def test_coupon_is_taken_back_by_scanning_it_like_goods() -> None:
    till = bench()
    till.scan(TWO.code)
    till.press("0", "-")
    facts = till.scan(TWO.code)
    assert facts == [pev.CouponTakenBack(code=TWO.code, device="gun")]
    assert (till.due, till.notice, shown(till)) == ("7.00", Say.COUPON_TAKEN_BACK, ())
    till.press("0", "-")
    till.scan(TWO.code)
    assert till.notice == No.NOT_IN_SALE
    till.scan(TWO.code)
    assert till.due == "5.00"


def test_coupon_that_a_void_leaves_below_its_minimum_stands_refused_and_is_not_used() -> None:
    till = bench()
    till.scan(CHIPS)
    till.scan(MIN.code)
    assert till.due == "11.90"
    till.press("-")
    assert (till.due, shown(till)) == ("7.00", (CouponView("迎新", "0.00", No.COUPON_BELOW_MIN.value),))
    till.press("f12")
    assert (done(till).coupons, done(till).total_fen) == ((), 700)


def test_exchange_coupon_frees_one_piece() -> None:
    till = bench()
    till.scan(FREE.code)
    assert (till.due, shown(till)) == ("3.50", (CouponView("C100000011", "-3.50"),))


def test_coupon_does_not_disturb_a_value_that_is_asked_for() -> None:
    till = bench()
    till.press("f2")
    till.scan(TWO.code)
    assert isinstance(till.mode, Prompting)


def test_rules_that_cannot_be_read_are_told() -> None:
    till = bench()
    till.unreadable = True
    till.scan(TWO.code)
    assert till.notice == No.RULES_UNREADABLE


def test_answer_that_nobody_waits_for_changes_nothing() -> None:
    till = bench()
    till.scan(TWO.code)
    query = next(effect for effect in reversed(till.effects) if isinstance(effect, FindCoupon))
    before = till.counter
    till.send(CouponFound(query=query, coupon=MORE))
    assert till.counter == before


def test_members_card_and_label_come_before_a_coupon() -> None:
    till = bench(settings={"coupon_codes": [{"prefix": "88", "length": 10}, {"prefix": "21", "length": 13}]})
    till.scan(MEMBER_CARD)
    assert till.counter.record.sale is not None
    assert till.counter.record.sale.member_card == MEMBER_CARD


def test_recalled_sale_has_its_coupons_as_they_are_now() -> None:
    till = bench()
    till.scan(TWO.code)
    till.scan(MORE.code)
    till.press("f5")
    till.rules[2] = Rules((), (replace(TWO, off=300),), SETTINGS)
    till.send(RulesOffered(2))
    till.press("f6", "enter")
    assert (till.due, till.notice) == ("4.00", Say.RECALLED_WITHOUT)
    assert till.counter.notice.params == {"label": "G01", "name": "迎新"}
    sale = till.counter.record.sale
    assert sale is not None
    assert sale.coupons == (replace(TWO, off=300),)


def test_coupon_that_another_sale_used_meanwhile_is_gone_on_a_recall() -> None:
    till = bench()
    till.scan(TWO.code)
    till.press("f5")
    till.scan(CHIPS)
    till.scan(TWO.code)
    till.press("f12")
    till.press("f6", "enter")
    assert (till.due, till.notice) == ("7.00", Say.RECALLED_WITHOUT)


def test_lines_that_promotions_lowered_are_marked() -> None:
    half = NthOff(id=RuleId("HALF"), n=2, pay_bp=5000)
    till = selling(rules={1: Rules((half,), ALL, SETTINGS)}, offer_rules=1)
    till.scan(COLA)
    assert till.view is not None
    assert till.view.lines[0].tags == ()
    till.scan(WATER)
    assert till.view.lines[0].tags == ()
    assert till.view.lines[1].tags == ("tag.promoted",)


def test_limit_of_anybody_counts_the_sales_of_this_till_also_without_a_card() -> None:
    first = LineOff(id=RuleId("FIRST"), off=100, total_limit=1)
    once = LineOff(id=RuleId("ONCE"), off=100, member_limit=MemberLimit(times=1, per=Period.DAY))
    till = selling(rules={1: Rules((first, once))}, offer_rules=1)
    till.scan(WATER)
    assert till.due == "1.00"
    till.press("f12")
    till.scan(WATER)
    assert till.due == "2.00"
    *_, started = till.of_kind(ev.SaleStarted)
    assert isinstance(started, ev.SaleStarted)
    assert started.uses.total == {"FIRST": 1}
    till.scan(MEMBER_CARD)
    assert till.due == "1.00"


def test_many_ways_are_chosen_by_priority_told_and_kept() -> None:
    groups = tuple(
        LineOff(id=RuleId(f"R{group:02d}{rule}"), group=f"g{group}", off=group + 1, limit=1)
        for group in range(9)
        for rule in range(3)
    )
    till = selling(rules={1: Rules(groups)}, offer_rules=1)
    for _ in range(30):
        till.scan(COLA)
    assert till.view is not None
    assert till.view.totals.by_priority
    till.press("f12")
    assert done(till).by_priority


class OwnUses:
    """What a till did itself: one use after HQ's figure."""

    def coupon_used(self, code: CouponCode) -> bool:
        return code == ""

    def totals(self) -> Uses:
        return Uses(total={"ONCE": 2})

    def by_member(self, member: MemberId, day: str, *, after: tuple[int, int] = (0, 0)) -> Uses:
        assert (member, day, after) == ("M1", "2026-11-23", (3, 9))
        return Uses(member_ever={"ONCE": 1}, member_today={"ONCE": 1})


def test_uses_of_a_member_are_what_hq_counted_and_what_this_till_did_since() -> None:
    hq = Uses(member_ever={"ONCE": 4}, member_today={"ONCE": 4})
    row = MemberRow(member=Member(id=MemberId("M1")), uses=hq, uses_day="2026-11-22", epoch=3, seq=9)
    answer = MemberFound(query=FindMember(seeking=Seeking.BIND, member=MemberId("M1")), found=(KnownMember(row=row),))
    (known,) = with_own_uses(answer, OwnUses(), today="2026-11-23").found
    uses = known.row.uses_on("2026-11-23")
    assert (uses.total, uses.member_ever, uses.member_today) == ({"ONCE": 2}, {"ONCE": 5}, {"ONCE": 1})
