"""What a till says first when it comes up: what its journal cannot tell of the last moments before."""

from terminal.checkout.messages import Say
from terminal.wire.counter.view import Level, Notice
from terminal.wire.record import TillRecord


def first_notice(record: TillRecord) -> Notice:
    """Return the notice about paper and drawer of the last done sale, when nobody knows what became of them."""
    last = record.last
    if last is None:
        return Notice()
    match last.printed == "", last.has_cash and last.drawer == "":
        case True, True:
            message = Say.BOTH_UNCONFIRMED
        case True, False:
            message = Say.RECEIPT_UNCONFIRMED
        case False, True:
            message = Say.DRAWER_UNCONFIRMED
        case _:
            return Notice()
    params = {"receipt_no": last.completed.receipt_no}
    return Notice(serial=1, level=Level.ATTENTION, message=message, params=params)
