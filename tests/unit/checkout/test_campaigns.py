"""What a store sets of HQ's campaigns: by a manager, inside HQ's bounds, from the next sale on."""

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import RulesOffered
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Confirming
from terminal.checkout.store.messages import StoreAsk, StoreNo, StoreSay
from terminal.checkout.store.modes import CampaignPage
from terminal.domain.promotions.kinds import LineOff, LinePercent, NthOff, RuleId
from terminal.domain.promotions.store_values import StoreValue
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import promotion_events as pev
from terminal.wire.record import apply
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    Rules,
)
from tests.unit.checkout.shown import page

OFF = LineOff(id=RuleId("OFF"), name=clean("直降"), off=50, store_may_set={"off": (50, 100)})
PART = LinePercent(id=RuleId("PART"), pay_bp=9_000, store_may_set={"pay_bp": (8_050, 9_500)})
NTH = NthOff(id=RuleId("NTH"), n=2, pay_bp=5_000, store_may_set={"n": (2, 4), "m": (1, 3)})
RULES = {
    1: Rules((OFF,)),
    2: Rules((replace(OFF, store_may_set={"off": (60, 100)}, off=60),)),
    3: Rules((replace(OFF, store_may_set={}),)),
    4: Rules((OFF, PART, NTH)),
    5: Rules((OFF,), (), {"store_values": {"S01": {"OFF": {"off": {"value": 90, "set_ms": 5_000_000}}}}}),
    6: Rules(()),
}


def managed(number: str = "9002", *, rules: int = 1) -> Bench:
    bench = Bench(rules=RULES, offer_rules=rules).sign_in(number)
    bench.press("f20", "5")
    return bench


def setting(bench: Bench, text: str) -> list[ev.Fact]:
    """Type a value, pick the first reason, and say yes."""
    return bench.write(text, "enter", "1", "enter")


def due_of_a_cola(bench: Bench) -> str:
    if isinstance(bench.mode, CampaignPage):
        bench.press("escape")
    bench.scan(COLA)
    due = bench.due
    bench.press("f12", "escape")
    return due


def set_facts(bench: Bench) -> list[pev.RuleValueSet]:
    return [fact for fact in bench.facts if isinstance(fact, pev.RuleValueSet)]


def test_the_page_has_what_holds_what_hq_says_and_the_bounds() -> None:
    bench = managed(rules=4)
    assert page(bench).rows == (
        ("1", "NTH", "param.m", "1", "1", "1 - 3"),
        ("2", "NTH", "param.n", "2", "2", "2 - 4"),
        ("3", "直降", "param.off", "0.50", "0.50", "0.50 - 1.00"),
        ("4", "PART", "param.pay_bp", "90%", "90%", "80.50% - 95%"),
    )


def test_a_manager_sets_a_value_and_the_next_sale_has_it() -> None:
    bench = managed()
    setting(bench, "0.8")
    (fact,) = set_facts(bench)
    assert (fact.rule, fact.param, fact.value, fact.before, fact.name) == ("OFF", "off", 80, 50, "直降")
    assert (fact.reason, fact.rules_version, fact.staff, fact.approved_by) == ("clearance", 1, "9002", None)
    assert (bench.notice, page(bench).rows[0][3:5]) == (StoreSay.VALUE_SET, ("0.80", "0.50"))
    assert due_of_a_cola(bench) == "2.70"


def test_who_may_not_needs_a_manager_and_both_names_stand_in_the_journal() -> None:
    bench = managed("1001")
    bench.write("1", "enter", "2")
    mode = bench.mode
    assert isinstance(mode, Confirming)
    assert (mode.question, mode.approval, dict(mode.params)["value"]) == (StoreAsk.SET_VALUE, True, "1.00")
    bench.approve("2001", "9999")
    assert (set_facts(bench), bench.notice) == ([], No.NO_RIGHT)
    bench.approve("9002", "1111")
    (fact,) = set_facts(bench)
    assert (fact.staff, fact.approved_by, fact.reason) == ("1001", "9002", "competition")


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("0.49", StoreNo.VALUE_BOUNDS),
        ("1.01", StoreNo.VALUE_BOUNDS),
        ("0.5", StoreNo.VALUE_SAME),
        ("", StoreNo.VALUE_FIRST),
        ("1.234", No.BAD_AMOUNT),
        (COLA, No.BAD_AMOUNT),
    ],
)
def test_what_hq_does_not_allow_is_refused_at_once(text: str, no: StoreNo | No) -> None:
    bench = managed()
    bench.write(text, "enter")
    assert (bench.notice, bench.mode, set_facts(bench)) == (no, CampaignPage(), [])


def test_numbers_and_shares_are_typed_as_people_say_them() -> None:
    bench = managed(rules=4)
    bench.press("down")
    bench.write("2.5", "enter")
    assert bench.notice == No.BAD_QUANTITY
    setting(bench, "3")
    bench.press("end")
    setting(bench, "88.5")
    assert [(fact.param, fact.value) for fact in set_facts(bench)] == [("n", 3), ("pay_bp", 8_850)]
    assert [row[3] for row in page(bench).rows] == ["1", "3", "0.50", "88.50%"]


def test_a_value_that_contradicts_the_rest_of_its_rule_is_refused() -> None:
    bench = managed(rules=4)
    bench.write("3", "enter")
    assert bench.notice == StoreNo.VALUE_SENSELESS
    bench.press("down")
    setting(bench, "4")
    bench.press("up")
    setting(bench, "3")
    assert [fact.value for fact in set_facts(bench)] == [4, 3]


def test_hqs_own_value_can_hold_again() -> None:
    bench = managed()
    setting(bench, "0.8")
    bench.press("delete", "3", "enter")
    assert [(fact.value, fact.before) for fact in set_facts(bench)] == [(80, 50), (None, 80)]
    assert due_of_a_cola(bench) == "3.00"


def test_escape_takes_what_is_typed_the_value_and_then_the_page_back() -> None:
    bench = managed()
    bench.write("0.8", "escape")
    assert (bench.counter.text, bench.mode) == ("", CampaignPage())
    bench.write("0.8", "enter", "escape")
    assert bench.mode == CampaignPage()
    bench.write("0.8", "enter", "9")
    assert bench.notice == No.NO_CHOICE
    bench.press("up")
    assert bench.notice == No.FINISH_FIRST
    bench.press("escape", "escape")
    assert (bench.mode.name, set_facts(bench)) == ("sale", [])


def test_it_survives_a_restart_and_an_open_sale_keeps_what_held_when_it_began() -> None:
    bench = managed()
    setting(bench, "0.8")
    bench.press("escape")
    bench.scan(COLA)
    record = bench.start
    for fact in bench.facts:
        record = apply(record, fact)
    again = Bench(record=record, rules=RULES, offer_rules=1)
    assert again.due == "2.70"
    assert record.sale is not None
    assert record.sale.store_values == {"OFF": {"off": StoreValue(value=80, set_ms=set_facts(bench)[0].set_ms)}}
    again.press("escape", "f12", "escape")
    assert due_of_a_cola(again) == "2.70"


def test_a_sale_that_was_held_before_is_priced_with_it_when_it_is_recalled() -> None:
    bench = Bench(rules=RULES, offer_rules=1).sign_in("9002")
    bench.scan(COLA)
    assert bench.due == "3.00"
    bench.press("f5", "f20", "5")
    setting(bench, "1")
    bench.press("escape", "f6", "enter")
    assert bench.due == "2.50"
    sale = bench.counter.record.sale
    assert sale is not None
    assert sale.store_values == bench.counter.record.store_values


def test_new_rules_that_do_not_allow_it_ignore_it_and_say_so() -> None:
    bench = managed()
    setting(bench, "0.55")
    bench.press("escape")
    bench.send(RulesOffered(2))
    assert (bench.notice, dict(bench.counter.notice.params)["values"]) == (Say.RULES_IGNORE, "OFF.off")
    (*_, activated) = (fact for fact in bench.facts if isinstance(fact, pev.RulesActivated))
    assert (activated.version, activated.ignored) == (2, ("OFF.off",))
    assert (bench.counter.record.store_values, due_of_a_cola(bench)) == ({}, "2.90")


def test_new_rules_that_allow_it_keep_it() -> None:
    bench = managed()
    setting(bench, "0.7")
    bench.press("escape")
    bench.send(RulesOffered(2))
    assert (bench.notice, due_of_a_cola(bench)) == (Say.RULES_CHANGED, "2.80")


def test_what_another_till_of_the_store_set_comes_with_hqs_rules_and_the_later_one_holds() -> None:
    bench = managed(rules=5)
    assert page(bench).rows[0][3] == "0.90"
    setting(bench, "0.8")
    (fact,) = set_facts(bench)
    assert fact.set_ms > 5_000_000, "the clock of this till is behind, and still it is the newest"
    assert due_of_a_cola(bench) == "2.70"


@pytest.mark.parametrize("rules", [3, 6])
def test_where_hq_lets_a_store_set_nothing_there_is_no_page(rules: int) -> None:
    bench = managed(rules=rules)
    assert (bench.notice, bench.mode.name) == (StoreNo.NO_CAMPAIGNS, "store")


def test_a_training_sets_nothing() -> None:
    bench = Bench(rules=RULES, offer_rules=1).sign_in("9002")
    bench.press("f15", "enter", "f20", "5")
    assert (bench.notice, bench.mode.name) == (No.NOT_IN_TRAINING, "store")


def test_rules_that_change_while_a_manager_is_asked_decide() -> None:
    bench = managed("1001")
    bench.write("0.55", "enter", "1")
    bench.send(RulesOffered(2))
    bench.approve("9002", "1111")
    assert (set_facts(bench), bench.notice) == ([], StoreNo.VALUE_BOUNDS)
    bench = managed("1001")
    bench.write("0.55", "enter", "1")
    bench.send(RulesOffered(6))
    bench.approve("9002", "1111")
    assert (set_facts(bench), bench.notice) == ([], StoreNo.NO_CAMPAIGNS)
