"""Rules of HQ at the counter: taken over between sales, pinned by an open one, gone."""

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import BookOffered, RulesFailed, RulesOffered
from terminal.checkout.messages import Say
from terminal.checkout.modes import HeldList, NoBook
from terminal.domain.promotions.conditions import Who, WhoKind
from terminal.domain.promotions.kinds import NthOff, RuleId, SpendOff
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire import promotion_events as pev
from terminal.wire.record import apply
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    SETTINGS,
    WATER,
    Rules,
    Shop,
)

HALF = NthOff(id=RuleId("HALF"), name=SafeText("第二件半价"), n=2, pay_bp=5000)
OVER = SpendOff(id=RuleId("OVER"), name=SafeText("满5减1"), min=500, off=100)
RULES = {1: Rules((HALF,)), 2: Rules((OVER,)), 3: Rules(settings={"rounding": {"mode": "down", "unit": 100}})}


def bench(*, offer_rules: int | None = 1) -> Bench:
    return selling(rules=RULES, offer_rules=offer_rules)


def activated(till: Bench) -> list[int]:
    return [fact.version for fact in till.facts if isinstance(fact, pev.RulesActivated)]


def restarted(till: Bench, **more: object) -> Bench:
    """Return the till as it comes up after a crash: what the journal says, and nothing else."""
    record = till.start
    for fact in till.facts:
        record = apply(record, fact)
    return Bench(**{"record": record, "rules": RULES, "offer": 1, "offer_rules": 1, **more})  # type: ignore[arg-type]


def test_rules_price_the_sales_from_the_next_one_on() -> None:
    till = bench()
    assert activated(till) == [1]
    till.scan(COLA)
    till.scan(COLA)
    assert till.due == "5.25"
    (started,) = till.of_kind(ev.SaleStarted)
    assert isinstance(started, ev.SaleStarted)
    assert started.rules_version == 1


def test_done_sale_says_which_rules_took_off_what() -> None:
    till = bench()
    till.scan(COLA)
    till.scan(COLA)
    till.press("f12")
    (done,) = till.of_kind(ev.SaleCompleted)
    assert isinstance(done, ev.SaleCompleted)
    assert [(use.id, use.off_fen, use.name) for use in done.applied] == [("HALF", 175, "第二件半价")]
    assert (done.gross_fen, done.discount_fen, done.total_fen) == (700, 175, 525)


def test_open_sale_keeps_its_rules_and_the_next_one_has_the_new_ones() -> None:
    till = bench()
    till.scan(COLA)
    till.send(RulesOffered(2))
    till.scan(COLA)
    assert (till.due, activated(till)) == ("5.25", [1])
    till.press("f12")
    assert (activated(till), till.counter.record.rules_label) == ([1, 2], "r2")
    till.scan(CHIPS)
    assert till.due == "5.90"


def test_older_rules_are_not_taken_and_the_same_not_twice() -> None:
    till = bench(offer_rules=2)
    till.send(RulesOffered(1))
    till.send(RulesOffered(2))
    assert activated(till) == [2]
    till.send(RulesOffered(3))
    assert (activated(till), till.notice) == ([2, 3], Say.RULES_CHANGED)


def test_first_rules_are_no_news_to_the_cashier() -> None:
    till = selling(rules=RULES)
    till.scan(COLA)
    till.scan(COLA)
    till.send(RulesOffered(1))
    assert till.due == "7.00"
    till.press("f12")
    assert (activated(till), till.notice) == ([1], Say.COMPLETED)


def test_rules_reach_a_till_that_has_no_prices_yet() -> None:
    till = Bench(rules=RULES, offer=None, offer_rules=1)
    assert (isinstance(till.mode, NoBook), activated(till)) == (True, [1])
    till.send(BookOffered(1))
    till.sign_in()
    till.scan(COLA)
    till.scan(COLA)
    assert till.due == "5.25"


def test_rounding_that_the_rules_name_decides_and_else_that_of_the_book() -> None:
    book = replace(SETTINGS, rounding=replace(SETTINGS.rounding, mode="down", unit=50))
    till = selling(shops={1: Shop(settings=book)}, rules=RULES, offer_rules=1)
    till.scan(COLA)
    till.scan(COLA)
    assert till.due == "5.00"
    till.press("f12")
    till.send(RulesOffered(3))
    till.scan(COLA)
    assert till.due == "3.00"


def test_restart_in_a_sale_loads_the_rules_of_that_sale_and_then_the_new_ones() -> None:
    before = bench()
    before.scan(COLA)
    before.scan(COLA)
    till = restarted(before)
    till.send(RulesOffered(2))
    assert (till.due, activated(till)) == ("5.25", [])
    till.press("escape", "f12")
    assert activated(till) == [2]


def test_restart_between_sales_loads_the_rules_that_were_active_and_tells_no_fact() -> None:
    till = restarted(bench())
    assert activated(till) == []
    assert till.counter.rules is not None
    assert till.counter.rules.version == 1


def test_sale_that_began_without_rules_has_none_after_a_restart() -> None:
    before = selling(rules=RULES)
    before.scan(COLA)
    before.scan(COLA)
    till = restarted(before)
    assert (till.due, activated(till)) == ("7.00", [])
    till.press("escape", "f12")
    assert activated(till) == [1]


def test_refused_rules_leave_those_that_decide() -> None:
    till = bench()
    till.send(RulesOffered(9))
    assert (activated(till), till.notice) == ([1], Say.RULES_REFUSED)
    assert till.of_kind(pev.RulesRefused) == [pev.RulesRefused(version=9, reason="book_torn")]
    till.send(RulesFailed(version=8, reason="book_forged"))
    assert till.counter.notice.params == {"version": "8", "reason": "error.book_forged"}
    till.scan(COLA)
    till.scan(COLA)
    assert till.due == "5.25"


def test_rules_of_an_open_sale_that_are_gone_make_room_for_those_that_are_there() -> None:
    before = bench()
    before.scan(CHIPS)
    before.scan(CHIPS)
    till = restarted(before, rules={2: RULES[2]}, offer_rules=2)
    assert (till.due, till.notice, activated(till)) == ("12.80", Say.RULES_LOST, [2])
    sale = till.counter.record.sale
    assert sale is not None
    assert sale.rules_version == 2


def test_rules_of_an_open_sale_that_are_gone_with_no_others_there_are_none_any_more() -> None:
    before = bench()
    before.scan(COLA)
    before.scan(COLA)
    till = restarted(before, rules={})
    assert (till.due, till.notice, activated(till)) == ("7.00", Say.RULES_REFUSED, [0])
    till.press("escape", "f12")
    (done,) = till.of_kind(ev.SaleCompleted)
    assert isinstance(done, ev.SaleCompleted)
    assert done.total_fen == 700


def test_active_rules_that_are_gone_between_sales_are_told_to_hq() -> None:
    till = restarted(bench(), rules={})
    assert (activated(till), till.counter.record.rules_version) == ([0], 0)
    till.send(RulesOffered(1))
    assert activated(till) == [0]


def test_held_sale_is_priced_anew_with_the_rules_of_now() -> None:
    till = bench()
    till.scan(CHIPS)
    till.scan(CHIPS)
    till.press("f5")
    till.send(RulesOffered(2))
    till.press("f6")
    assert isinstance(till.mode, HeldList)
    assert till.view is not None
    assert getattr(till.view.panel, "rows")[0].amount == "10.35"  # noqa: B009 - a panel of a union
    till.press("enter")
    assert (till.due, till.notice) == ("12.80", Say.RECALLED_REPRICED)
    assert till.counter.notice.params == {"label": "G01", "before": "10.35", "after": "12.80"}
    sale = till.counter.record.sale
    assert sale is not None
    assert sale.rules_version == 2


def test_rules_for_members_work_when_the_card_is_presented() -> None:
    members = replace(HALF, who=Who(kind=WhoKind.MEMBER))
    till = selling(rules={1: Rules((members,))}, offer_rules=1)
    till.scan(WATER)
    till.scan(WATER)
    assert till.due == "4.00"
    till.scan(MEMBER_CARD)
    assert till.due == "3.00"


@pytest.mark.parametrize("offer", [None, 1])
def test_status_page_says_which_rules_decide(offer: int | None) -> None:
    till = bench(offer_rules=offer)
    assert till.view is not None
    assert till.view.uplink.rules_version == (offer or 0)
    assert till.view.uplink.rules_label == ("" if offer is None else "r1")
