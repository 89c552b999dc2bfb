"""What facts are counted of what a shop watches; the record remembers the last of them."""

from terminal.domain.sale import Sale
from terminal.domain.watching import Watched, WatchKind, redeems, remembered
from terminal.wire.events import SaleCompleted
from terminal.wire.return_events import ReturnKind, SaleReturned

WITHOUT_RECEIPT = frozenset({ReturnKind.NO_RECEIPT, ReturnKind.BY_CODE})


def watched_in(fact: SaleCompleted | SaleReturned, sale: Sale | None) -> Watched | None:
    """Return what is counted of a done sale, or of a return; None for nothing."""
    if isinstance(fact, SaleReturned):
        is_bare = fact.kind in WITHOUT_RECEIPT
        return Watched(WatchKind.NO_RECEIPT, fact.staff, fact.returned_ms) if is_bare else None
    if fact.member is None or sale is None or not redeems(sale, fact.tenders):
        return None
    return Watched(WatchKind.REDEMPTIONS, fact.member, fact.completed_ms)


def watched_after(
    watched: tuple[Watched, ...], fact: SaleCompleted | SaleReturned, sale: Sale | None = None
) -> tuple[Watched, ...]:
    """Return what is remembered after a fact."""
    one = watched_in(fact, sale)
    return watched if one is None else remembered(watched, one)
