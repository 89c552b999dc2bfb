"""Checking a whole ``members.db``, as the uplink does before it goes on with one."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.errors import MembersError
from terminal.wire.members.opening import open_members, reading
from terminal.wire.members.rows import SQL_META
from terminal.wire.members.schema import INDEXES, TABLES
from terminal.wire.sqlite_files import quick_check


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersSummary:
    """What stands in the file: the version of the stream that it has come to, the time of its data, and how much."""

    version: int
    as_of_ms: int
    members: int
    cards: int


def check_members(path: Path) -> MembersSummary:
    """Check the file and count it; `MembersError` for damage, and for another schema than ours."""
    with closing(open_members(path)) as connection, reading(path):
        check_pages(connection, path)
        found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
        odd = found.symmetric_difference((*TABLES, *INDEXES))
        if odd:
            raise MembersError(f"the schema of {path.name} differs: {min(odd)[:80]}")
        return MembersSummary(
            version=read_meta(connection, "version"),
            as_of_ms=read_meta(connection, "as_of_ms"),
            members=connection.execute("SELECT count(*) FROM member").fetchone()[0],
            cards=connection.execute("SELECT count(*) FROM card").fetchone()[0],
        )


def check_pages(connection: sqlite3.Connection, path: Path) -> None:
    """`MembersError` when the pages of an open file are damaged."""
    problem = quick_check(connection)
    if problem != "ok":
        raise MembersError(f"{path.name} is damaged: {problem}")


def read_meta(connection: sqlite3.Connection, key: str) -> int:
    """Return a number of the meta table: ``version`` or ``as_of_ms``; 0 as long as it was never told."""
    row = connection.execute(SQL_META, (key,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], int) else 0


def event_key(terminal: str) -> str:
    """Return under which name the meta table says as of which event of a terminal the rows are."""
    return f"as_of:{terminal}"


def read_event(connection: sqlite3.Connection, terminal: str) -> tuple[int, int]:
    """Return as of which (epoch, sequence) of a terminal the rows are; (0, 0) when the file does not say it."""
    row = connection.execute(SQL_META, (event_key(terminal),)).fetchone()
    epoch, _, seq = str(row[0]).partition(" ") if row is not None else ("", "", "")
    return (int(epoch), int(seq)) if epoch.isdecimal() and seq.isdecimal() else (0, 0)
