"""Opening a book for reading: only what has the header of one, and immutable."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.wire.book.schema import APPLICATION_ID, PAGE_BYTES, SCHEMA

_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\x00"


def open_book(path: Path) -> sqlite3.Connection:
    """Open a book for reading after its header has been checked; the caller closes it.

    `BookError` ``book_missing`` when there is no such file; `BookTornError` when it is cut or no database;
    `BookInvalidError` when it is another kind of database, or (code ``schema_too_new``) of a newer schema.
    """
    _check_header(path)
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        with reading(path):
            connection.execute("PRAGMA query_only=1")
            connection.execute("PRAGMA trusted_schema=0")
            connection.execute("PRAGMA cell_size_check=1")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BookError:
        connection.close()
        raise
    return connection


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged file into `BookTornError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BookTornError(f"{path.name} is damaged: {error}") from error


def read_meta(connection: sqlite3.Connection, key: str) -> str | int:
    """Return a value of the meta table: ``label``, or the counts ``article``, ``barcode``, ``staff``."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (key,)).fetchone()
    if row is None or not isinstance(row[0], str | int):
        raise BookInvalidError(f"the book has no {key}")
    return row[0]


def _check_header(path: Path) -> None:
    """Look at the 100 bytes in front (SQLite file format, section 1.3) and at the length of the file."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            size = file.seek(0, os.SEEK_END)
    except FileNotFoundError as error:
        raise BookError(f"there is no {path.name}", code="book_missing") from error
    except OSError as error:
        raise BookTornError(f"{path.name} cannot be read: {error.strerror}") from error
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise BookTornError(f"{path.name} is no database")
    pages, schema = int.from_bytes(header[28:32], "big"), int.from_bytes(header[60:64], "big")
    if size != pages * PAGE_BYTES:
        raise BookTornError(f"{path.name} has {size} bytes instead of {pages * PAGE_BYTES}")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise BookInvalidError(f"{path.name} is no price book")
    if schema > SCHEMA:
        hint = "update the till first"
        raise BookInvalidError(
            f"{path.name} has schema {schema}, newer than {SCHEMA}", code="schema_too_new", hint=hint
        )
