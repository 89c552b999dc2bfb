"""The page of what the store may set of HQ's campaigns: a value is typed, and its reason picked."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.deeds.gate import request
from terminal.checkout.handlers.typing import PICKS, clear, put
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, reject
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store.drafts import SetRuleValue
from terminal.checkout.store.messages import StoreNo, ValueReason
from terminal.checkout.store.modes import CampaignPage, Chosen
from terminal.checkout.store.values import refusal_of, rows_of, typed_value
from terminal.domain.promotions.store_values import Measure, Settable, measure_of
from terminal.domain.text import SafeText


def open_page(turn: KeyTurn) -> Outcome:
    """Show what may be set; what is practised sets nothing."""
    counter = turn.counter
    if counter.is_training:
        return reject(No.NOT_IN_TRAINING)
    if not rows_of(counter):
        return reject(StoreNo.NO_CAMPAIGNS)
    return Applied(counter=replace(counter, mode=CampaignPage(), text=""))


def move(turn: KeyTurn) -> Outcome:
    """Highlight another parameter, while no value waits for its reason."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, CampaignPage) or mode.chosen is not None:
        return reject(No.FINISH_FIRST)
    last = len(rows_of(counter)) - 1
    steps: Mapping[str, int] = {"up": mode.selected - 1, "down": mode.selected + 1, "home": 0, "end": last}
    at = min(max(steps[turn.cause.name], 0), max(last, 0))
    return Applied(counter=replace(counter, mode=replace(mode, selected=at), text=""))


def digit(turn: KeyTurn) -> Outcome:
    """Type a value; behind it pick why."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, CampaignPage):
        return Ignored()
    if mode.chosen is None:
        return put(turn)
    index, reasons = PICKS.find(turn.cause.name), tuple(ValueReason)
    one = _selected(counter, mode)
    if one is None or not 0 <= index < len(reasons):
        return reject(No.NO_CHOICE)
    reason = SafeText(reasons[index].removeprefix("reason."))
    action = SetRuleValue(rule=one.rule.id, param=one.param, value=mode.chosen.value, reason=reason)
    return request(replace(counter, mode=replace(mode, chosen=None)), action, turn.moment)


def enter(turn: KeyTurn) -> Outcome:
    """Take the typed value of the highlighted parameter, if HQ allows it."""
    counter, mode = turn.counter, turn.counter.mode
    one = _selected(counter, mode) if isinstance(mode, CampaignPage) else None
    if not isinstance(mode, CampaignPage) or mode.chosen is not None or one is None:
        return reject(No.NO_CHOICE)
    if not counter.text:
        return reject(StoreNo.VALUE_FIRST)
    value = typed_value(one.param, counter.text)
    if value is None:
        no = No.BAD_QUANTITY if measure_of(one.param) is Measure.NUMBER else No.BAD_AMOUNT
        return reject(no, replace(counter, text=""))
    return _chosen(replace(counter, text=""), mode, one, value)


def give_back(turn: KeyTurn) -> Outcome:
    """Let HQ's own value of the highlighted parameter hold again."""
    counter, mode = turn.counter, turn.counter.mode
    one = _selected(counter, mode) if isinstance(mode, CampaignPage) else None
    if not isinstance(mode, CampaignPage) or mode.chosen is not None or one is None:
        return reject(No.NO_CHOICE)
    return _chosen(replace(counter, text=""), mode, one, None)


def _chosen(counter: Counter, mode: CampaignPage, one: Settable, value: int | None) -> Outcome:
    refused = refusal_of(counter, one, value)
    if refused is not None:
        return replace(refused, counter=counter)
    return Applied(counter=replace(counter, mode=replace(mode, chosen=Chosen(value=value))))


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then the value that waits for its reason, then go back to selling."""
    counter, mode = turn.counter, turn.counter.mode
    if counter.text:
        return clear(turn)
    if isinstance(mode, CampaignPage) and mode.chosen is not None:
        return Applied(counter=replace(counter, mode=replace(mode, chosen=None)))
    return Applied(counter=replace(counter, mode=at_rest(counter), text=""))


def _selected(counter: Counter, mode: CampaignPage) -> Settable | None:
    rows = rows_of(counter)
    return rows[mode.selected] if mode.selected < len(rows) else None
