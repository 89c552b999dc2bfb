"""What follows from the journal of what a store set of HQ's rules."""

from terminal.domain.promotions.store_values import StoreValue, StoreValues, with_value, without
from terminal.wire.promotion_events import RulesActivated, RuleValueSet


def after_values(values: StoreValues, fact: RulesActivated | RuleValueSet) -> StoreValues:
    """Return what is set after one fact: one more, or without what other rules ignore."""
    if isinstance(fact, RuleValueSet):
        return with_value(values, fact.rule, fact.param, StoreValue(value=fact.value, set_ms=fact.set_ms))
    return without(values, fact.ignored) if fact.ignored else values
