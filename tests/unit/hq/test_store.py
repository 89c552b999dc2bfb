"""The SQLite store."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.cli import main
from hq.errors import StoreConstraintError, StoreError
from hq.store.sqlite import SqliteStore
from terminal.domain.sale import Tender, TenderKind
from terminal.wire.files.streams import Stream
from tests.integration.uplink.journals import TERMINAL

GOLDEN = Path(__file__).parents[2] / "golden"


def test_what_was_committed_is_there_after_a_restart(tmp_path: Path) -> None:
    for expected in ((1, 1), (2, 2)):
        store = SqliteStore(tmp_path / "hq.db")
        with store.transaction():
            assert store.books.next_numbers() == expected
        store.close()


def test_transaction_that_fails_leaves_nothing(store: SqliteStore) -> None:
    with pytest.raises(KeyError), store.transaction():
        number_and_fail(store)
    with store.transaction():
        assert store.books.next_numbers() == (1, 1)


def test_attempt_that_fails_leaves_the_rest_of_the_transaction(store: SqliteStore) -> None:
    with store.transaction():
        store.books.next_numbers()
        with pytest.raises(KeyError), store.attempt():
            number_and_fail(store)
    with store.transaction():
        assert store.books.next_numbers() == (2, 2)


def test_disk_that_is_full_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hq.db")
    store._database.run("PRAGMA max_page_count=60")
    with pytest.raises(StoreError), store.transaction():
        fill(store)
    assert list(store.tills.quarantined()) == []
    store.close()


def test_read_that_fails_is_told_as_one_of_the_stores_own_errors(store: SqliteStore) -> None:
    for table in ("book", "chain", "event", "sale", "till"):
        store._database.run(f"DROP TABLE {table}")
    reads: tuple[Callable[[], object], ...] = (
        store.books.heads,
        lambda: store.books.get(1),
        store.journals.chains,
        lambda: store.journals.chain("S01-T01", 1),
        lambda: store.journals.hashes("S01-T01", 1, first=1, last=2),
        lambda: store.sales.newest(terminal=None, biz_date=None, limit=1),
        store.tills.overview,
    )
    for read in reads:
        with pytest.raises(StoreError, match="no such table"):
            read()


def test_what_breaks_a_constraint_is_told_from_a_database_that_fails(store: SqliteStore) -> None:
    with store.transaction():
        store._database.run("CREATE TABLE once(code TEXT PRIMARY KEY)")
        with pytest.raises(StoreConstraintError, match=r"UNIQUE constraint failed: once\.code"), store.attempt():
            store._database.run("INSERT INTO once VALUES('C1'), ('C1')")
    assert store._database.rows(tuple[str], "SELECT code FROM once") == []


def test_row_of_another_shape_is_one_of_the_stores_own_errors(store: SqliteStore) -> None:
    with pytest.raises(StoreError, match="Expected `int`, got `str`"):
        store._database.rows(tuple[int], "SELECT 'a'")
    with pytest.raises(StoreError, match="length 1, got 2"):
        store._database.row(tuple[int], "SELECT 1, 2")
    assert store._database.row(tuple[int], "SELECT 1 WHERE 0") is None


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/hq\.db"):
        SqliteStore(tmp_path / "nowhere" / "hq.db")


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_database_of_an_old_schema_is_brought_up_with_what_each_sale_was_paid_with(tmp_path: Path, schema: int) -> None:
    path = of_schema(schema, tmp_path)
    for _ in ("upgraded", "opened again"):
        store = SqliteStore(path)
        sales = store.sales.newest(terminal=TERMINAL, biz_date=None, limit=10)
        assert [(sale.receipt_no[-1], sale.total_fen, sale.tenders) for sale in sales] == [
            ("3", 0, (cash(0),)),
            ("2", 1600, (Tender(kind=TenderKind.VOUCHER, amount_fen=500), cash(1100, given_fen=2000))),
            ("1", 1600, (cash(1600),)),
        ]
        assert [(day.sales, day.total_fen, day.cash_fen) for day in store.sales.days(terminal=None)] == [
            (3, 3200, 2700)
        ]
        store.close()
    assert main(["--state", str(tmp_path), "verify"]) == 0


def test_sale_of_nothing_to_pay_is_kept_without_tenders(tmp_path: Path) -> None:
    with closing(SqliteStore(of_schema(1, tmp_path))) as store:
        (known, *_) = store.sales.newest(terminal=None, biz_date=None, limit=1)
        free = replace(known, sale_id="free", tenders=(), completed_ms=known.completed_ms + 1)
        with store.transaction():
            assert store.sales.add(free)
            assert not store.sales.add(free)
        assert store.sales.newest(terminal=None, biz_date=None, limit=2) == [free, known]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE event SET body = x'80' WHERE seq = 9", "cannot be read"),
        ("DELETE FROM event WHERE seq = 9", "cannot be read"),
        ("UPDATE sale SET seq = 5 WHERE seq = 9", "completes none"),
    ],
)
def test_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path, damage: str, told: str) -> None:
    path = of_schema(1, tmp_path, damage)
    for _ in ("once", "again"):
        with pytest.raises(StoreError, match=f"the row of sale 0+2 {told}"):
            SqliteStore(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'tender'").fetchone() == (0,)


def test_database_that_knew_prices_alone_keeps_its_books_and_what_tills_said_of_them(tmp_path: Path) -> None:
    with closing(SqliteStore(of_schema(3, tmp_path))) as store:
        assert [(head.stream, head.audience, head.ver, head.rows) for head in store.books.heads()] == [
            (Stream.PRICE, "all", 1, 1),
            (Stream.PRICE, "s/S01", 2, 1),
        ]
        (till,) = store.tills.overview()
        assert (till.book_active, till.book_ready, till.book_error) == (1, 2, "2: book_torn")
        assert (till.rules_active, till.rules_ready, till.rules_error) == (0, 0, "")
        with store.transaction():
            assert (store.books.next_numbers(), store.books.next_numbers(Stream.RULES)) == ((3, 3), (1, 4))
    assert main(["--state", str(tmp_path), "verify"]) == 0


def test_database_of_an_old_schema_is_brought_up_with_the_digest_of_each_sale(tmp_path: Path) -> None:
    with closing(SqliteStore(of_schema(2, tmp_path))) as store:
        (sale,) = store.sales.of_id(f"{2:032x}")
        with store.transaction():
            assert not store.sales.add(sale)
            assert store.sales.add(replace(sale, digest=b"other"))
        assert len(store.sales.conflicts()) == 2


def of_schema(number: int, folder: Path, *damage: str) -> Path:
    path = folder / "hq.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript((GOLDEN / f"hq_{number}.sql").read_text(encoding="utf-8"))
        for statement in damage:
            connection.execute(statement)
    return path


def cash(amount_fen: int, *, given_fen: int | None = None) -> Tender:
    given = amount_fen if given_fen is None else given_fen
    return Tender(kind=TenderKind.CASH, amount_fen=amount_fen, given_fen=given)


def number_and_fail(store: SqliteStore) -> None:
    store.books.next_numbers()
    raise KeyError


def fill(store: SqliteStore) -> None:
    for number in range(1000):
        payload = number.to_bytes(2, "big") * 2048
        store.tills.quarantine("S01-T01", reason="test", payload=payload, at_ms=0)


def test_file_of_a_newer_hq_and_a_file_that_is_none_are_refused(tmp_path: Path) -> None:
    newer, garbage = tmp_path / "newer.db", tmp_path / "garbage.db"
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version=99")
    garbage.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="schema 99"):
        SqliteStore(newer)
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore(garbage)
