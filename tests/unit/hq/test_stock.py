"""Goods in stores at HQ: sums of movements, whatever the order in which tills are heard."""

import random
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.collector import Collector
from hq.commands.output import when
from hq.store.sqlite import SqliteStore
from hq.store.stock.port import StockRow
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.stock import AdjustReason, DocumentId, DocumentKind, Level, StockDocument, StockLine
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire.chain import Row
from terminal.wire.envelope import pack_batch
from terminal.wire.return_events import GoodsBack
from terminal.wire.store_events import StockBegun, StockBooked
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.commands import collect, opened, run, run_json
from tests.unit.wire.returns import HEAD

COLA = Sku("COLA")


def booked(
    number: int,
    kind: DocumentKind,
    quantity: int,
    *,
    reference: str = "",
    book: int | None = None,
    reason: AdjustReason | None = None,
) -> tuple[ev.Fact, ev.Fact]:
    """Return the facts of a document of one article."""
    line = StockLine(sku=COLA, name=clean("可乐"), code=clean("6901"), quantity=quantity, price_fen=350, book=book)
    begun = StockDocument(id=DocumentId(f"d{number}"), kind=kind, staff=StaffNumber("1001"), reference=clean(reference))
    done = StockDocument(
        id=begun.id, kind=kind, staff=begun.staff, reference=begun.reference, reason=reason, lines=(line,)
    )
    return StockBegun(document=begun), StockBooked(
        document=done,
        number=f"K{number}",
        count=number,
        staff=begun.staff,
        local_time="2026-11-23T10:00:00",
        at_ms=1,
    )


def give(store: SqliteStore, journal: MemoryJournal, rows: list[Row] | None = None) -> None:
    chosen = journal.rows if rows is None else rows
    payload = pack_batch(chosen, terminal=journal.terminal, epoch=journal.epoch, head=len(journal.rows), sent_ms=1)
    with store.transaction():
        Collector(store).batch(journal.terminal, payload, now_ms=1)


def level(store: SqliteStore, sku: Sku = COLA, at: str = "S01") -> Level | None:
    return next((row.level for row in store.stocks.levels(store=at, sku=sku)), None)


def test_documents_and_sales_move_goods(tmp_path: Path) -> None:
    journal = MemoryJournal()
    journal.append(*booked(1, DocumentKind.RECEIVE, 24), *booked(2, DocumentKind.FREEZE, 4), *sale_facts(1))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, journal)
        assert level(store) == Level(on_hand=20, frozen=4)
        sold = {row.sku: row.level for row in store.stocks.levels() if row.sku != COLA}
        lines = [fact.line for fact in sale_facts(1) if isinstance(fact, ev.LineAdded)]
        assert sold == {line.sku: Level(on_hand=-line.quantity) for line in lines}


def test_goods_that_come_back_are_in_the_store_again(tmp_path: Path) -> None:
    journal = MemoryJournal()
    goods = (
        GoodsBack(line=1, sku=COLA, name=clean("可乐"), units=2, amount_fen=700, shelf=2),
        GoodsBack(line=2, sku=COLA, name=clean("可乐"), units=1, amount_fen=350, damaged=True),
    )
    journal.append(*booked(1, DocumentKind.RECEIVE, 24), replace(HEAD, lines=goods, amount_fen=1050))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, journal)
        assert level(store) == Level(on_hand=26)


def test_goods_that_arrive_are_no_longer_on_the_way(tmp_path: Path) -> None:
    out, into = MemoryJournal(), MemoryJournal(terminal="S02-T01", seed=1)
    out.append(*booked(1, DocumentKind.TRANSFER_OUT, 12, reference="S02"))
    into.append(*booked(2, DocumentKind.TRANSFER_IN, 10, reference="S01"))
    for order in ((out, into), (into, out)):
        path = tmp_path / order[0].terminal
        path.mkdir()
        with closing(SqliteStore(path / "hq.db")) as store:
            for journal in order:
                give(store, journal)
            assert (level(store), level(store, at="S02")) == (Level(on_hand=-12, in_transit=2), Level(on_hand=10))


@pytest.mark.parametrize("reference", ["", "S01"])
def test_goods_from_nowhere_or_from_the_store_itself_were_on_no_way(tmp_path: Path, reference: str) -> None:
    journal = MemoryJournal()
    journal.append(*booked(1, DocumentKind.TRANSFER_IN, 5, reference=reference))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, journal)
        assert level(store) == Level(on_hand=5)


def test_a_count_says_what_there_is_whatever_other_tills_did_before_it(tmp_path: Path) -> None:
    first, second = MemoryJournal(), MemoryJournal(terminal="S01-T04", seed=1)
    first.append(*booked(1, DocumentKind.RECEIVE, 24))
    second.append(*booked(2, DocumentKind.ADJUST, 3, reason=AdjustReason.LOST))
    first.append(*booked(3, DocumentKind.COUNT, 20, book=24), *booked(4, DocumentKind.RECEIVE, 6))
    orders = [(first, second), (second, first)]
    for number, order in enumerate(orders):
        path = tmp_path / str(number)
        path.mkdir()
        with closing(SqliteStore(path / "hq.db")) as store:
            for journal in order:
                give(store, journal)
            (row,) = store.stocks.levels()
            assert (row.level, row.counted) == (Level(on_hand=26), 20)


def test_levels_are_the_same_in_whatever_pieces_and_order_rows_come(tmp_path: Path) -> None:
    journal = MemoryJournal()
    kinds = [DocumentKind.RECEIVE, DocumentKind.FREEZE, DocumentKind.TRANSFER_OUT, DocumentKind.RELEASE]
    for number in range(1, 13):
        journal.append(*booked(number, kinds[number % 4], number, reference="S02"))
    seen = set()
    for attempt in range(3):
        chance = random.Random(attempt)
        pieces = [journal.rows[start : start + 5] for start in range(0, len(journal.rows), 5)]
        chance.shuffle(pieces)
        path = tmp_path / str(attempt)
        path.mkdir()
        with closing(SqliteStore(path / "hq.db")) as store:
            for rows in (*pieces, *pieces):
                give(store, journal, rows)
            found = level(store)
            assert found is not None
            seen.add((found.on_hand, found.frozen, found.in_transit))
    assert len(seen) == 1


def test_a_document_moves_goods_once_also_in_another_journal(tmp_path: Path) -> None:
    first, second = MemoryJournal(), MemoryJournal(epoch=2)
    first.append(*booked(1, DocumentKind.RECEIVE, 24))
    second.append(*booked(1, DocumentKind.RECEIVE, 24))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, first)
        give(store, second)
        assert level(store) == Level(on_hand=24)


def test_a_sale_that_comes_again_moves_goods_once(tmp_path: Path) -> None:
    first, second = MemoryJournal(), MemoryJournal(epoch=2)
    first.append(*sale_facts(1))
    second.append(*sale_facts(1))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, first)
        before = store.stocks.levels()
        give(store, second)
        assert store.stocks.levels() == before


def test_what_is_practised_moves_nothing(tmp_path: Path) -> None:
    journal = MemoryJournal()
    practised = (fact for fact in booked(1, DocumentKind.RECEIVE, 24) if isinstance(fact, ev.OfWork))
    journal.append(*(ev.InTraining(fact=fact) for fact in practised))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, journal)
        assert store.stocks.levels() == []


def test_an_article_is_called_as_it_was_called_last(tmp_path: Path) -> None:
    journal = MemoryJournal()
    journal.append(*booked(1, DocumentKind.RECEIVE, 1))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, journal)
        rows = store.stocks.levels()
        assert [(row.name, row.unit) for row in rows] == [("可乐", "each")]
        assert isinstance(rows[0], StockRow)


# --- commands ---------------------------------------------------------------------------------------------------------


def test_stock_and_documents_are_printed(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(
        *booked(1, DocumentKind.RECEIVE, 24, reference="N7"),
        *booked(2, DocumentKind.COUNT, 20, book=24),
        *booked(3, DocumentKind.ADJUST, 1, reason=AdjustReason.DAMAGED),
    )
    collect(state, journal)
    run(state, "store", "stock", "--store", "S01")
    counted_ms = int(datetime(2025, 11, 24, 16, tzinfo=UTC).timestamp() * 1000)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["store", "sku", "name", "on", "hand", "frozen", "in", "transit", "counted", "at"],
        ["S01", "COLA", "可乐", "19", "0", "0", "20", *when(counted_ms).split()],
    ]
    run(state, "store", "documents")
    assert [line.split() for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["K1", "receive", "2026-11-23", "10:00", "1001", "-", "N7", "-", "1", "-"],
        ["K2", "count", "2026-11-23", "10:00", "1001", "-", "-", "-", "1", "-14.00"],
        ["K3", "adjust", "2026-11-23", "10:00", "1001", "-", "-", "damaged", "1", "-"],
    ]
    answer = run_json(state, capsys, "store", "stock", "--sku", "COLA")
    assert isinstance(answer["stock"], list)
    assert answer["stock"][0]["level"] == {"on_hand": 19}
    assert run_json(state, capsys, "store", "stock", "--sku", "TEA") == {"stock": []}
    documents = run_json(state, capsys, "store", "documents", "--date", "2026-11-23")["documents"]
    assert isinstance(documents, list)
    assert [one["number"] for one in documents] == ["K1", "K2", "K3"]


def test_what_was_never_counted_has_no_count(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(*booked(1, DocumentKind.RECEIVE, 24))
    collect(state, journal)
    run(state, "store", "stock")
    assert capsys.readouterr().out.splitlines()[1].split()[-2:] == ["-", "-"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE moved SET on_hand = on_hand + 1 WHERE sku = 'COLA'", "DELETE FROM moved WHERE sku = 'COLA'"],
)
def test_verify_finds_goods_that_are_not_kept_as_they_were_moved(
    state: Path, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1), *booked(1, DocumentKind.RECEIVE, 24), *sale_facts(2))
    collect(state, journal)
    assert run(state, "verify") == 0
    capsys.readouterr()
    store = opened(state)
    store._database.run(statement)
    store.close()
    assert run(state, "verify") == 1
    assert "the goods of row 6 are not kept" in capsys.readouterr().out


def test_verify_knows_that_a_document_is_booked_once_and_that_an_older_hq_kept_no_goods(state: Path) -> None:
    first, second = MemoryJournal(), MemoryJournal(epoch=2)
    first.append(*booked(1, DocumentKind.RECEIVE, 24))
    second.append(*booked(1, DocumentKind.RECEIVE, 24))
    collect(state, first)
    collect(state, second)
    assert run(state, "verify") == 0
    store = opened(state)
    store._database.run("DELETE FROM moved")
    store._database.run("INSERT INTO moved_since VALUES(?, 1, 2)", (TERMINAL,))
    store.close()
    assert run(state, "verify") == 0
