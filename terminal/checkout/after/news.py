"""What other tills took back of this till's sales: HQ is asked now and then, for the time when it cannot be asked."""

from msgspec.structs import replace

from terminal.checkout.inputs import Answered, Moment
from terminal.checkout.outcome import Applied, Outcome, Turn
from terminal.checkout.state import Counter, hq_answers
from terminal.domain.errors import InputError
from terminal.wire import asking
from terminal.wire.doorbell import Answer, Ask
from terminal.wire.return_events import ReturnsElsewhere

EVERY_MS = 5 * 60_000


def ask(counter: Counter, moment: Moment) -> tuple[Counter, tuple[Ask, ...]]:
    """Return the counter that waits for HQ's answer, and the question, when it is time for one."""
    is_due = counter.news_asked_ms is None or moment.mono_ms - counter.news_asked_ms >= EVERY_MS
    if not is_due or not hq_answers(counter):
        return counter, ()
    key = f"{moment.fresh_id}:returns"
    question = asking.ReturnsAsk(id=key, since=counter.durable.claims.returns_until)
    body = asking.encode_question(question)
    waiting = replace(counter, news_ask=key, news_asked_ms=moment.mono_ms)
    return waiting, (Ask(id=key, kind=asking.HQ, deadline_ms=asking.DEADLINE_MS, body=body),)


def is_awaited(counter: Counter, answer: Answer) -> bool:
    """Whether an answer is to that question."""
    return bool(counter.news_ask) and counter.news_ask == answer.id


def answered(turn: Turn[Answered]) -> Outcome:
    """Keep what HQ told; if there is more of it, ask again in a minute."""
    counter, reply = replace(turn.counter, news_ask=""), _told(turn.cause.answer)
    if reply is None or not reply.returns:
        return Applied(counter=counter)
    if reply.more:
        counter = replace(counter, news_asked_ms=None)
    return Applied(counter=counter, facts=(ReturnsElsewhere(returns=reply.returns, until=reply.until),))


def _told(answer: Answer) -> asking.Returned | None:
    if answer.failure is not None:
        return None
    try:
        reply = asking.decode_told(answer.body).reply
    except InputError:
        return None
    return reply if isinstance(reply, asking.Returned) else None
