from typing import Any

import msgspec
import pytest

from terminal.domain.ids import Sku
from terminal.domain.promotions.conditions import (
    NO_USES,
    BirthdaySpan,
    Scope,
    Shopper,
    Uses,
    When,
    Who,
    WhoKind,
    has_birthday,
    lineage,
)
from terminal.domain.promotions.kinds import AnyRule, LinePercent, RuleId, SpendOff
from terminal.domain.promotions.rule_set import RuleSet, with_overrides

NOON = "2026-03-18T12:00:00"


def rule(kind: str, **params: Any) -> AnyRule:
    made: AnyRule = msgspec.convert({"id": "R", "type": kind, **params}, AnyRule)
    return made


@pytest.mark.parametrize(
    ("kind", "params", "says"),
    [
        ("line_percent", {"pay_bp": 9000, "limit": 1}, "limit has no meaning"),
        ("spend_percent", {"pay_bp": 9000, "limit": 1}, "limit has no meaning"),
        ("line_percent", {"pay_bp": 10001}, "<= 10000"),
        ("line_percent", {"pay_bp": 9000, "colour": "red"}, "unknown field"),
        ("discount", {}, "Invalid value"),
        ("nth_off", {"n": 2, "m": 3, "pay_bp": 0}, "3 of 2 pieces"),
        ("bundle", {"items": {}, "price": 1}, "a bundle of nothing"),
        ("add_on", {"min": 0, "prices": {}, "repeat": True}, "each 0 fen"),
        ("spend_off", {}, "either min and off, or tiers"),
        ("spend_off", {"min": 1}, "either min and off, or tiers"),
        ("spend_off", {"min": 1, "off": 1, "tiers": [{"min": 1, "off": 1}]}, "either min and off, or tiers"),
        ("spend_off", {"min": 0, "off": 1, "repeat": True}, "each 0 fen"),
        ("spend_percent", {}, "either pay_bp, or tiers"),
        ("topup_bonus", {"min": 1}, "either min and bonus, or tiers"),
        ("spend_off", {"min": 1, "off": 1, "when": {"from": "tomorrow"}}, "no date"),
        ("spend_off", {"min": 1, "off": 1, "when": {"hours": [["9", "10:00"]]}}, "no time of the day"),
        ("spend_off", {"min": 1, "off": 1, "when": {"weekdays": [8]}}, "<= 7"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(kind: str, params: dict[str, Any], says: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=says):
        rule(kind, **params)


def test_two_rules_with_one_id_are_refused() -> None:
    one = LinePercent(id=RuleId("R"), pay_bp=9000)
    with pytest.raises(ValueError, match="two rules have the same id"):
        RuleSet([one, one])


def test_a_category_is_in_scope_with_all_below_it() -> None:
    scope = Scope(cats=frozenset({"food"}), not_cats=frozenset({"food/wine"}))
    assert scope.covers(Sku("A"), "food")
    assert scope.covers(Sku("A"), "food/dairy/milk")
    assert not scope.covers(Sku("A"), "food/wine/red")
    assert not scope.covers(Sku("A"), "foodstuff")
    assert lineage("a/b") == ("a", "a/b")


def test_all_given_parts_of_a_time_must_hold() -> None:
    when = When(start="2026-03-18", end="2026-03-18", weekdays=frozenset({3}), days=frozenset({18}))
    assert when.holds(NOON)
    assert when.holds("2026-03-18T23:59:59")
    assert not when.holds("2026-03-19T00:00:00")
    assert not When(start="2026-03-18T12:00:01").holds(NOON)
    assert When(end=NOON).holds(NOON)


@pytest.mark.parametrize(
    ("hour", "holds"), [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("02:00", False)]
)
def test_a_window_may_go_over_midnight(hour: str, *, holds: bool) -> None:
    assert When(hours=(("22:00", "02:00"),)).holds(f"2026-03-18T{hour}:00") is holds


def test_a_leap_day_birthday_is_on_the_28th_of_common_years() -> None:
    assert has_birthday("02-29", BirthdaySpan.DAY, "2026-02-28T09:00:00")
    assert not has_birthday("02-29", BirthdaySpan.DAY, "2028-02-28T09:00:00")
    assert has_birthday("02-29", BirthdaySpan.DAY, "2028-02-29T09:00:00")
    assert has_birthday("02-29", BirthdaySpan.MONTH, "2026-02-01T09:00:00")
    assert not has_birthday(None, BirthdaySpan.MONTH, NOON)
    assert not has_birthday("29 February", BirthdaySpan.DAY, NOON)


def test_who_asks_for_a_member_by_tier_or_birthday() -> None:
    gold = Shopper(tier="gold", birthday="03-18")
    assert Who(tiers=frozenset({"gold"}), birthday=BirthdaySpan.DAY).holds(gold, NOON)
    assert not Who(tiers=frozenset({"gold"})).holds(None, NOON)
    assert not Who(kind=WhoKind.NONMEMBER).holds(gold, NOON)
    assert Who(kind=WhoKind.NONMEMBER).holds(None, NOON)
    assert not Who(kind=WhoKind.MEMBER).holds(None, NOON)


def test_a_shop_sets_what_the_rule_lets_it_set_and_no_more() -> None:
    spend = SpendOff(id=RuleId("SO"), min=1000, off=100, store_may_set={"off": (50, 200), "limit": (-9, 9)})
    overrides: dict[str, dict[str, Any]] = {
        "SO": {"off": 150, "min": 1, "limit": -1},
        "gone": {"off": 1},
    }
    (changed,), refused = with_overrides([spend], overrides)
    assert isinstance(changed, SpendOff)
    assert (changed.off, changed.min, changed.limit) == (150, 1000, None)
    assert refused == ("SO.min", "SO.limit", "gone.off")


@pytest.mark.parametrize("value", [49, 201, True, "150"])
def test_a_value_that_a_shop_may_not_set_changes_nothing(value: Any) -> None:
    spend = SpendOff(id=RuleId("SO"), min=1000, off=100, store_may_set={"off": (50, 200)})
    assert with_overrides([spend], {"SO": {"off": value}}) == ((spend,), ("SO.off",))


def test_what_two_places_counted_is_added_up() -> None:
    sku = Sku("A")
    hq = Uses(total={"X": 1}, member_ever={"X": 2}, member_today={"X": 1}, units_today={("X", sku): 3})
    own = Uses(total={"X": 4, "Y": 1}, member_ever={"Y": 1}, units_today={("X", sku): 1})
    assert hq.plus(own) == Uses(
        total={"X": 5, "Y": 1}, member_ever={"X": 2, "Y": 1}, member_today={"X": 1}, units_today={("X", sku): 4}
    )
    assert hq.plus(NO_USES) == hq
