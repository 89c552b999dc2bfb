"""Payments by code at a till: one attempt from its start to the end of all that may still come of it.

`terminal.domain.gateways.Attempt` says what an answer means; here stands what a till adds: times instead of counts, an
amount that must be right, and money that comes after all was said to be undone. Pure: times come in from outside.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.gateways import Answer, Attempt, AttemptState, Call
from terminal.domain.ids import OrderNumber, SaleId
from terminal.domain.sale import TenderKind
from terminal.domain.text import SafeText

UNDECIDED = frozenset({AttemptState.CREATED, AttemptState.PENDING, AttemptState.REVERSING, AttemptState.UNKNOWN})


class Reason(StrEnum):
    """Why an attempt must not stand: it is reversed, and never believed to be paid again."""

    CANCELLED = "cancelled"
    TOO_LONG = "too_long"
    UNHEARD = "unheard"
    """The host says that it never heard of it."""
    WRONG_AMOUNT = "wrong_amount"
    REMOVED = "removed"
    """It was paid, and the cashier took the tender back."""


NOT_SENT = "not_sent"
NO_ROUTE = "no_route"
NEVER_SENT = frozenset({NOT_SENT, NO_ROUTE})
"""Reasons of a decline after which nothing can follow: nobody has heard of the payment."""


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An attempt that something may still come of. ``code`` is what may be kept of the customer's.

    It began at the shop's ``local_time`` (YYYY-MM-DDTHH:MM:SS).

    ``given_up`` is why it must not stand. ``taken``: its tender is in the sale. ``found_fen`` was taken from the
    customer after it had ended without money: it is to be returned. ``checks`` counts how often the host was asked
    since then, and knew of no money. ``refund`` is the number of what is to be returned; empty = the only one that an
    attempt without a sale can have.

    ``refused``: the host will not return it; ``in_cash``: a drawer has paid it out in its place. ``checks`` counts from
    either again. ``returned_fen`` went back under this number before, where that was not all. What came back with
    ``receipt_no`` has a paper with the number ``return_no``.
    """

    order: OrderNumber
    sale_id: SaleId
    kind: TenderKind
    amount_fen: int
    code: SafeText
    local_time: str = ""
    state: AttemptState = AttemptState.CREATED
    given_up: Reason | None = None
    taken: bool = False
    found_fen: int = 0
    checks: int = 0
    refund: str = ""
    refused: bool = False
    in_cash: bool = False
    returned_fen: int = 0
    receipt_no: str = ""
    return_no: str = ""
    number: SafeText = SafeText("")
    """What a bank's terminal calls the payment that goes back."""

    @property
    def is_undecided(self) -> bool:
        """Whether nobody knows yet if it is paid: until then its sale waits."""
        return self.state in UNDECIDED

    @property
    def key(self) -> tuple[OrderNumber, str]:
        """What tells it from all others: several refunds of one order may be under way."""
        return self.order, self.refund

    @property
    def refund_number(self) -> str:
        """The number of the refund: of goods that came back, or of money that was taken after all."""
        return self.refund or f"{self.order}R"

    @property
    def is_owed(self) -> bool:
        """Whether the customer has not got back what is to be returned."""
        return self.found_fen > 0 and not self.in_cash


class Pace(Struct, frozen=True, kw_only=True):
    """How long one waits, in ms.

    A payment is asked about each ``query_ms`` for ``window_ms``, then reversed, not before ``reverse_from_ms``, each
    ``reverse_ms``; after ``reverse_for_ms`` of that it is unknown, and asked about each ``unknown_ms``. One that the
    host has not heard of after ``unheard_ms`` is reversed at once. What ended without money is checked after each of
    ``watch_ms``; money that is to be returned, or a check without an answer, comes again after ``again_ms``. A refund
    that the host refused is looked up after each of ``refused_ms``: it may have been made all the same.
    """

    query_ms: int
    window_ms: int
    reverse_from_ms: int = 0
    reverse_ms: int = 3_000
    reverse_for_ms: int = 20_000
    unheard_ms: int = 15_000
    unknown_ms: int = 10_000
    watch_ms: tuple[int, ...] = (60_000, 600_000)
    again_ms: int = 60_000
    refused_ms: tuple[int, ...] = (60_000, 600_000, 3_600_000, 86_400_000)

    def hurried(self, times: int) -> "Pace":
        """Return a pace that is so many times quicker, for labs."""
        return Pace(
            query_ms=self.query_ms // times,
            window_ms=self.window_ms // times,
            reverse_from_ms=self.reverse_from_ms // times,
            reverse_ms=self.reverse_ms // times,
            reverse_for_ms=self.reverse_for_ms // times,
            unheard_ms=self.unheard_ms // times,
            unknown_ms=self.unknown_ms // times,
            watch_ms=tuple(wait_ms // times for wait_ms in self.watch_ms),
            again_ms=self.again_ms // times,
            refused_ms=tuple(wait_ms // times for wait_ms in self.refused_ms),
        )


PACES: Mapping[TenderKind, Pace] = {
    TenderKind.WECHAT: Pace(query_ms=4_000, window_ms=45_000, reverse_from_ms=15_000),
    TenderKind.ALIPAY: Pace(query_ms=4_000, window_ms=60_000),
    TenderKind.UNIONPAY: Pace(query_ms=4_000, window_ms=60_000),
    TenderKind.CARD: Pace(query_ms=3_000, window_ms=120_000),
}
"""WeChat Pay, micropay: query each 3 to 5 s, closed unpaid after 45 s, no reversal in the first 15 s. Alipay, barcode
payment: query each 3 to 6 s for about 60 s, then cancel. A card: its holder looks for it, and types a PIN."""
DEADLINES_MS: Mapping[Call, int] = {Call.PAY: 10_000, Call.QUERY: 5_000, Call.REVERSE: 10_000, Call.REFUND: 10_000}
"""How long an answer of the host is waited for."""


class Heard(Struct, frozen=True, kw_only=True):
    """What was heard of a call: ``paid_fen`` was taken, or went back, ``number`` is what the host calls it.

    ``unheard``: the host does not know the order. ``reason`` is for people, and says `NEVER_SENT` where it was not.
    """

    answer: Answer
    paid_fen: int = 0
    number: SafeText = SafeText("")
    unheard: bool = False
    reason: SafeText = SafeText("")


class Course(Struct, frozen=True, kw_only=True):
    """How a payment goes in this process: its pace, for how long it is under way, and for how long reversed, in ms.

    ``cancelling``: the cashier wants it undone. ``unsaid``: no reversal can have been heard of yet.
    """

    pace: Pace
    since_start: int
    since_reversing: int = 0
    cancelling: bool = False
    unsaid: bool = False


def next_call(payment: Payment, last: Call | None) -> Call:
    """Return what the host is asked next; ``last`` is what it was asked before, by this process.

    A payment is begun by who starts it, once: whoever does not know whether that was heard asks.
    """
    if payment.found_fen:
        return Call.QUERY if payment.refused else Call.REFUND
    match payment.state:
        case AttemptState.UNKNOWN:
            return Call.REVERSE if last is Call.QUERY else Call.QUERY
        case AttemptState.REVERSING:
            return Call.REVERSE
        case _:
            return Call.QUERY


def moved(payment: Payment, call: Call, heard: Heard, course: Course) -> Payment:
    """Return an undecided payment after an answer. Once it was given up it is not paid: a reversal may be on its way.

    Its state is PAID all the same when a tender's only reversal was refused, or heard of by nobody, and when the bank's
    terminal refuses to reverse what was asked for: it knows of each reversal that was said what became of it.
    """
    is_refused = call is Call.REVERSE and heard.answer is Answer.FAIL
    stands = is_refused and payment.kind is TenderKind.CARD and heard.paid_fen == payment.amount_fen
    if stands or (course.unsaid and payment.taken and (is_refused or heard.reason in NEVER_SENT)):
        return replace(payment, state=AttemptState.PAID)
    reason = _why_not(heard, course)
    queries, reverses = _left(payment, call, course, is_over=reason is not None)
    attempt = Attempt(kind=payment.kind, state=payment.state, queries=queries, reverses=reverses)
    after = attempt.answered(call, heard.answer)
    match after.state:
        case AttemptState.PAID if payment.given_up is not None:
            return payment
        case AttemptState.PAID if heard.paid_fen != payment.amount_fen:
            return replace(payment, state=after.undone(1).state, given_up=Reason.WRONG_AMOUNT)
        case AttemptState.REVERSING if payment.given_up is None:
            return replace(payment, state=after.state, given_up=reason)
        case AttemptState.DECLINED if payment.given_up is not None:
            return replace(payment, state=AttemptState.REVERSED)
        case state:
            return replace(payment, state=state)


def _why_not(heard: Heard, course: Course) -> Reason | None:
    """Return why a payment without a clear answer is not waited for any longer."""
    pace = course.pace
    if course.cancelling and course.since_start >= pace.reverse_from_ms:
        return Reason.CANCELLED
    if course.since_start >= pace.window_ms:
        return Reason.TOO_LONG
    return Reason.UNHEARD if heard.unheard and course.since_start >= pace.unheard_ms else None


def _left(payment: Payment, call: Call, course: Course, *, is_over: bool) -> tuple[int, int]:
    """Return how many more queries and reversals an attempt has, counted as the case of a time that is over or not."""
    match payment.state:
        case AttemptState.UNKNOWN:
            return int(call is Call.QUERY), int(call is Call.REVERSE)
        case AttemptState.REVERSING:
            return 0, 2 if course.since_reversing < course.pace.reverse_for_ms else 1
        case _:
            return 1 if is_over else 2, 1


def wait_ms(payment: Payment, call: Call | None, course: Course) -> int:
    """Return after how long the host is asked again; ``call`` is what it was asked last, None = nothing yet."""
    pace = course.pace
    match payment.state:
        case AttemptState.UNKNOWN:
            return 0 if call is Call.QUERY else pace.unknown_ms
        case AttemptState.REVERSING if call is Call.REVERSE:
            return pace.reverse_ms
        case AttemptState.REVERSING:
            return 0 if payment.taken else max(0, pace.reverse_from_ms - course.since_start)
        case _:
            end_ms = pace.reverse_from_ms if course.cancelling else pace.window_ms
            return min(pace.query_ms, max(0, end_ms - course.since_start))


def checked(payment: Payment, heard: Heard) -> Payment:
    """Return a payment that ended without money after the host was asked about it once more."""
    if heard.answer is Answer.OK and heard.paid_fen > 0:
        return replace(payment, found_fen=heard.paid_fen)
    if heard.answer is Answer.FAIL or heard.unheard:
        return replace(payment, checks=payment.checks + 1)
    return payment


def is_closed(payment: Payment, pace: Pace) -> bool:
    """Whether nothing more can come of a payment that ended without money, or of which cash went back."""
    return not payment.is_owed and payment.checks >= len(watch_of(payment, pace))


def watch_of(payment: Payment, pace: Pace) -> tuple[int, ...]:
    """Return after how long, each time, the host is asked about what has ended, in ms."""
    return pace.refused_ms if payment.refused else pace.watch_ms


def waits_for_people(payment: Payment, pace: Pace) -> bool:
    """Whether the host is not asked any more: it refused a refund, and said so as often as it is asked."""
    return payment.refused and payment.is_owed and payment.checks >= len(pace.refused_ms)
