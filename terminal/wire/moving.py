"""What a fact does to the goods of a store: the one way to know it, for till and HQ."""

from collections import Counter as Tally

from terminal.domain.after.sold import sold_line
from terminal.domain.completing import stock_moved
from terminal.domain.ids import Sku
from terminal.domain.stock import Level, movements
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.member_events import GiftGiven, GiftTakenBack
from terminal.wire.record import TillRecord
from terminal.wire.return_events import SaleReturned
from terminal.wire.store_events import StockBooked

MOVING: frozenset[type[Fact]] = frozenset({SaleCompleted, SaleReturned, StockBooked, GiftGiven, GiftTakenBack})
"""The facts that may move goods."""


def moved_by(fact: Fact, before: TillRecord, after: TillRecord) -> dict[Sku, Level]:
    """Return what a fact moved. A sale that is not open, and a document that is not begun, move nothing."""
    match fact:
        case GiftGiven(sku=sku):
            return {sku: Level(on_hand=-1)}
        case GiftTakenBack(sku=sku):
            return {} if sku is None else {sku: Level(on_hand=1)}
        case SaleCompleted() if before.sale is not None:
            moved = stock_moved(sold_line(line, 0) for line in before.sale.live_lines)
            return {sku: Level(on_hand=-quantity) for sku, quantity in moved.items() if quantity}
        case SaleReturned(lines=lines):
            back = Tally[Sku]()
            for line in lines:
                back[line.sku] += line.shelf
            return {sku: Level(on_hand=quantity) for sku, quantity in back.items() if quantity}
        case StockBooked(document=document) if after.store.booked is fact:
            return movements(document)
        case _:
            return {}
