"""A done sale as it stands now: its document, and what facts after it made of it. One fold, for till and HQ."""

from functools import reduce
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.after.sold import Sold
from terminal.domain.sale import Sale
from terminal.wire.documents import sold_of
from terminal.wire.events import ReprintRequested, SaleCompleted
from terminal.wire.return_events import ReturnsElsewhere, SaleReturned
from terminal.wire.returning import less_returned


class FoundSale(Struct, frozen=True, kw_only=True):
    """A done sale. ``sold`` is what is left of it, after ``returns``; ``copies`` of its receipt were printed."""

    sale: Sale
    completed: SaleCompleted
    sold: Sold
    copies: int = 0
    returns: tuple[SaleReturned, ...] = ()


OfDoneSale = ReprintRequested | SaleReturned | ReturnsElsewhere
"""The facts that change a done sale."""


def found(sale: Sale, completed: SaleCompleted) -> FoundSale:
    """Return a sale just when it was done."""
    return FoundSale(sale=sale, completed=completed, sold=sold_of(sale, completed))


def afterwards(sale: FoundSale, fact: OfDoneSale) -> FoundSale:
    """Return a done sale after one more fact about it."""
    match fact:
        case ReprintRequested(copy=copy):
            return replace(sale, copies=max(sale.copies, copy))
        case SaleReturned():
            return replace(sale, sold=less_returned(sale.sold, fact), returns=(*sale.returns, fact))
        case ReturnsElsewhere(returns=returns):
            known = {one.act for one in sale.returns}
            of_it = [one for one in returns if one.receipt_no == sale.completed.receipt_no and one.act not in known]
            return reduce(afterwards, of_it, sale)
        case _:
            assert_never(fact)
