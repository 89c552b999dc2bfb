"""What stores set of HQ's campaigns: the newest holds, inside HQ's bounds."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.inspect import IntType, StructType, Type, UnionType, type_info
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.promotions.kinds import AnyRule, Bundle, LineOff, NthOff, RuleId, SpendOff
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet
from terminal.domain.promotions.store_values import (
    MEASURES,
    Measure,
    StoreValue,
    StoreValues,
    measure_of,
    newest,
    set_by_store,
    settables,
    with_value,
    without,
)
from terminal.domain.trade import TradeSettings

M20 = SpendOff(id=RuleId("M20"), min=10_000, off=2_000, store_may_set={"off": (1_000, 3_000), "min": (5_000, 10_000)})
NTH = NthOff(id=RuleId("NTH"), n=2, pay_bp=5_000, store_may_set={"m": (1, 3), "pay_bp": (0, 9_000), "gone": (1, 2)})
RULES = RuleSet((NTH, M20))


def value(number: int | None, set_ms: int = 1) -> StoreValue:
    return StoreValue(value=number, set_ms=set_ms)


def numbers_of(kind: Type) -> bool:
    """Whether a field of a rule may be a whole number."""
    return isinstance(kind, IntType) or (isinstance(kind, UnionType) and any(map(numbers_of, kind.types)))


def test_every_whole_number_of_every_kind_has_a_measure() -> None:
    found = set()
    for kind in get_args(AnyRule):
        info = type_info(kind)
        assert isinstance(info, StructType)
        found |= {field.name for field in info.fields if numbers_of(field.type)}
    assert set(MEASURES) == found


def test_amounts_shares_and_numbers_are_told_apart() -> None:
    assert [measure_of(name) for name in ("off", "pay_bp", "n", "of_a_newer_kind")] == [
        Measure.MONEY,
        Measure.SHARE,
        Measure.NUMBER,
        Measure.NUMBER,
    ]


def test_what_may_be_set_is_listed_with_bounds_and_hqs_own_value() -> None:
    rows = [(one.name, one.param, one.hq_value, one.lowest, one.highest) for one in settables(RULES)]
    assert rows == [
        ("NTH", "m", 1, 1, 3),
        ("NTH", "pay_bp", 5_000, 0, 9_000),
        ("M20", "min", 10_000, 5_000, 10_000),
        ("M20", "off", 2_000, 1_000, 3_000),
    ]


def test_what_is_no_number_is_not_the_stores_to_set() -> None:
    bundle = Bundle(id=RuleId("B"), items={Sku("A"): 1}, price=1, store_may_set={"items": (1, 2), "limit": (1, 2)})
    assert [(one.param, one.hq_value) for one in settables(RuleSet((bundle,)))] == [("limit", None)]


def test_a_value_inside_the_bounds_holds_and_nothing_else_changes() -> None:
    changed, ignored = set_by_store(RULES, {"M20": {"off": value(2_500)}})
    assert ignored == ()
    (over,) = (rule for rule in changed.rules if isinstance(rule, SpendOff))
    assert (over.off, over.min, changed.by_id["NTH"]) == (2_500, 10_000, NTH)


def test_what_hq_does_not_allow_is_ignored_and_named() -> None:
    values = {"M20": {"off": value(9_999), "min": value(5_000)}, "GONE": {"off": value(1)}, "NTH": {"m": value(3)}}
    changed, ignored = set_by_store(RULES, values)
    assert ignored == ("GONE.off", "M20.off", "NTH.m")
    assert changed.by_id["NTH"] == NTH


def test_values_that_make_sense_only_together_hold_together() -> None:
    rule = replace(NTH, store_may_set={"m": (1, 3), "n": (2, 4)})
    changed, ignored = set_by_store(RuleSet((rule,)), {"NTH": {"m": value(3), "n": value(4)}, "GONE": {"m": value(1)}})
    assert (ignored, changed.rules) == (("GONE.m",), (replace(rule, m=3, n=4),))


def test_without_a_value_of_its_own_a_store_has_hqs_rules_themselves() -> None:
    assert set_by_store(RULES, {}) == (RULES, ())
    assert set_by_store(RULES, {"M20": {"off": value(None)}})[0] is RULES
    assert set_by_store(NO_RULES, {"M20": {"off": value(2)}}) == (NO_RULES, ("M20.off",))


def test_the_newest_value_holds_whoever_set_it() -> None:
    first = {"A": {"off": value(1, 10), "min": value(7, 10)}}
    later = {"A": {"off": value(None, 20)}, "B": {"off": value(3, 5)}}
    assert newest(first, later) == {"A": {"off": value(None, 20), "min": value(7, 10)}, "B": {"off": value(3, 5)}}


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 3), st.none() | st.integers(0, 3)), max_size=6))
def test_the_order_in_which_values_are_heard_does_not_matter(told: list[tuple[str, int, int | None]]) -> None:
    sets: list[StoreValues] = [{rule: {"off": value(number, at)}} for rule, at, number in told]
    assert newest(*sets) == newest(*reversed(sets))


def test_what_is_ignored_is_forgotten() -> None:
    values = with_value({"A": {"off": value(1), "min": value(2)}}, "B", "off", value(3))
    assert without(values, ("A.off", "B.off")) == {"A": {"min": value(2)}}


@pytest.mark.parametrize(
    ("own", "holds"), [({}, 1), ({"A": {"off": value(5, 9)}}, 5), ({"A": {"off": value(5, 2)}}, 1)]
)
def test_a_till_knows_what_others_of_its_store_set(own: StoreValues, holds: int) -> None:
    others: dict[str, StoreValues] = {"S01": {"A": {"off": value(1, 3)}}, "S02": {"A": {"off": value(2, 99)}}}
    assert TradeSettings(store_values=others).values_of("S01", own)["A"]["off"].value == holds


def test_a_rule_is_called_by_its_name_else_by_its_id() -> None:
    named = LineOff(id=RuleId("X"), name="减", off=1, store_may_set={"off": (1, 2)})  # type: ignore[arg-type]
    assert [one.name for one in settables(RuleSet((named,)))] == ["减"]
