"""What stores set of HQ's rules: told by their tills, carried to all tills of the store with rules that HQ signs."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

import msgspec

from hq.store.port import Store
from terminal.domain.promotions.rule_set import RuleSet, with_overrides
from terminal.domain.promotions.store_values import (
    StoreValue,
    StoreValues,
    set_by_store,
    settables,
    with_value,
    without,
)
from terminal.domain.trade import TradeSettings
from terminal.wire.promotion_events import RuleValueSet
from terminal.wire.rules.building import RulesContent
from terminal.wire.topics import store_of

KEY = "store_values"
"""The setting of a rules file that has them; people never write it."""
FIRST, LAST = "0000-00-00", "9999-99-99"
"""Business dates around all that there are."""


def told_by(facts: Iterable[tuple[str, int, RuleValueSet]]) -> dict[str, StoreValues]:
    """Return what each store set last, from the facts of its tills (terminal, when HQ got it, fact).

    The clock of a till may be ahead: nothing was set later than HQ got it. What was set last gets a time after all
    others, so that the till whose clock is ahead goes by it too.
    """
    found: dict[tuple[str, str, str], list[tuple[int, int, int, RuleValueSet]]] = {}
    for terminal, recv_ms, fact in facts:
        order = (min(fact.set_ms, recv_ms), fact.set_ms, -1 if fact.value is None else fact.value)
        found.setdefault((store_of(terminal), fact.rule, fact.param), []).append((*order, fact))
    told: dict[str, StoreValues] = {}
    for (store, rule, param), values in found.items():
        last = max(values, key=lambda one: one[:3])[-1]
        latest_ms = max(fact.set_ms for *_, fact in values)
        set_ms = last.set_ms if last.set_ms == latest_ms else latest_ms + 1
        told[store] = with_value(told.get(store, {}), rule, param, StoreValue(value=last.value, set_ms=set_ms))
    return told


def told_to(store: Store, *, only: str = "") -> dict[str, StoreValues]:
    """Return what each store (or one) set last; a fact that cannot be read is passed over (an alarm named it)."""
    found = []
    for terminal, recv_ms, row in store.journals.of_store_work(
        RuleValueSet.__name__, store=only, first=FIRST, last=LAST
    ):
        with suppress(msgspec.DecodeError):
            found.append((terminal, recv_ms, msgspec.msgpack.decode(row.body, type=RuleValueSet)))
    return told_by(found)


def allowed(rules: RuleSet, values: StoreValues) -> tuple[StoreValues, tuple[str, ...]]:
    """Return what rules allow of what a store set, and ``rule.param`` of the rest; none of rules that are gone."""
    known = {rule: params for rule, params in values.items() if rule in rules.by_id}
    ignored = set_by_store(rules, known)[1]
    return without(known, ignored), ignored


def carrying(
    content: RulesContent, told: dict[str, StoreValues], *, only: str | None, doubts: list[str]
) -> RulesContent:
    """Return the content of a rules file with what stores set, or what ``only`` one set.

    What these rules do not allow is left out, and added to ``doubts``; of rules that are gone nothing is said.
    """
    rules = tuple(content.rules)
    settings = msgspec.convert(content.settings, TradeSettings)
    base = RuleSet(with_overrides(rules, settings.rule_overrides)[0])
    carried = {}
    for store, values in sorted(told.items()):
        if only in (None, store):
            carried[store], ignored = allowed(base, values)
            doubts += [
                f"store {store} set {name}: these rules do not allow it any more, it is ignored" for name in ignored
            ]
    carried = {store: values for store, values in carried.items() if values}
    if not carried:
        return replace(content, rules=rules)
    return replace(content, rules=rules, settings={**content.settings, KEY: msgspec.to_builtins(carried)})


def wrong_in(fact: RuleValueSet, rules: RuleSet) -> Iterator[str]:
    """Yield in words what HQ does not allow of what a store set of its rules."""
    one = next((row for row in settables(rules) if (row.rule.id, row.param) == (fact.rule, fact.param)), None)
    if one is None:
        yield f"{fact.rule}.{fact.param} is not the store's to set"
    elif fact.value is not None and not one.lowest <= fact.value <= one.highest:
        yield f"{fact.rule}.{fact.param} {fact.value} is not from {one.lowest} to {one.highest}"
