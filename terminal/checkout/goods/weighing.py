"""Weighing at the till: the scale is asked while a prompt wants a weight; Enter on an empty input takes what it says.

A weight that is taken was asked for after the article was scanned, and at most half a second ago. One that does not lie
still is waited for, and nothing else is: keys and scans go on, and a typed weight comes first.
"""

from msgspec.structs import replace

from terminal.checkout.drafts import Draft, Need
from terminal.checkout.effects import Arm, Effect, Weigh
from terminal.checkout.goods.messages import GoodsSay
from terminal.checkout.goods.scale import FAULTS, FRESH_MS, Weighing, refusal_of, seen_by
from terminal.checkout.handlers.answers import next_step
from terminal.checkout.inputs import Fired, Moment, Weighed
from terminal.checkout.messages import No
from terminal.checkout.modes import Prompting, Selling
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, Rejected, Said, Turn, reject, say
from terminal.checkout.rows import weight_text
from terminal.checkout.state import Counter
from terminal.ports.devices import DeviceKind, Weight, WeightState
from terminal.wire.counter.view import Level

TIMER = "scale"
PAUSE_MS = 150
"""Between two readings."""
PATIENCE_MS = 8_000
"""How long goods may take to lie still."""


def watched(counter: Counter, moment: Moment) -> tuple[Counter, tuple[Effect, ...]]:
    """Begin to ask the scale when the weight of a draft is asked for, and leave it alone when none is."""
    now, draft = counter.weighing, _wanted(counter)
    if draft is now.draft:
        return counter, ()
    if draft is None:
        return replace(counter, weighing=Weighing(turn=now.turn, last_g=now.last_g)), ()
    begun = Weighing(turn=now.turn + 1, draft=draft, asked_ms=moment.mono_ms, last_g=now.last_g)
    return replace(counter, weighing=begun), (Weigh(begun.turn),)


def _wanted(counter: Counter) -> Draft | None:
    mode = counter.mode
    if not isinstance(mode, Prompting) or mode.need is not Need.WEIGHT or not isinstance(mode.subject, Draft):
        return None
    return mode.subject if scale_of(counter) else None


def scale_of(counter: Counter) -> str:
    """Return the name of the till's scale; empty: it has none."""
    return next((one.now.name for one in counter.devices if one.now.kind is DeviceKind.SCALE), "")


def ask_again(turn: Turn[Fired]) -> Outcome:
    """Ask the scale for its next reading."""
    now = turn.counter.weighing
    if now.draft is None or turn.cause.turn != now.turn:
        return Ignored()
    asked = replace(now, asked_ms=turn.moment.mono_ms)
    return Applied(counter=replace(turn.counter, weighing=asked), effects=(Weigh(now.turn),))


def heard(turn: Turn[Weighed]) -> Outcome:
    """Keep what the scale says, for the cashier to see, and take it if that was asked for."""
    counter, now = turn.counter, turn.counter.weighing
    if now.draft is None or turn.cause.turn != now.turn:
        return Ignored()
    seen = seen_by(now, turn.cause.weight)
    if counter.text:
        seen = replace(seen, since_ms=None)  # the cashier types it
    counter, more = replace(counter, weighing=seen), (Arm(TIMER, PAUSE_MS, turn=now.turn),)
    is_busy = counter.looking is not None or counter.securing is not None
    if seen.since_ms is None or is_busy:
        return Applied(counter=counter, effects=more)
    outcome = _judged(counter, now.draft, turn.moment)
    if isinstance(outcome, Applied):
        return replace(outcome, effects=(*outcome.effects, *more))
    return _refused(counter, outcome, more)


def _refused(counter: Counter, outcome: Outcome, more: tuple[Effect, ...]) -> Outcome:
    """Return a refusal that came by itself: the scale is asked on all the same."""
    if not isinstance(outcome, Rejected):
        return outcome
    said = Said(message=outcome.no, level=Level.REJECTED, params=outcome.params)
    return Applied(counter=outcome.counter or counter, effects=more, said=said)


def take(turn: KeyTurn, draft: Draft) -> Outcome:
    """Take what lies on the scale; without a scale a weight has to be typed."""
    counter = turn.counter
    if counter.weighing.draft is None:
        return reject(No.BAD_WEIGHT)
    asked = replace(counter.weighing, since_ms=turn.moment.mono_ms)
    return _judged(replace(counter, weighing=asked), draft, turn.moment)


def _judged(counter: Counter, draft: Draft, moment: Moment) -> Outcome:
    """Take the weight, wait for a better reading, or refuse what is none."""
    now = counter.weighing
    seen = now.seen
    if seen is None or (moment.mono_ms - now.seen_ms > FRESH_MS and seen.state not in FAULTS):
        return Applied(counter=counter)
    no = refusal_of(seen)
    if no is None:
        return _taken(counter, draft, seen, moment)
    waited_ms = moment.mono_ms - (moment.mono_ms if now.since_ms is None else now.since_ms)
    if seen.state is WeightState.MOTION and waited_ms < PATIENCE_MS:
        is_told = counter.notice.message == GoodsSay.SCALE_MOVES or counter.notice.level is Level.REJECTED
        return Applied(counter=counter, said=None if is_told else say(GoodsSay.SCALE_MOVES, Level.ATTENTION))
    return reject(no, replace(counter, weighing=replace(now, since_ms=None)))


def _taken(counter: Counter, draft: Draft, seen: Weight, moment: Moment) -> Outcome:
    """Go on with the weight. The same as before may be the goods of before: that is said, and no more."""
    now = counter.weighing
    weighed = replace(counter, weighing=replace(now, since_ms=None, last_g=seen.grams))
    whole = replace(draft, weight_g=seen.grams, scale=scale_of(counter))
    outcome = next_step(weighed, whole, moment)
    is_added = isinstance(outcome, Applied) and isinstance(outcome.counter.mode, Selling)
    if not isinstance(outcome, Applied) or not is_added or seen.grams != now.last_g or draft.article is None:
        return outcome
    same = say(GoodsSay.SAME_WEIGHT, Level.ATTENTION, name=draft.article.name, weight=weight_text(seen.grams))
    return replace(outcome, said=same)
