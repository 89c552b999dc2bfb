"""What a till says first when it comes up: what its journal cannot tell of the last moments before."""

from terminal.checkout.messages import Say
from terminal.wire.counter.view import Level, Notice
from terminal.wire.record import TillRecord

UNCONFIRMED = frozenset({Say.BOTH_UNCONFIRMED.value, Say.RECEIPT_UNCONFIRMED.value, Say.DRAWER_UNCONFIRMED.value})
FIRST_WORDS = UNCONFIRMED | {Say.CLOCK_DOUBTED.value, Say.EPOCH_BEGAN.value, Say.RESTARTED.value}


def first_notice(record: TillRecord, *, new_epoch: int | None = None) -> Notice:
    """Return the notice about paper and drawer of the last done sale.

    Else about a clock that cannot be right, a new epoch, or a half-typed number.
    """
    message = _unconfirmed(record)
    if message is not None and record.last is not None:
        params = {"receipt_no": record.last.completed.receipt_no}
    elif record.clock_doubted is not None:
        message, params = Say.CLOCK_DOUBTED, {}
    elif new_epoch is not None:
        message, params = Say.EPOCH_BEGAN, {"epoch": str(new_epoch)}
    elif record.staff is not None:
        message, params = Say.RESTARTED, {}
    else:
        return Notice()
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
