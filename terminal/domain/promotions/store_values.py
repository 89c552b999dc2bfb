"""What a store sets of HQ's campaigns, inside HQ's bounds (CHECKOUT 4.7)."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from terminal.domain.promotions.kinds import AnyRule
from terminal.domain.promotions.rule_set import RuleSet, with_overrides


class StoreValue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a store set of a parameter, at a time (UTC); None: HQ's own value holds again."""

    value: int | None = None
    set_ms: int


StoreValues = dict[str, dict[str, StoreValue]]
"""By the id of the rule, then by its parameter."""


class Measure(StrEnum):
    """What a parameter counts."""

    MONEY = "money"
    """Whole fen."""
    SHARE = "share"
    """Basis points."""
    NUMBER = "number"


MEASURES: Mapping[str, Measure] = {
    **dict.fromkeys(("off", "min", "price", "max_off", "bonus"), Measure.MONEY),
    **dict.fromkeys(("pay_bp", "mult_bp"), Measure.SHARE),
    **dict.fromkeys(("priority", "limit", "total_limit", "daily_member_units"), Measure.NUMBER),
    **dict.fromkeys(("n", "m", "buy_qty", "gift_qty"), Measure.NUMBER),
}
"""The parameters of all kinds of rule that are whole numbers."""


def measure_of(param: str) -> Measure:
    """Return what a parameter of any kind of rule counts."""
    return MEASURES.get(param, Measure.NUMBER)


class Settable(Struct, frozen=True, kw_only=True):
    """A parameter that a store may set, from ``lowest`` to ``highest``; ``hq_value`` holds where it sets nothing."""

    rule: AnyRule
    param: str
    hq_value: int | None
    lowest: int
    highest: int

    @property
    def name(self) -> str:
        """What people call the rule."""
        return self.rule.name or self.rule.id


def settables(rules: RuleSet) -> Iterator[Settable]:
    """Yield what a store may set of HQ's rules, in the order in which they run; what makes no sense is left out."""
    for rule in rules.rules:
        for param, (lowest, highest) in sorted(rule.store_may_set.items()):
            value = getattr(rule, param, None)
            if param in rule.__struct_fields__ and (value is None or type(value) is int):
                yield Settable(rule=rule, param=param, hq_value=value, lowest=lowest, highest=highest)


def with_value(values: StoreValues, rule: str, param: str, value: StoreValue) -> StoreValues:
    """Return what a store set, with one more."""
    return {**values, rule: {**values.get(rule, {}), param: value}}


def without(values: StoreValues, ignored: tuple[str, ...]) -> StoreValues:
    """Return what a store set, without each ``rule.param`` that is ignored."""
    kept = {
        rule: {param: value for param, value in params.items() if f"{rule}.{param}" not in ignored}
        for rule, params in values.items()
    }
    return {rule: params for rule, params in kept.items() if params}


def newest(*told: StoreValues) -> StoreValues:
    """Return what tills of one store set: of each parameter what was set last, of the same time the greatest."""
    found: StoreValues = {}
    for values in told:
        for rule, params in values.items():
            for param, value in params.items():
                before = found.get(rule, {}).get(param)
                if before is None or _age(before) < _age(value):
                    found = with_value(found, rule, param, value)
    return found


def _age(value: StoreValue) -> tuple[int, int]:
    return value.set_ms, -1 if value.value is None else value.value


def _only(overrides: Mapping[str, Mapping[str, int]], names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    kept = {
        rule: {param: value for param, value in params.items() if f"{rule}.{param}" in names}
        for rule, params in overrides.items()
    }
    return {rule: params for rule, params in kept.items() if params}


def set_by_store(rules: RuleSet, values: StoreValues) -> tuple[RuleSet, tuple[str, ...]]:
    """Return HQ's rules with what a store set, and ``rule.param`` of each value that is ignored: HQ allows it no more.

    The same values give the same rules, in whatever order they were set. The indexes are made.
    """
    overrides = {
        rule: {param: value.value for param, value in sorted(params.items()) if value.value is not None}
        for rule, params in sorted(values.items())
    }
    changed, ignored = with_overrides(rules.rules, overrides)
    while ignored:  # one value may make sense only beside another
        again, left = with_overrides(changed, _only(overrides, ignored))
        if left == ignored:
            break
        changed, ignored = again, left
    if changed == rules.rules:
        return rules, ignored
    made = RuleSet(changed)
    made.make_indexes()
    return made, ignored
