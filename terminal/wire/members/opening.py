"""Opening ``members.db`` for reading, and what SQLite says of it turned into errors of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal.domain.errors import MembersError
from terminal.wire.members.schema import APPLICATION_ID, SCHEMA
from terminal.wire.sqlite_files import connect


def open_members(path: Path) -> sqlite3.Connection:
    """Open the file for reading; the caller closes it, and ends each read at once.

    `MembersError` ``members_missing`` while there is none (the uplink has not made it yet), ``schema_too_new`` when a
    newer version wrote it, ``members_unready`` for what passes, else ``members_damaged``.
    """
    with reading(path):
        connection = connect(path, "ro")
        try:
            connection.execute("PRAGMA query_only=1")
            connection.execute("PRAGMA trusted_schema=0")
            check_kind(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def check_kind(connection: sqlite3.Connection, path: Path) -> None:
    """Look at the header of an open file: it must be one of members, and of no newer schema.

    One that is empty was just made: its writer is about to fill it.
    """
    if not connection.execute("PRAGMA page_count").fetchone()[0]:
        raise MembersError(f"{path.name} is empty", code="members_unready")
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise MembersError(f"{path.name} is no file of members")
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema > SCHEMA:
        raise MembersError(
            f"{path.name} has schema {schema}, newer than {SCHEMA}", code="schema_too_new", hint="update the till first"
        )


_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_PROTOCOL,
    }
)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what SQLite says into `MembersError`: ``members_unready`` is what passes by itself."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code == sqlite3.SQLITE_CANTOPEN:
            raise MembersError(f"there is no {path.name}", code="members_missing") from error
        kind = "members_unready" if code in _PASSING else "members_damaged"
        raise MembersError(f"{path.name}: {error}", code=kind) from error
