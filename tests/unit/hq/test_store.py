"""The SQLite store."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hq.errors import StoreError
from hq.store.sqlite import SqliteStore


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


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/hq\.db"):
        SqliteStore(tmp_path / "nowhere" / "hq.db")


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
