"""What single facts tell HQ that a person must look at: a clock, payments by code, misuse, a till's key."""

from datetime import UTC, datetime, timedelta

from hq.store.port import Alarm, AlarmKind
from terminal.domain.gateways import AttemptState
from terminal.domain.payments import Reason
from terminal.domain.watching import WatchKind
from terminal.wire.chain import Row
from terminal.wire.clock_events import ClockDoubted, ClockMended
from terminal.wire.events import Fact
from terminal.wire.key_events import TillKeyFailed
from terminal.wire.payment_events import (
    PaymentFound,
    PaymentGivenUp,
    PaymentSettled,
    RefundCameLate,
    RefundPaidInCash,
    RefundRefused,
)
from terminal.wire.record import TillRecord
from terminal.wire.watch_events import MisuseNoticed

DETAIL = 300
"""Characters of an alarm's detail."""
MAX_MS = 253_402_300_799_999
"""The end of the year 9999."""


def alarm_of(terminal: str, row: Row, *, kind: AlarmKind, detail: str) -> Alarm:
    """Return an alarm about a row."""
    return Alarm(
        terminal=terminal, kind=kind, at_ms=row.wall_ms, detail=f"row {row.seq} ({row.kind}): {detail}"[:DETAIL]
    )


def told_by(fact: Fact, row: Row, before: TillRecord, *, terminal: str) -> list[Alarm]:
    """Return what a fact tells; ``before`` is the till's record without it."""
    found = [*_of_the_clock(fact, row, terminal=terminal), *_of_payments(fact, row, before, terminal=terminal)]
    if isinstance(fact, MisuseNoticed):
        found.append(alarm_of(terminal, row, kind=AlarmKind.MISUSE, detail=_odd(fact)))
    if isinstance(fact, TillKeyFailed):
        detail = f"its own key: {fact.reason}; receipts and Z reports are not signed"
        found.append(alarm_of(terminal, row, kind=AlarmKind.KEY, detail=detail))
    return found


def _of_the_clock(fact: Fact, row: Row, *, terminal: str) -> list[Alarm]:
    """Name a clock that cannot be right, and times that were set back: sales before stand on days that were wrong."""
    match fact:
        case ClockDoubted():
            detail = f"the clock says {_utc(fact.machine_ms)}, the last fact is of {_utc(fact.last_ms)}"
        case ClockMended() if fact.was_ms > fact.now_ms:
            detail = f"sales up to {_utc(fact.was_ms)} are of a wrong day: times go on from {_utc(fact.now_ms)}"
        case _:
            return []
    return [alarm_of(terminal, row, kind=AlarmKind.CLOCK, detail=detail)]


def _of_payments(fact: Fact, row: Row, before: TillRecord, *, terminal: str) -> list[Alarm]:
    """Name payments by code that somebody must look at: unknown, with another amount, after their end, not returned."""
    match fact:
        case PaymentSettled(state=AttemptState.UNKNOWN):
            detail = f"nobody knows whether payment {fact.order} of sale {fact.sale_id} is paid"
        case PaymentGivenUp(reason=Reason.WRONG_AMOUNT):
            detail = f"payment {fact.order} of sale {fact.sale_id} took {fact.paid_fen} fen, and not what was asked"
        case PaymentFound():
            detail = (
                f"payment {fact.order} of sale {fact.sale_id} took {fact.found_fen} fen after its end: it goes back"
            )
        case RefundRefused():
            why = f" ({fact.reason})" if fact.reason else ""
            detail = (
                f"the payment host refuses to give {fact.amount_fen} fen of payment {fact.order} back{why}:"
                f" refund {fact.refund} of sale {fact.sale_id}"
            )
        case RefundCameLate():
            detail = (
                f"the payment host gave {fact.amount_fen} fen of payment {fact.order} back after all:"
                f" cash was paid for refund {fact.refund} of sale {fact.sale_id} too"
            )
        case RefundPaidInCash() if not _was_refused(fact, before):
            detail = f"{fact.amount_fen} fen in cash for refund {fact.refund} of sale {fact.sale_id}: nobody refused it"
        case _:
            return []
    return [alarm_of(terminal, row, kind=AlarmKind.PAYMENT, detail=detail)]


def _was_refused(fact: RefundPaidInCash, before: TillRecord) -> bool:
    """Whether the payment host had refused just that, and nothing had paid it yet."""
    owed = [one for one in before.payments if one.refused and one.is_owed and one.refund_number == fact.refund]
    return [(one.order, one.found_fen) for one in owed] == [(fact.order, fact.amount_fen)]


def _odd(fact: MisuseNoticed) -> str:
    """Return in words what was odd about a sale, or a return."""
    if fact.kind is WatchKind.NO_RECEIPT:
        where = f"return {fact.number}, cashier {fact.staff}"
        return f"{where}: no. {fact.count} without a receipt in {fact.minutes} minutes"
    where = f"sale {fact.sale_id}, cashier {fact.staff}, member {fact.member}"
    if fact.kind is WatchKind.OWN_CARD:
        return f"{where}: the cashier's own card"
    return f"{where}: redeemed {fact.count} times in {fact.minutes} minutes"


def _utc(ms: int) -> str:
    """Return a time for people; a clock may say anything."""
    return str(timedelta(milliseconds=ms) + datetime(1970, 1, 1, tzinfo=UTC))[:16] if 0 < ms < MAX_MS else "nothing"
