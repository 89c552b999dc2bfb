"""What a till says first when it comes up: what its journal cannot tell of the last moments before."""

from terminal.checkout.messages import Say
from terminal.wire.counter.view import Level, Notice
from terminal.wire.record import TillRecord

FIRST_WORDS = frozenset(
    {Say.BOTH_UNCONFIRMED.value, Say.RECEIPT_UNCONFIRMED.value, Say.DRAWER_UNCONFIRMED.value, Say.RESTARTED.value}
)


def first_notice(record: TillRecord) -> Notice:
    """Return the notice about paper and drawer of the last done sale, else about what may have been half typed."""
    message = _first_words(record)
    if message is None:
        return Notice()
    last = record.last
    params = {"receipt_no": last.completed.receipt_no} if last is not None and message is not Say.RESTARTED else {}
    return Notice(serial=1, level=Level.ATTENTION, message=message, params=params)


def _first_words(record: TillRecord) -> Say | None:
    last = record.last
    paper = last is not None and last.printed == ""
    drawer = last is not None and last.has_cash and last.drawer == ""
    if paper and drawer:
        return Say.BOTH_UNCONFIRMED
    if paper or drawer:
        return Say.RECEIPT_UNCONFIRMED if paper else Say.DRAWER_UNCONFIRMED
    return Say.RESTARTED if record.staff is not None else None


def may_be_cut(record: TillRecord) -> bool:
    """Whether a number of an open sale may have been half typed: then its rest must not become another number."""
    return record.sale is not None and record.staff is not None
