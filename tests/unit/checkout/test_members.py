"""Members at the counter: who is bound to a sale and what it costs then, and the page of members."""

import pytest
from msgspec.structs import replace

from terminal.domain.document import disagreements
from terminal.domain.members.entries import with_entries
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount, PointsProgram
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier
from terminal.domain.pricing.engine import Pricer
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.kinds import MemberPercent, RuleId
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.documents import document_of
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.member_bench import details, member_of, on_page, panel, till
from tests.unit.checkout.memory_members import FROZEN, LI, LOST, PHONE, WANG
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
)

# --- binding ---------------------------------------------------------------------------------------------------------


def test_a_card_binds_its_member_with_what_is_known_and_nobody_is_named_in_full() -> None:
    bench = till()
    bench.scan(MEMBER_CARD)
    sale, bound = bench.counter.record.sale, bench.facts[-1]
    assert sale is not None
    masked = replace(WANG.member, name=clean("王**"), phone=clean("138****6021"))
    assert (sale.member, sale.member_card, sale.member_coupons) == (masked, MEMBER_CARD, WANG.coupons)
    assert isinstance(bound, ev.MemberBound)
    assert (bound.device, bound.member) == ("gun", masked)
    assert (bench.notice, bench.counter.notice.params) == ("notice.member_bound", {"who": "138****6021 王** gold"})
    for secret in (PHONE, "王小芳", "小芳"):
        assert secret not in repr((bench.facts, bench.view, bench.counter.record))


def test_what_hq_counted_on_another_day_is_over_and_what_it_counted_for_ever_is_not() -> None:
    bench = till()
    bench.scan(MEMBER_CARD)
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.uses == Uses(member_ever={"SODA": 2})


def test_a_sale_is_priced_for_the_tier_of_its_member() -> None:
    bench = till()
    rule = MemberPercent(id=RuleId("GOLD"), pay_bp={"gold": 9000})
    bench.counter = replace(bench.counter, pricer=Pricer(RuleSet([rule])))
    bench.scan(CHIPS)
    assert bench.due == "6.90"
    bench.scan(MEMBER_CARD)
    assert bench.due == "6.21"
    bench.press("f4", "delete")
    assert (bench.due, bench.notice) == ("6.90", "notice.member_unbound")


def test_totals_have_the_member_with_what_there_is() -> None:
    bench = till()
    bench.scan(MEMBER_CARD)
    assert bench.view is not None
    totals = bench.view.totals
    assert (totals.member, totals.points, totals.stored) == ("138****6021 王** gold", "1,240", "86.20")
    assert (totals.counts, totals.coupons) == ("3", "1")


@pytest.mark.parametrize(
    ("card", "code"), [(LOST, "card_lost"), (FROZEN, "card_frozen")], ids=["card lost", "member frozen"]
)
def test_a_card_that_may_not_be_used_is_refused_with_its_status(card: str, code: str) -> None:
    bench = till()
    bench.scan(COLA)
    bench.scan(card)
    assert (bench.notice, member_of(bench), bench.rejections()) == (f"error.{code}", None, [(code, "sale")])


def test_a_status_that_has_no_words_is_refused_too() -> None:
    bench = till()
    bench.write("13700000000", "enter")
    assert (bench.notice, bench.counter.record.sale) == ("error.card_not_active", None)


def test_a_card_of_which_nothing_is_known_still_gets_the_prices_of_members() -> None:
    bench = till(LI)
    bench.scan(COLA)
    bench.scan(MEMBER_CARD)
    assert (bench.due, bench.notice, member_of(bench)) == ("3.00", "notice.card_not_known", None)
    assert bench.view is not None
    assert (bench.view.totals.member, bench.view.totals.points) == ("****456", "")


def test_another_card_takes_the_place_of_the_first() -> None:
    bench = till(WANG, replace(LI, member=replace(LI.member, status="active")))
    bench.scan(MEMBER_CARD)
    bench.scan(FROZEN)
    member = member_of(bench)
    assert member is not None
    assert (member.id, len(bench.of_kind(ev.MemberBound))) == ("M2", 2)


def test_lines_that_a_count_card_paid_are_paid_with_money_when_the_member_goes() -> None:
    bench = till()
    bench.scan(MEMBER_CARD)
    bench.write("12", "enter")
    line = bench.counter.record.sale.lines[0]  # type: ignore[union-attr]
    sale = bench.counter.record.sale.with_changed(replace(line, count_card=clean("C1")))  # type: ignore[union-attr]
    bench.counter = replace(bench.counter, durable=replace(bench.counter.durable, sale=sale))
    bench.press("f4", "delete")
    assert mev.CountCardChosen(number=1) in bench.facts
    assert bench.due == "2.00"


def test_a_phone_number_that_is_typed_in_a_sale_binds_its_member() -> None:
    bench = till()
    bench.write(PHONE, "enter")
    bound = bench.facts[-1]
    assert isinstance(bound, ev.MemberBound)
    assert (bound.card, bound.device, bench.notice) == ("", "", "notice.member_bound")
    assert bench.due == "0.00"
    bench.scan(COLA)
    assert bench.due == "3.00"


def test_a_phone_number_of_nobody_is_told() -> None:
    bench = till()
    bench.write("13000000000", "enter")
    assert (bench.notice, bench.counter.record.sale) == ("error.no_such_member", None)


def test_of_several_members_with_a_phone_number_one_is_chosen() -> None:
    twin = MemberRow(member=Member(id=MemberId("M9"), tier="silver", phone=clean(PHONE)))
    bench = till(WANG, twin)
    bench.scan(COLA)
    bench.write(PHONE, "enter")
    assert (bench.mode.name, bench.notice) == ("member", "notice.several_members")
    assert [row.tier for row in panel(bench).rows] == ["gold", "silver"]
    bench.press("down", "enter")
    member = member_of(bench)
    assert member is not None
    assert (member.id, bench.mode.name) == ("M9", "sale")


def test_a_card_in_a_price_check_tells_points_and_stored_value_and_binds_nobody() -> None:
    bench = till()
    bench.press("f14")
    bench.scan(MEMBER_CARD)
    params = {"who": "138****6021 王** gold", "points": "1,240", "stored": "86.20"}
    assert (bench.notice, bench.counter.notice.params) == ("notice.member_shown", params)
    assert bench.counter.record.sale is None
    bench.scan("8899999999")
    assert (bench.notice, bench.counter.notice.params) == ("notice.member_card", {"card": "****999"})


def test_a_card_on_the_tender_page_prices_anew_and_stays_there() -> None:
    bench = till()
    bench.scan(COLA)
    bench.press("enter")
    bench.scan(MEMBER_CARD)
    assert (bench.mode.name, bench.due) == ("tender", "3.00")


def test_the_list_of_held_sales_has_the_phone_number_of_the_member_masked() -> None:
    bench = till()
    bench.scan(COLA)
    bench.write(PHONE, "enter")
    bench.press("f5", "f6")
    assert bench.view is not None
    assert bench.view.panel.rows[0].member == "138****6021"  # type: ignore[union-attr]


# --- what a sale does to its member ----------------------------------------------------------------------------------

TRADE = TradeSettings(
    points=PointsProgram(redeem_step=100), tiers=(Tier(id="gold", min_spend=0), Tier(id="diamond", min_spend=100_000))
)


def trading(bench: Bench) -> Bench:
    bench.counter = replace(bench.counter, trade=TRADE)
    return bench


def test_a_done_sale_says_what_it_did_to_its_member_and_the_receipt_is_asked_for_with_it() -> None:
    bench = trading(till())
    bench.write("10*")
    bench.scan(COLA)
    bench.scan(MEMBER_CARD)
    bench.press("f12")
    done = bench.facts[-1]
    assert isinstance(done, ev.SaleCompleted)
    assert (done.member, done.points_earned, done.points_used, done.mult_bp) == ("M1", 30, 0, 10_000)
    assert done.balance is not None
    assert (done.balance.points, done.balance.expiring, done.balance.stored.total) == (1_270, 240, 8_620)
    expected = replace(
        WANG.member,
        spend=3_000,
        points=WANG.member.points.gain(30, None),
        name=clean("王**"),
        phone=clean("138****6021"),
    )
    bound = bench.of_kind(ev.MemberBound)[0]
    assert isinstance(bound, ev.MemberBound)
    assert bound.member is not None
    assert with_entries(bound.member, done.entries) == expected
    assert disagreements(document_of(bench.counter.record.last.sale, done), trade=TRADE) == ()  # type: ignore[union-attr]


def test_what_points_pay_and_what_is_missing_to_the_next_tier_are_shown() -> None:
    bench = trading(on_page(*PHONE, "enter"))
    bench.press("down")
    shown = details(bench)
    assert (shown.worth, shown.next_tier, shown.missing) == ("12.00", "diamond", "1000.00")
    bench.press("enter")
    assert bench.view is not None
    assert bench.view.totals.worth == "12.00"
    few = replace(WANG, member=replace(WANG.member, tier="diamond", points=PointsAccount(lots=(Lot(99),))))
    bench = trading(till(few))
    bench.write(PHONE, "f4")
    assert (details(bench).worth, details(bench).next_tier, details(bench).missing) == ("", "", "")


def test_a_done_sale_of_a_card_alone_is_nobodys() -> None:
    bench = trading(till(LI))
    bench.scan(COLA)
    bench.scan(MEMBER_CARD)
    bench.press("f12")
    done = bench.facts[-1]
    assert isinstance(done, ev.SaleCompleted)
    assert (done.member, done.entries, done.balance) == (None, (), None)


# --- a sale that was put aside ---------------------------------------------------------------------------------------


def held_with(*rows: MemberRow) -> Bench:
    """Return a till at which a member's sale is recalled when these members are known."""
    bench = till()
    bench.scan(COLA)
    bench.scan(MEMBER_CARD)
    bench.press("f5")
    bench.members.rows = rows
    bench.press("f6", "enter")
    return bench


def test_a_recalled_sale_has_its_member_with_what_is_known_now() -> None:
    spent = replace(WANG, member=replace(WANG.member, stored=StoredValue(principal=5)))
    bench = held_with(spent)
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.member is not None
    assert (sale.member.stored.total, sale.member_card, bench.due) == (5, MEMBER_CARD, "3.00")
    assert bench.notice == "notice.recalled"


def test_a_member_who_may_not_buy_any_more_is_taken_off_a_recalled_sale() -> None:
    bench = held_with(replace(WANG, member=replace(WANG.member, status="frozen")))
    assert (member_of(bench), bench.due, bench.notice) == (None, "3.50", "error.card_frozen")
    assert (bench.counter.notice.level, bench.mode.name) == ("attention", "sale")


def test_a_member_of_whom_nothing_is_known_any_more_stays_on_a_recalled_sale() -> None:
    bench = held_with()
    assert member_of(bench) is not None
