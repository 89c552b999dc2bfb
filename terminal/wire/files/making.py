"""Making a file that never changes: whole or not at all. The same rows give the same bytes (with the same SQLite)."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from terminal.domain.errors import BookInvalidError
from terminal.wire.disk import flush
from terminal.wire.files.immutable import PAGE_BYTES, Shape, count_rows

_PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", f"page_size={PAGE_BYTES}")


@contextmanager
def making(path: Path, shape: Shape, *, label: str) -> Iterator[sqlite3.Connection]:
    """Make a file of a shape: fill its tables inside. It gets its name at the end, flushed to the disk.

    ``meta`` is written last: the label for people, and the counts. Indexes are the caller's to make.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            _begin(connection, shape)
            yield connection
            counts = [(table, count_rows(connection, table)) for table in shape.counted]
            insert(connection, "meta(k, v)", 2, [("label", label), *counts])
            connection.execute("COMMIT")
        flush(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def _begin(connection: sqlite3.Connection, shape: Shape) -> None:
    for pragma in (*_PRAGMAS, f"application_id={shape.application_id}", f"user_version={shape.schema}"):
        connection.execute(f"PRAGMA {pragma}")
    for statement in shape.tables:
        connection.execute(statement)
    connection.execute("BEGIN")


def insert(connection: sqlite3.Connection, target: str, width: int, rows: Iterable[tuple[object, ...]]) -> None:
    """Stream rows in; `BookInvalidError` names the row that is refused. ``target`` is ``table(column, …)``."""
    statement = f"INSERT INTO {target} VALUES ({', '.join('?' * width)})"  # noqa: S608 - constants of the callers
    current: list[tuple[object, ...]] = [()]

    def watched() -> Iterator[tuple[object, ...]]:
        for row in rows:
            current[0] = row
            yield row

    try:
        connection.executemany(statement, watched())
    except (sqlite3.Error, OverflowError) as error:
        raise BookInvalidError(f"{target.partition('(')[0]} {current[0][:2]} is refused: {error}") from error
