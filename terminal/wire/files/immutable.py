"""Files that HQ makes once and that never change: SQLite, recognised by their header, opened ``immutable``."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from terminal.domain.errors import BookError, BookInvalidError, BookTornError

PAGE_BYTES = 4096
_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of file: what it is called, the mark and the newest schema in its header, its tables and indexes.

    All tables are STRICT: a price that is no whole number cannot hide in one. ``counted`` are the tables whose number
    of rows stands in ``meta``.
    """

    name: str
    application_id: int
    schema: int
    tables: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    counted: tuple[str, ...]


def open_immutable(path: Path, shape: Shape) -> sqlite3.Connection:
    """Open a file for reading after its header has been checked; the caller closes it.

    `BookError` ``book_missing`` when there is no such file; `BookTornError` when it is cut or no database;
    `BookInvalidError` when it is another kind of database, or (code ``schema_too_new``) of a newer schema.
    """
    _check_header(path, shape)
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
    """Return a value of the meta table: ``label``, or how many rows a table has."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (key,)).fetchone()
    if row is None or not isinstance(row[0], str | int):
        raise BookInvalidError(f"the file has no {key}")
    return row[0]


def count_rows(connection: sqlite3.Connection, table: str) -> int:
    """Return how many rows a table of the schema has."""
    row: tuple[int] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names of a Shape
    return row[0]


def check_whole(connection: sqlite3.Connection, shape: Shape, path: Path) -> dict[str, int]:
    """Return the number of rows of each counted table, after a look at every page, at the schema and at the counts.

    `BookTornError` when bytes are missing or changed; `BookInvalidError` when the schema is not ours to the letter (a
    table more, a trigger, a view), or counts differ.
    """
    problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise BookTornError(f"{path.name} is damaged: {problem}")
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    odd = found.symmetric_difference((*shape.tables, *shape.indexes))
    if odd:
        raise BookInvalidError(f"the schema of the {shape.name} differs: {min(odd)[:80]}")
    return {table: _check_count(connection, table, shape) for table in shape.counted}


def _check_count(connection: sqlite3.Connection, table: str, shape: Shape) -> int:
    expected, found = read_meta(connection, table), count_rows(connection, table)
    if found != expected:
        raise BookInvalidError(f"the {shape.name} has {found} rows in {table} and says {expected}")
    return found


def _check_header(path: Path, shape: Shape) -> None:
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
    if int.from_bytes(header[68:72], "big") != shape.application_id:
        raise BookInvalidError(f"{path.name} is no {shape.name}")
    if schema > shape.schema:
        hint = "update the till first"
        raise BookInvalidError(
            f"{path.name} has schema {schema}, newer than {shape.schema}", code="schema_too_new", hint=hint
        )
