"""How it is told that a code is no article."""

from terminal.checkout.inputs import LookedUp
from terminal.checkout.messages import No
from terminal.domain.sale import Entry


def refusal_of(answer: LookedUp) -> No:
    """Return the refusal of what is no article: there is no book, it cannot be read, or the check digit is wrong."""
    if answer.reason == No.NO_BOOK.code:
        return No.NO_BOOK
    if answer.reason != No.BAD_BARCODE.code:
        return No.BOOK_UNREADABLE
    return No.BAD_TYPED if answer.query.entry is Entry.TYPED else No.BAD_BARCODE
