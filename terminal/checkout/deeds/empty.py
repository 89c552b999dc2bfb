"""A sale in which there is nothing: it stands in nobody's way, and goes by itself."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from msgspec.structs import replace

from terminal.checkout.messages import Say
from terminal.checkout.outcome import Applied, Outcome, Rejected, Turn, say
from terminal.checkout.state import Counter
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.record import apply

CauseT = TypeVar("CauseT")


def without_empty_sale(handler: Callable[[Turn[CauseT]], Outcome]) -> Callable[[Turn[CauseT]], Outcome]:
    """Return a handler of what happens between sales: an open sale of which nothing is left is dropped for it.

    It has no line and no tender any more, perhaps a member. What the handler refuses changes nothing.
    """

    @wraps(handler)
    def handle(turn: Turn[CauseT]) -> Outcome:
        counter = turn.counter
        fact = _dropped(counter)
        if fact is None:
            return handler(turn)
        told = ev.InTraining(fact=fact) if counter.is_training else fact
        outcome = handler(replace(turn, counter=replace(counter, durable=apply(counter.durable, told))))
        if isinstance(outcome, Rejected) and outcome.counter is not None:
            return replace(outcome, counter=replace(outcome.counter, durable=counter.durable))
        if not isinstance(outcome, Applied):
            return outcome
        said = outcome.said or say(Say.EMPTY_DROPPED, Level.ATTENTION)
        after = replace(outcome.counter, durable=counter.durable, selected=0)
        return replace(outcome, counter=after, facts=(fact, *outcome.facts), said=said)

    return handle


def _dropped(counter: Counter) -> ev.SaleVoided | None:
    """Return the fact that drops the open sale; None if there is something in it."""
    record = counter.record
    sale, staff = record.sale, record.staff
    if sale is None or staff is None or record.exchange is not None:
        return None
    if sale.live_lines or sale.tenders or counter.durable.undecided(sale.id) is not None:
        return None
    return ev.SaleVoided(sale_id=sale.id, staff=staff.number, total_fen=0, by_itself=True)
