"""What this process knows of a payment beside what is durable: when it asks, and what it has asked."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.gateways import Answer, Call
from terminal.domain.ids import OrderNumber
from terminal.domain.payments import Course, Pace

TIMER = "payments"
"""The one timer of all payments."""
LOST_MS = 5_000
"""After what could not be written down, the host is asked again."""


class Errand(Struct, frozen=True, kw_only=True):
    """One payment. Times are monotonic, in ms: it is under way here since ``since_ms``, and asked about at ``due_ms``.

    ``asked`` is the number of a question whose answer is waited for, ``last`` what was asked in it, or before, and
    ``heard`` the last answer. ``cancelling``: the cashier wants it undone. ``unsaid``: of one that is reversed, no
    reversal can have been heard of yet. ``waited_s`` is shown. ``refund`` as in `Payment`.
    """

    order: OrderNumber
    refund: str = ""
    since_ms: int
    due_ms: int
    reversing_ms: int | None = None
    asked: str = ""
    last: Call | None = None
    heard: Answer | None = None
    cancelling: bool = False
    unsaid: bool = False
    waited_s: int = 0

    @property
    def key(self) -> tuple[OrderNumber, str]:
        """That of the payment."""
        return self.order, self.refund

    def course(self, pace: Pace, now_ms: int) -> Course:
        """Return how the payment went until now."""
        return Course(
            pace=pace,
            since_start=now_ms - self.since_ms,
            since_reversing=0 if self.reversing_ms is None else now_ms - self.reversing_ms,
            cancelling=self.cancelling,
            unsaid=self.unsaid,
        )


def lost(errands: Iterable[Errand], now_ms: int) -> tuple[Errand, ...]:
    """Return errands whose answers could not be written down: each is asked about again, a little later."""
    return tuple(replace(one, asked="", due_ms=now_ms + LOST_MS) for one in errands)
