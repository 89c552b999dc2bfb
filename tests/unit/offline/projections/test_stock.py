"""Stock levels of a till are the sums of what it did, however often and whenever they are told."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.stock import DocumentId, DocumentKind, Level, StockDocument, StockLine
from terminal.domain.text import clean
from terminal.offline.state import NAME
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from terminal.wire.moving import moved_by
from terminal.wire.record import TillRecord, apply, encode_record
from tests.unit.domain.baskets import make_line, make_sale, make_weighed
from tests.unit.offline.projections.test_sold import Till, till
from tests.unit.wire.examples import (
    facts_of,
    paid_document,
)

COLA = Sku("COLA")


def document(number: int, kind: DocumentKind, quantity: int, book: int | None = None) -> tuple[ev.Fact, ev.Fact]:
    """Return the facts of a document of one article."""
    line = StockLine(sku=COLA, name=clean("可乐"), code=clean("6901"), quantity=quantity, price_fen=350, book=book)
    begun = StockDocument(id=DocumentId(f"d{number}"), kind=kind, staff=StaffNumber("1001"))
    booked = StockDocument(id=begun.id, kind=kind, staff=begun.staff, lines=(line,))
    return sev.StockBegun(document=begun), sev.StockBooked(
        document=booked,
        number=f"K{number}",
        count=number,
        staff=begun.staff,
        local_time="2026-11-23T10:00:00",
        at_ms=1,
    )


def level(shop: Till) -> Level | None:
    return shop.store.stock.levels([COLA]).get(COLA)


def test_documents_move_goods_as_they_say(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        assert level(shop) is None
        shop.happen(*document(1, DocumentKind.RECEIVE, 24))
        shop.happen(*document(2, DocumentKind.TRANSFER_OUT, 6))
        shop.happen(*document(3, DocumentKind.FREEZE, 2))
        assert level(shop) == Level(on_hand=16, frozen=2, in_transit=6)
        shop.happen(*document(4, DocumentKind.COUNT, 15, book=16))
        assert level(shop) == Level(on_hand=15, frozen=2, in_transit=6)


def test_a_sale_takes_pieces_and_grams_off_the_shelf(tmp_path: Path) -> None:
    paid = paid_document()
    with till(tmp_path) as shop:
        shop.happen(*facts_of(paid))
        pieces, weighed = paid.sale.lines
        assert weighed.weight_g is not None
        assert shop.store.stock.levels([pieces.sku, weighed.sku]) == {
            pieces.sku: Level(on_hand=-pieces.quantity),
            weighed.sku: Level(on_hand=-weighed.weight_g),
        }


def test_all_levels_are_those_of_every_article_that_was_moved(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        assert shop.store.stock.all_levels() == {}
        shop.happen(*document(1, DocumentKind.RECEIVE, 24), *document(2, DocumentKind.FREEZE, 4))
        assert shop.store.stock.all_levels() == {COLA: Level(on_hand=20, frozen=4)}


def test_service_and_what_comes_to_nothing_move_nothing() -> None:
    bottle = replace(make_line(2), sku=Sku("BOTTLE"), deposit=True)
    sale = make_sale(replace(make_line(1), service=True), bottle, replace(bottle, number=3, quantity=-1))
    record = TillRecord(sale=sale)
    completed = next(fact for fact in facts_of(paid_document()) if isinstance(fact, ev.SaleCompleted))
    assert moved_by(completed, record, record) == {}


def test_what_is_told_again_counts_once(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        facts = document(1, DocumentKind.RECEIVE, 24)
        shop.happen(*facts)
        shop.store.take(1, facts, TillRecord())
        assert level(shop) == Level(on_hand=24)


@pytest.mark.parametrize("lost", ["file", "tables", "end"])
def test_levels_are_made_anew_from_the_journal(tmp_path: Path, lost: str) -> None:
    with till(tmp_path) as shop:
        for number in range(1, 4):
            shop.happen(*document(number, DocumentKind.RECEIVE, 10), told=lost != "end")
        if lost == "tables":
            shop.store.save(shop.journal.head.seq, encode_record(TillRecord()))
            for table in ("stock", "stock_seen"):
                shop.store._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - of the test
            shop.store._connection.execute("DELETE FROM told WHERE name = 'stock.1'")
    if lost == "file":
        (tmp_path / NAME).unlink()
    with till(tmp_path) as shop:
        assert level(shop) == Level(on_hand=30)


def test_a_document_that_was_not_begun_or_is_booked_already_moves_nothing() -> None:
    _, booked = document(1, DocumentKind.RECEIVE, 24)
    assert moved_by(booked, TillRecord(), apply(TillRecord(), booked)) == {}


def test_a_sale_that_is_not_open_moves_nothing() -> None:
    completed = facts_of(paid_document())[-1]
    assert moved_by(completed, TillRecord(), TillRecord()) == {}


def test_what_is_practised_moves_nothing(tmp_path: Path) -> None:
    trainee = StaffNumber("1001")
    with till(tmp_path) as shop:
        practised = [
            ev.InTraining(fact=fact) for fact in document(1, DocumentKind.RECEIVE, 24) if isinstance(fact, ev.OfWork)
        ]
        shop.happen(sev.TrainingBegan(staff=trainee), *practised, sev.TrainingEnded(staff=trainee))
        assert level(shop) is None


def test_voided_lines_stay_on_the_shelf() -> None:
    sale = make_sale(make_line(1, quantity=3), make_weighed(2))
    before = TillRecord(sale=sale)
    completed = facts_of(paid_document())[-1]
    assert len(moved_by(completed, before, before)) == 2
