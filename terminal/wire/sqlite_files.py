"""SQLite files that one service writes and another one reads: how they are opened, closed, and put aside."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

BUSY_S = 5.0
"""Readers and writer of WAL never wait for each other, but for moments of opening and closing."""


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a database with one of SQLite's modes: ``ro``, ``rw``, ``rwc``."""
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_S)


def close_writer(connection: sqlite3.Connection, path: Path) -> None:
    """Close the writer's connection, but leave the WAL (empty) and its index.

    A full disk has no room for new ones, and a reader may not make them. SQLite removes both with the last connection,
    unless that one may only read.
    """
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout=0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with suppress(sqlite3.Error), closing(connect(path, "ro")) as last:
        last.execute("PRAGMA application_id").fetchone()
        connection.close()
    connection.close()


def put_aside(path: Path) -> Path:
    """Rename a database and drop its WAL; an earlier one that was put aside is replaced."""
    aside = path.with_name(path.name + ".aside")
    path.replace(aside)
    drop_wal(path)
    return aside


def drop_wal(path: Path) -> None:
    """Remove the WAL of a database and its index: what they hold is lost."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def quick_check(connection: sqlite3.Connection) -> str:
    """Return ``ok``, or the first thing that is wrong with the pages of a file."""
    return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
