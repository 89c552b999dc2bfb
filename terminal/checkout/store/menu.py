"""The menu of the store: everything that is no sale, on one key."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from terminal.checkout.deeds.empty import without_empty_sale
from terminal.checkout.handlers.typing import PICKS
from terminal.checkout.inquiries import page as inquiries
from terminal.checkout.messages import No
from terminal.checkout.modes import Locked
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, reject
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store import attendance, campaigns, inspection, stock
from terminal.checkout.store.messages import StoreEntry
from terminal.checkout.store.modes import StoreMenu

ENTRIES: tuple[StoreEntry, ...] = tuple(StoreEntry)


@without_empty_sale
def open_menu(turn: KeyTurn) -> Outcome:
    """Show the menu, but not over an open sale; where nobody is signed in people may come and go."""
    counter = turn.counter
    if isinstance(counter.mode, Locked):
        return attendance.open_page(turn)
    if counter.record.sale is not None:
        return reject(No.SALE_OPEN)
    return Applied(counter=replace(counter, mode=StoreMenu(), text=""))


def pick(turn: KeyTurn) -> Outcome:
    """Open what a digit stands for."""
    index = PICKS.find(turn.cause.name)
    if not 0 <= index < len(ENTRIES):
        return reject(No.NO_CHOICE)
    return _OPEN[ENTRIES[index]](turn)


def leave(turn: KeyTurn) -> Outcome:
    """Go back to where the record says."""
    return Applied(counter=left(turn.counter))


def left(counter: Counter) -> Counter:
    """Return the counter where the record says, with nothing typed."""
    return replace(counter, mode=at_rest(counter), text="")


def _technician(turn: KeyTurn) -> Outcome:
    del turn
    return reject(No.LATER_TECHNICIAN)


_OPEN: Mapping[StoreEntry, Callable[[KeyTurn], Outcome]] = {
    StoreEntry.STOCK: stock.open_page,
    StoreEntry.ATTENDANCE: attendance.open_page,
    StoreEntry.INSPECTION: inspection.open_page,
    StoreEntry.INQUIRY: inquiries.open_menu,
    StoreEntry.CAMPAIGNS: campaigns.open_page,
    StoreEntry.TECHNICIAN: _technician,
}
