"""What the facts of tills did to the goods of stores."""

from collections.abc import Container, Iterable, Iterator

from hq.store.port import Store
from hq.store.stock.port import BookedDocument, Moved
from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku
from terminal.domain.stock import DocumentKind, Level, StockDocument
from terminal.domain.text import SafeText
from terminal.wire.chain import Row
from terminal.wire.events import Fact
from terminal.wire.member_events import GiftGiven, GiftTakenBack
from terminal.wire.moving import MOVING, moved_by
from terminal.wire.record import TillRecord
from terminal.wire.return_events import SaleReturned
from terminal.wire.store_events import StockBooked
from terminal.wire.topics import store_of


def movements_of(
    row: Row, fact: Fact, before: TillRecord, after: TillRecord, *, place: tuple[str, int]
) -> Iterator[Moved]:
    """Yield what a row moved; ``place`` is the terminal and its epoch.

    Goods that a store takes in from another one are no longer on the way from there.
    """
    if type(fact) not in MOVING:
        return
    terminal, epoch = place
    store, known = store_of(terminal), _known(fact, before)
    for sku, level in moved_by(fact, before, after).items():
        name, unit, counted = known[sku]
        moved = Moved(
            store=store,
            sku=sku,
            name=name,
            unit=unit,
            at_ms=row.wall_ms,
            terminal=terminal,
            epoch=epoch,
            seq=row.seq,
            level=level,
            counted=counted,
        )
        yield moved
        if isinstance(fact, StockBooked) and _came_from(fact.document, store):
            yield _arrived(moved, fact.document.reference)


def move(
    store: Store, moved: Iterable[Moved], documents: Iterable[BookedDocument], *, repeated: Container[int]
) -> None:
    """Keep movements, but not those of ``repeated`` rows, nor of documents that another row booked."""
    again = {document.place[-1] for document in documents if not store.stocks.add_document(document)}
    store.stocks.add(one for one in moved if one.seq not in again and one.seq not in repeated)


def _known(fact: Fact, before: TillRecord) -> dict[Sku, tuple[SafeText, Unit, int | None]]:
    """Return name, unit and, of a stock-take, the counted quantity of the articles that a fact moves."""
    if isinstance(fact, StockBooked):
        is_count = fact.document.kind is DocumentKind.COUNT
        return {line.sku: (line.name, line.unit, line.quantity if is_count else None) for line in fact.document.lines}
    if isinstance(fact, GiftTakenBack):
        return {} if fact.sku is None else {fact.sku: (fact.article or fact.name, Unit.EACH, None)}
    if isinstance(fact, GiftGiven):
        return {fact.sku: (fact.article or fact.name, Unit.EACH, None)}
    if isinstance(fact, SaleReturned):
        return {line.sku: (line.name, line.unit, None) for line in fact.lines}
    lines = before.sale.live_lines if before.sale is not None else ()
    return {line.sku: (line.name, line.unit, None) for line in lines}


def _came_from(document: StockDocument, store: str) -> bool:
    return document.kind is DocumentKind.TRANSFER_IN and document.reference not in ("", store)


def _arrived(moved: Moved, store: str) -> Moved:
    return Moved(
        store=store,
        sku=moved.sku,
        name=moved.name,
        unit=moved.unit,
        at_ms=moved.at_ms,
        terminal=moved.terminal,
        epoch=moved.epoch,
        seq=moved.seq,
        level=Level(in_transit=-moved.level.on_hand),
    )
