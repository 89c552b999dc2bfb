"""Code payments: one attempt at a gateway, from the first call to a state that is known (CHECKOUT 7).

``created → paid | declined | pending → query … → reversing → reversed | unknown``. Pure: it says which call comes next
and is told the answer; who calls, and how long one waits, is another's business.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.sale import TenderKind

CODE_PAYMENTS = frozenset({TenderKind.CARD, TenderKind.WECHAT, TenderKind.ALIPAY, TenderKind.UNIONPAY})


class Call(StrEnum):
    """What a gateway can be asked."""

    PAY = "pay"
    QUERY = "query"
    REVERSE = "reverse"
    REFUND = "refund"
    """Money of a payment that had ended goes back; no call of an attempt."""


class Answer(StrEnum):
    """What a gateway answers; no answer in time is `TIMEOUT`."""

    OK = "OK"
    PENDING = "PENDING"
    TIMEOUT = "TIMEOUT"
    FAIL = "FAIL"


class AttemptState(StrEnum):
    """Where an attempt stands."""

    CREATED = "created"
    PENDING = "pending"
    REVERSING = "reversing"
    PAID = "paid"
    DECLINED = "declined"
    REVERSED = "reversed"
    UNKNOWN = "unknown"


class Attempt(Struct, frozen=True, kw_only=True):
    """One attempt to be paid. ``queries`` and ``reverses`` are how many more times each may be called."""

    kind: TenderKind
    state: AttemptState = AttemptState.CREATED
    queries: int = 3
    reverses: int = 3

    @property
    def next_call(self) -> Call | None:
        """The call that comes next; None once the state is known, or nothing more may be asked."""
        match self.state:
            case AttemptState.CREATED:
                return Call.PAY
            case AttemptState.PENDING:
                return Call.QUERY
            case AttemptState.REVERSING:
                return Call.REVERSE
            case _:
                return None

    def answered(self, call: Call, answer: Answer) -> "Attempt":
        """Return the attempt after an answer."""
        if call is Call.REVERSE:
            left = replace(self, reverses=self.reverses - 1)
            return replace(left, state=AttemptState.REVERSED) if answer is Answer.OK else left.waiting()
        if answer is Answer.OK:
            return replace(self, state=AttemptState.PAID)
        if answer is Answer.FAIL:
            return replace(self, state=AttemptState.DECLINED)
        asked = self if call is Call.PAY else replace(self, queries=self.queries - 1)
        return asked.waiting()

    def waiting(self) -> "Attempt":
        """Return the attempt without a clear answer: it is asked again, then reversed, then unknown."""
        if self.state is not AttemptState.REVERSING and self.queries > 0:
            return replace(self, state=AttemptState.PENDING)
        if self.reverses > 0:
            return replace(self, state=AttemptState.REVERSING)
        return replace(self, state=AttemptState.UNKNOWN)

    def undone(self, reverses: int) -> "Attempt":
        """Return the attempt when it must not stand, because another one failed."""
        return replace(self, state=AttemptState.PAID, reverses=reverses).reversing()

    def reversing(self) -> "Attempt":
        """Return the attempt that is being reversed; with no try left its state is unknown."""
        return replace(self, state=AttemptState.REVERSING if self.reverses > 0 else AttemptState.UNKNOWN)

    def again(self, *, queries: int, reverses: int) -> "Attempt":
        """Return a paid or unknown attempt that is taken up again: it is asked, never paid a second time."""
        afresh = replace(self, queries=queries, reverses=reverses)
        return afresh.waiting() if queries else afresh.reversing()
