"""A done sale as it stands now: its document, and what facts after it made of it. One fold, for till and HQ."""

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.after.sold import Sold
from terminal.domain.sale import Sale
from terminal.wire.documents import sold_of
from terminal.wire.events import ReprintRequested, SaleCompleted


class FoundSale(Struct, frozen=True, kw_only=True):
    """A done sale. ``sold`` is what is left of it, ``copies`` how often its receipt was printed again."""

    sale: Sale
    completed: SaleCompleted
    sold: Sold
    copies: int = 0


OfDoneSale = ReprintRequested
"""The facts that change a done sale."""


def found(sale: Sale, completed: SaleCompleted) -> FoundSale:
    """Return a sale just when it was done."""
    return FoundSale(sale=sale, completed=completed, sold=sold_of(sale, completed))


def afterwards(sale: FoundSale, fact: OfDoneSale) -> FoundSale:
    """Return a done sale after one more fact about it."""
    return replace(sale, copies=max(sale.copies, fact.copy))
