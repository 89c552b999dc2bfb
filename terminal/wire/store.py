"""What a till knows of the store's work beside selling; it follows from the facts."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.inspections import score
from terminal.domain.stock import StockDocument
from terminal.wire import store_events as sev

OfStore = sev.Clocked | sev.StoreOfWork
"""The facts that change something here."""


KEPT = 200
"""Inspections of which it is known that they were made: more than any store has to make at a time."""


class Inspected(Struct, frozen=True, kw_only=True):
    """A task that was done, with its points and how many there could be."""

    task: str
    points: int
    most: int


class StoreRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The work of a store at one till.

    ``clockings`` are those of the last day on which somebody came or went, in order. ``document`` is begun and not
    booked; ``booked`` is the last one that was, ``copies`` of its paper were printed. ``documents`` counts them.
    ``inspected`` are the last tasks that were done.
    """

    clockings: tuple[sev.Clocked, ...] = ()
    document: StockDocument | None = None
    booked: sev.StockBooked | None = None
    copies: int = 0
    documents: int = 0
    inspected: tuple[Inspected, ...] = ()

    def of_task(self, key: str) -> Inspected | None:
        """Return what came of a task."""
        return next((one for one in self.inspected if one.task == key), None)


def folded(store: StoreRecord, fact: OfStore) -> StoreRecord:
    """Return the record after one fact. One about a document that is not begun changes nothing."""
    match fact:
        case sev.Clocked(local_time=local_time):
            same_day = (one for one in store.clockings if one.local_time[:10] == local_time[:10])
            return replace(store, clockings=(*same_day, fact))
        case sev.StockBegun(document=document):
            return replace(store, document=document)
        case sev.InspectionDone(task=task, ratings=ratings):
            points, most = score(ratings)
            others = tuple(one for one in store.inspected if one.task != task)
            return replace(store, inspected=(*others, Inspected(task=task, points=points, most=most))[-KEPT:])
        case sev.SlipRequested(document=document_id, copy=copy):
            known = store.booked is not None and store.booked.document.id == document_id
            return replace(store, copies=copy) if known else store
        case _:
            return store if store.document is None else _changed(store, store.document, fact)


def _changed(
    store: StoreRecord,
    document: StockDocument,
    fact: sev.StockLineSet | sev.StockLineRemoved | sev.StockDropped | sev.StockBooked,
) -> StoreRecord:
    match fact:
        case sev.StockLineSet(line=line):
            return replace(store, document=document.with_line(line))
        case sev.StockLineRemoved(sku=sku):
            return replace(store, document=document.without(sku))
        case sev.StockDropped():
            return replace(store, document=None)
        case sev.StockBooked(count=count):
            return replace(store, document=None, booked=fact, copies=0, documents=count)
        case _:
            assert_never(fact)
