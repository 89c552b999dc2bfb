"""A till with documents of stock, for tests of them."""

from terminal.checkout.modes import Prompting
from terminal.domain.stock import DocumentKind
from terminal.wire import store_events as sev
from tests.unit.checkout.counter_bench import (
    Bench,
)

KINDS = {kind: str(number) for number, kind in enumerate(DocumentKind, start=1)}
APPLE_LABEL = "2112345012346"
"""1.234 kg."""


def keeper() -> Bench:
    """Somebody with all rights, on the page of the kinds."""
    bench = Bench().sign_in("2001")
    bench.press("f20", "1")
    return bench


def begun(kind: DocumentKind) -> Bench:
    bench = keeper()
    bench.press(KINDS[kind])
    if kind.names_a_store:
        bench.write("s02")
    if isinstance(bench.mode, Prompting):
        bench.press("enter")
    return bench


def lines(bench: Bench) -> list[tuple[str, int]]:
    document = bench.counter.record.store.document
    return [] if document is None else [(line.sku, line.quantity) for line in document.lines]


def booked(bench: Bench) -> sev.StockBooked:
    (fact,) = bench.of_kind(sev.StockBooked)
    assert isinstance(fact, sev.StockBooked)
    return fact
