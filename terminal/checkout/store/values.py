"""What a store sets of HQ's campaigns: what may be set, how it is written, and that it holds from now on."""

from terminal.checkout.handlers.rules import decided
from terminal.checkout.handlers.typing import amount_of
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Outcome, Permit, Rejected, reject, say
from terminal.checkout.state import Counter
from terminal.checkout.store.drafts import SetRuleValue
from terminal.checkout.store.messages import StoreNo, StoreSay
from terminal.domain.barcode import looks_like_barcode
from terminal.domain.money import format_fen
from terminal.domain.promotions.store_values import (
    Measure,
    Settable,
    StoreValue,
    measure_of,
    set_by_store,
    settables,
    with_value,
)
from terminal.domain.text import SafeText
from terminal.wire import promotion_events as pev

HIGHEST_NUMBER = 9_999_999
BP_PER_PERCENT = 100


def rows_of(counter: Counter) -> tuple[Settable, ...]:
    """Return what may be set, as HQ's rules that decide now have it."""
    return tuple(settables(counter.hq_rules))


def value_now(counter: Counter, one: Settable) -> int | None:
    """Return what holds now: what the store set, else what HQ says."""
    value: int | None = getattr(counter.pricer.rules.by_id[one.rule.id], one.param)
    return value


def value_text(param: str, value: int | None) -> str:
    """Return a value as people write it: an amount, a percentage, a number."""
    if value is None:
        return "-"
    match measure_of(param):
        case Measure.MONEY:
            return format_fen(value)
        case Measure.SHARE:
            whole, rest = divmod(value, BP_PER_PERCENT)
            return f"{whole}.{rest:02d}%" if rest else f"{whole}%"
        case Measure.NUMBER:
            return str(value)


def typed_value(param: str, text: str) -> int | None:
    """Return what is typed for a parameter; None if it is no such value. A barcode is none."""
    if looks_like_barcode(text):
        return None
    if measure_of(param) is Measure.NUMBER:
        number = int(text) if text.isascii() and text.isdigit() else -1
        return number if 0 <= number <= HIGHEST_NUMBER else None
    value = amount_of(text)
    return None if value is None or value < 0 else value


def refusal_of(counter: Counter, one: Settable, value: int | None) -> Rejected | None:
    """Return why a value cannot be set; None if it can."""
    would_hold = one.hq_value if value is None else value
    if would_hold == value_now(counter, one):
        return reject(StoreNo.VALUE_SAME, value=value_text(one.param, would_hold))
    if value is not None and not one.lowest <= value <= one.highest:
        lowest, highest = value_text(one.param, one.lowest), value_text(one.param, one.highest)
        return reject(StoreNo.VALUE_BOUNDS, lowest=lowest, highest=highest)
    own = with_value(counter.record.store_values, one.rule.id, one.param, _dated(counter, one, value, wall_ms=0))
    ignored = set_by_store(counter.hq_rules, counter.trade.values_of(counter.identity.store, own))[1]
    of_rule = {f"{one.rule.id}.{param}" for param in one.rule.store_may_set}
    return None if of_rule.isdisjoint(ignored) else reject(StoreNo.VALUE_SENSELESS)


def _dated(counter: Counter, one: Settable, value: int | None, *, wall_ms: int) -> StoreValue:
    """Return a value that is set now; also where the clock went back it is the newest."""
    known = counter.trade.values_of(counter.identity.store, counter.record.store_values)
    before = known.get(one.rule.id, {}).get(one.param)
    return StoreValue(value=value, set_ms=wall_ms if before is None else max(wall_ms, before.set_ms + 1))


def set_value(counter: Counter, action: SetRuleValue, permit: Permit) -> Outcome:
    """Let a value hold from the next sale on. HQ's rules may have changed since it was typed: then it is refused."""
    staff = counter.record.staff
    one = next((row for row in rows_of(counter) if (row.rule.id, row.param) == (action.rule, action.param)), None)
    if staff is None or one is None:
        return reject(No.LOCKED if staff is None else StoreNo.NO_CAMPAIGNS)
    refused = refusal_of(counter, one, action.value)
    if refused is not None:
        return refused
    value = _dated(counter, one, action.value, wall_ms=permit.moment.wall_ms)
    fact = pev.RuleValueSet(
        rule=one.rule.id,
        param=one.param,
        value=action.value,
        before=value_now(counter, one),
        name=SafeText(one.name),
        reason=action.reason,
        rules_version=counter.record.rules_version,
        staff=staff.number,
        local_time=permit.moment.local_iso,
        set_ms=value.set_ms,
        approved_by=permit.approver,
    )
    own = with_value(counter.record.store_values, one.rule.id, one.param, value)
    after, _ = decided(counter, counter.hq_rules, counter.declared, own=own)
    holds = value_text(one.param, one.hq_value if action.value is None else action.value)
    said = say(StoreSay.VALUE_SET, name=SafeText(one.name), detail=f"param.{one.param}", value=holds)
    return Applied(counter=after, facts=(fact,), said=said)
