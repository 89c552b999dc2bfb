"""What a till says first when it comes up: what its journal cannot tell of the last moments before."""

from terminal.checkout.messages import Say
from terminal.checkout.payments.messages import PaySay
from terminal.domain.money import format_fen
from terminal.wire.counter.view import Level, Notice
from terminal.wire.events import TillStarted
from terminal.wire.record import TillRecord, apply

UNCONFIRMED = frozenset({Say.BOTH_UNCONFIRMED.value, Say.RECEIPT_UNCONFIRMED.value, Say.DRAWER_UNCONFIRMED.value})
FIRST_WORDS = UNCONFIRMED | {
    PaySay.OPEN.value,
    Say.CLOCK_DOUBTED.value,
    Say.EPOCH_BEGAN.value,
    Say.RESTARTED.value,
    Say.RESTARTED_DONE.value,
}


def first_notice(record: TillRecord, *, new_epoch: int | None = None, in_order: bool = False) -> Notice:
    """Return the notice about a payment that is not decided, or about paper and drawer of the last done sale.

    Else about a clock that cannot be right, a new epoch, the page of that sale, or a half-typed number; of the last two
    a till that was ended ``in_order`` says nothing. In a training there is nothing else to be said.
    """
    if record.training is not None:
        return Notice(serial=1, level=Level.ATTENTION, message=Say.TRAINING_GOES_ON)
    payment = record.undecided()
    if payment is not None:
        params = {"tender": f"tender.{payment.kind.value}", "amount": format_fen(payment.amount_fen)}
        return Notice(serial=1, level=Level.ATTENTION, message=PaySay.OPEN, params=params)
    message, last = _unconfirmed(record), record.last
    if message is not None and last is not None:
        params = {"receipt_no": last.completed.receipt_no}
    elif record.clock_doubted is not None:
        message, params = Say.CLOCK_DOUBTED, {}
    elif new_epoch is not None:
        message, params = Say.EPOCH_BEGAN, {"epoch": str(new_epoch)}
    elif record.staff is None or in_order:
        return Notice()
    elif last is not None and last.on_screen:
        change = format_fen(last.completed.change_fen)
        message, params = Say.RESTARTED_DONE, {"receipt_no": last.completed.receipt_no, "change": change}
    else:
        message, params = Say.RESTARTED, {}
    return Notice(serial=1, level=Level.ATTENTION, message=message, params=params)


def _unconfirmed(record: TillRecord) -> Say | None:
    last = record.last
    paper = last is not None and last.printed == ""
    drawer = last is not None and last.has_cash and last.drawer == ""
    if paper and drawer:
        return Say.BOTH_UNCONFIRMED
    if paper or drawer:
        return Say.RECEIPT_UNCONFIRMED if paper else Say.DRAWER_UNCONFIRMED
    return None


def may_be_cut(record: TillRecord) -> bool:
    """Whether a number of an open sale may have been half typed: then its rest must not become another number."""
    return record.sale is not None and record.staff is not None


def come_up(record: TillRecord) -> TillRecord:
    """Return the record as the fact that a till came up leaves it; the service appends that fact."""
    return apply(record, TillStarted(version=""))
