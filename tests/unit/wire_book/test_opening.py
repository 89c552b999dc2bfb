"""Opened books: what is cut, foreign or newer is named; what is open cannot be written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.wire.book.building import build_book
from terminal.wire.book.checking import check_book
from terminal.wire.book.opening import open_book
from terminal.wire.files.immutable import read_meta, reading
from tests.unit.wire_book.books import CONTENT, change, patch


def test_a_missing_book_is_named(tmp_path: Path) -> None:
    with pytest.raises(BookError) as caught:
        check_book(tmp_path / "catalog-9.db")
    assert caught.value.code == "book_missing"


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(BookTornError, match="cannot be read"):
        check_book(tmp_path)


@pytest.mark.parametrize("length", [0, 50, 99, 100, 4096, -4096, -1])
def test_a_cut_book_is_torn(book: Path, length: int) -> None:
    book.write_bytes(book.read_bytes()[:length])
    with pytest.raises(BookTornError):
        check_book(book)


def test_garbage_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "garbage.db"
    path.write_bytes(b"not a database, whatever its length" * 300)
    with pytest.raises(BookTornError, match="no database"):
        check_book(path)


def test_a_broken_schema_page_is_torn_already_when_opened(book: Path) -> None:
    patch(book, 100, b"\x77")
    with pytest.raises(BookTornError):
        open_book(book)


def test_another_database_is_no_price_book(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t(x)")
    with pytest.raises(BookInvalidError, match="no price book"):
        check_book(path)


def test_a_newer_schema_is_refused_by_name(book: Path) -> None:
    change(book, "PRAGMA user_version=3")
    with pytest.raises(BookInvalidError) as caught:
        check_book(book)
    assert caught.value.code == "schema_too_new"
    assert "schema 3, newer than 2" in str(caught.value)


def test_an_open_book_cannot_be_written(book: Path) -> None:
    with closing(open_book(book)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM article")


def test_a_mistake_of_ours_is_not_taken_for_a_torn_book(book: Path) -> None:
    connection = open_book(book)
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), reading(book):
        connection.execute("SELECT 1")


def test_a_path_may_hold_spaces_and_signs_of_uris(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20"
    folder.mkdir()
    build_book(folder / "x.db", CONTENT)
    with closing(open_book(folder / "x.db")) as connection:
        assert read_meta(connection, "label") == "20261123.1"
