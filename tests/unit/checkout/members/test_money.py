"""Top-ups with their bonus, cash-outs, and two members that become one."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.inputs import LinkReported
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.entries import Account, with_entries
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredRules, StoredValue
from terminal.domain.pricing.engine import Pricer
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.kinds import RuleId, TopupBonus, TopupTier
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.receipt import Pair
from terminal.domain.receipt_rows import Issuer, build_receipt
from terminal.domain.settings import ShopTexts
from terminal.domain.text import clean
from terminal.wire import member_events as mev
from terminal.wire.counter.panels import ConfirmPanel
from terminal.wire.documents import document_of
from terminal.wire.doorbell import LinkChanged
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    IDENTITY,
    Bench,
)
from tests.unit.checkout.members.desk import member_id, on_page, only, slips, till, with_trade
from tests.unit.checkout.memory_members import MEMBER, PHONE, WANG
from tests.unit.checkout.memory_shop import (
    COLA,
    SETTINGS,
    Shop,
)
from tests.unit.checkout.shown import asked, page

BONUS = TopupBonus(id=RuleId("T"), tiers=(TopupTier(min=10_000, bonus=1_000),))
SAME_PHONE = MemberRow(
    member=Member(
        id=MemberId("M9"),
        tier="silver",
        points=PointsAccount(lots=(Lot(10, None),)),
        stored=StoredValue(principal=500),
        spend=900,
        phone=clean(PHONE),
    ),
    cards=(MemberCard(key=CardKey(number="8800000099")),),
)


def found(*rows: MemberRow, online: bool = True) -> Bench:
    return on_page(till(*(rows or (WANG,)), online=online))


def topped_up(bench: Bench) -> mev.ToppedUp:
    return only(bench, mev.ToppedUp)


# --- top-up ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("online", [True, False])
def test_cash_on_a_card_waits_for_hq_on_line_or_not(online: bool) -> None:
    bench = found(online=online)
    bench.counter = replace(bench.counter, pricer=Pricer(RuleSet([BONUS])))
    bench.press("f2", *"100", "enter")
    assert page(bench).lines[1].params == {"amount": "10.00"}
    bench.press(*"150", "enter")
    fact = topped_up(bench)
    assert (fact.amount_fen, fact.bonus_fen, fact.change_fen, fact.tender.given_fen) == (10_000, 1_000, 5_000, 15_000)
    assert with_entries(WANG.member, fact.entries).stored == StoredValue(principal=18_000, bonus=1_620)
    assert bench.notice == "notice.topped_up"
    assert bench.counter.notice.params == {"amount": "100.00", "bonus": "10.00", "change": "50.00"}
    assert any(isinstance(effect, PulseDrawer) for effect in bench.effects)
    (slip,) = slips(bench)
    assert slip.money is not None
    assert (slip.act, slip.money.waits, slip.money.after.total) == ("topped_up", True, 19_620)


def balance_rows(bench: Bench) -> list[tuple[str, str]]:
    """Return what the last receipt says of stored value."""
    printing = [effect for effect in bench.effects if isinstance(effect, PrintReceipt)][-1]
    issuer = Issuer(identity=IDENTITY, shop=ShopTexts(), staff_name=clean(""))
    rows = build_receipt(document_of(printing.sale, printing.completed), issuer, local_time="2026-11-23T10:16:40").rows
    return [(row.label, row.value) for row in rows if isinstance(row, Pair) and row.label in {"储值余额", "待入账"}]


def topping_up_in_a_sale() -> Bench:
    bench = till(WANG)
    bench.scan(COLA)
    bench.scan(MEMBER)
    bench.press("f4", "f2", *"30", "enter", "enter")
    assert topped_up(bench).amount_fen == 3_000
    bench.press("escape", "escape")
    return bench


def test_a_receipt_says_what_waits_for_hq_beside_the_balance() -> None:
    bench = topping_up_in_a_sale()
    bench.press("f12")
    assert balance_rows(bench) == [("储值余额", "86.20"), ("待入账", "30.00")]


def test_the_open_sale_has_what_was_paid_in_when_hq_has_heard_of_it() -> None:
    bench = topping_up_in_a_sale()
    bench.members.acknowledge()
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=9)))
    assert bench.view is not None
    assert bench.view.totals.stored == "116.20"
    assert bench.send(LinkReported(LinkChanged(online=True, acked_seq=10))) == []
    bench.press("f12")
    assert balance_rows(bench) == [("储值余额", "116.20")]


def test_a_member_who_is_bound_after_a_top_up_has_it_waiting_too() -> None:
    bench = found()
    bench.press("f2", *"30", "enter", "enter", "escape", "escape")
    bench.scan(COLA)
    bench.scan(MEMBER)
    bench.press("f12")
    assert balance_rows(bench) == [("储值余额", "86.20"), ("待入账", "30.00")]


def test_nothing_typed_is_the_exact_amount() -> None:
    bench = found()
    bench.press("f2", *"50", "enter", "enter")
    assert (topped_up(bench).tender.given_fen, topped_up(bench).change_fen) == (5_000, 0)


def test_fields_of_a_top_up_are_checked_at_once() -> None:
    bench = found()
    bench.press("f2", "enter")
    assert bench.notice == "error.top_up_how"
    bench.press("0", "enter")
    assert bench.notice == "error.top_up_how"
    bench.press(*"50", "enter", *"49.99", "enter")
    assert (bench.notice, bench.of_kind(mev.ToppedUp)) == ("error.given_too_little", [])


def test_a_card_holds_so_much_only() -> None:
    bench = with_trade(found(), stored=StoredRules(max_balance=10_000))
    bench.press("f2", *"50", "enter", "enter")
    assert (bench.notice, bench.counter.notice.params) == ("error.stored_limit", {"limit": "100.00"})
    assert (bench.mode.name, bench.of_kind(mev.ToppedUp)) == ("member", [])


@pytest.mark.parametrize(("given", "change"), [("5000", "4950.00"), ("150", "100.00")])
def test_a_note_of_a_slipping_hand_is_asked_about_with_its_change(given: str, change: str) -> None:
    bench = found()
    bench.press("f2", *"50", "enter", *given, "enter")
    assert asked(bench) == ("ask.top_up_cash", False)
    assert bench.view is not None
    assert isinstance(bench.view.panel, ConfirmPanel)
    assert bench.view.panel.params["change"] == change


def test_cash_that_nobody_can_read_is_no_amount() -> None:
    bench = found()
    bench.press("f2", *"50", "enter", *"99999999999", "enter")
    assert (bench.notice, bench.mode.name) == ("error.bad_amount", "member_form")


def test_no_money_moves_without_a_shift_where_the_shop_wants_one() -> None:
    bench = on_page_without_shift()
    bench.press("f2", *"50", "enter", "enter")
    assert (bench.notice, bench.of_kind(mev.ToppedUp)) == ("error.no_shift", [])
    bench.press("f9")
    assert (bench.notice, bench.mode.name) == ("error.no_shift", "member")


def on_page_without_shift() -> Bench:
    bench = till(WANG, shops={1: Shop(settings=replace(SETTINGS, shift_required=True))})
    bench.press("f4", *PHONE, "enter")
    return bench


# --- cash-out --------------------------------------------------------------------------------------------------------


def test_a_manager_pays_the_principal_out_and_the_bonus_is_lost() -> None:
    bench = found()
    bench.press("enter", "f4", "f9")
    assert asked(bench) == ("ask.cash_out", True)
    bench.approve()
    assert bench.notice == "error.no_right"
    bench.approve("9002", "1111")
    fact = only(bench, mev.CashedOut)
    assert (fact.paid_fen, fact.forfeited_fen, fact.approved_by) == (8_000, 620, "9002")
    assert with_entries(WANG.member, fact.entries).stored == StoredValue()
    assert (member_id(bench), bench.notice, slips(bench)[-1].act) == (None, "notice.cashed_out", "cashed_out")


def test_there_must_be_something_to_be_paid_out() -> None:
    bench = found(replace(WANG, member=replace(WANG.member, stored=StoredValue(bonus=100))))
    bench.press("f9")
    assert bench.notice == "error.nothing_stored"


def test_above_the_limit_of_the_law_nobody_may() -> None:
    bench = found(replace(WANG, member=replace(WANG.member, stored=StoredValue(principal=10_001))))
    bench.press("f9")
    assert (bench.notice, bench.counter.notice.params) == ("error.above_rights", {"limit": "100.00"})
    assert bench.mode.name == "member"


def test_money_is_paid_out_only_with_hq() -> None:
    bench = found(online=False)
    bench.press("f9")
    assert (bench.notice, bench.mode.name) == ("error.needs_hq", "member")


def test_a_way_to_hq_that_is_lost_while_the_pin_is_typed_is_looked_at_again() -> None:
    bench = found()
    bench.press("f9")
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=0)))
    bench.approve("9002", "1111")
    assert (bench.notice, bench.of_kind(mev.CashedOut)) == ("error.needs_hq", [])


# --- merge -----------------------------------------------------------------------------------------------------------


def merging(*rows: MemberRow) -> Bench:
    bench = till(*rows)
    bench.press("f4", *"6021", "enter", "f6")
    return bench


def test_two_with_the_same_number_become_one() -> None:
    bench = merging(WANG, SAME_PHONE)
    bench.write(PHONE, "enter")
    assert asked(bench) == ("ask.merge", True)
    bench.approve()
    fact = only(bench, mev.MembersMerged)
    assert (fact.into, fact.gone, fact.approved_by) == ("M1", "M9", "2001")
    into = with_entries(WANG.member, fact.entries)
    gone = with_entries(SAME_PHONE.member, fact.entries)
    assert (into.stored, into.spend, into.points.balance("2026-11-23")) == (
        StoredValue(principal=8_500, bonus=620),
        900,
        1_250,
    )
    assert (gone.stored, gone.status, gone.points.balance("2026-11-23")) == (StoredValue(), "merged", 0)
    assert {entry.account for entry in fact.entries if entry.member == "M9"} >= {Account.STATUS, Account.PRINCIPAL}
    assert (bench.notice, slips(bench)[-1].other) == (
        "notice.members_merged",
        replace(SAME_PHONE.member, phone=clean("138****6021")),
    )


def test_a_card_tells_who_goes() -> None:
    bench = merging(WANG, SAME_PHONE)
    bench.scan("8800000099")
    assert asked(bench)[0] == "ask.merge"


def test_who_goes_must_be_somebody_else_and_one_only() -> None:
    bench = merging(WANG)
    bench.write("13500000000", "enter")
    assert bench.notice == "error.no_such_member"
    bench.write("12", "enter")
    assert bench.notice == "error.card_first"
    bench.write(PHONE, "enter")
    assert bench.notice == "error.merge_conflict"
    third = replace(SAME_PHONE, member=replace(SAME_PHONE.member, id=MemberId("M10")))
    bench = merging(WANG, SAME_PHONE, third)
    bench.write(PHONE, "enter")
    assert bench.notice == "error.several_others"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "merged"}, "error.card_merged"),
        ({"counts": WANG.member.counts}, "error.merge_conflict"),
        ({"stored": StoredValue(principal=499_999)}, "error.stored_limit"),
    ],
)
def test_why_two_cannot_become_one(change: dict[str, object], said: str) -> None:
    bench = merging(WANG, replace(SAME_PHONE, member=replace(SAME_PHONE.member, **change)))
    bench.write("8800000099", "enter")
    assert (bench.notice, bench.mode.name) == (said, "member")


def test_members_are_merged_only_with_hq() -> None:
    bench = merging(WANG, SAME_PHONE)
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=0)))
    bench.write("8800000099", "enter")
    assert (bench.notice, bench.mode.name) == ("error.needs_hq", "member")


def test_card_of_a_member_without_a_name_holds_1000_at_most() -> None:
    bench = found(MemberRow(member=Member(id=MemberId("M9"), phone=clean(PHONE))))
    bench.press("f2", *"1000.01", "enter", "enter")
    assert (bench.notice, bench.counter.notice.params) == ("error.stored_limit", {"limit": "1000.00"})
    assert bench.of_kind(mev.ToppedUp) == []


def test_so_much_at_once_needs_the_name_of_the_member() -> None:
    bench = found(MemberRow(member=Member(id=MemberId("M9"), phone=clean(PHONE))))
    with_trade(bench, stored=StoredRules(max_balance=100_000, max_nameless=100_000, name_from=50_000))
    bench.press("f2", *"500", "enter", "enter")
    assert (bench.notice, bench.counter.notice.params) == ("error.name_needed", {"limit": "500.00"})
    assert bench.of_kind(mev.ToppedUp) == []
