"""Writing ``members.db``: row by row beside a till that reads, or whole before anybody does."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from terminal.domain.errors import MembersError
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.disk import flush
from terminal.wire.members.checking import check_pages, event_key, read_meta
from terminal.wire.members.opening import check_kind, reading
from terminal.wire.members.rows import (
    SQL_BY_ID,
    SQL_DROP_CARD,
    SQL_PUT_CARD,
    SQL_PUT_MEMBER,
    SQL_PUT_META,
    MemberRow,
    card_values,
    decode_row,
    member_values,
)
from terminal.wire.members.schema import APPLICATION_ID, INDEXES, SCHEMA, TABLES
from terminal.wire.sqlite_files import close_writer, connect, drop_wal, put_aside

ROWS_AT_ONCE = 500
"""Rows of one transaction: a reader never waits for it, and the WAL stays small."""
WAL_PAGES = 256
ValueT = TypeVar("ValueT")


class MembersWriter:
    """The one writer of the file. Its connection belongs to the thread that made it.

    What it has written may be lost with the power, but never out of order: HQ is asked again from `version` on.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file. One that is damaged is put aside: the new one is of version 0.

        `MembersError` for that of a newer uplink, and for a disk that does not let it.
        """
        self._path = path
        try:
            self._connection = _open(path)
        except MembersError as error:
            if error.code != "members_damaged":
                raise
            put_aside(path)
            self._connection = _open(path)

    @property
    def version(self) -> int:
        """The version of the stream that all of it has come to; 0 = nothing is known."""
        return read_meta(self._connection, "version")

    def put(self, rows: Iterable[MemberRow]) -> None:
        """Take rows, each in the place of what was known of that member, unless that knows more."""
        for some in _batches(rows):
            with self._transaction():
                for row in some:
                    self._put(row)

    def remove(self, members: Iterable[MemberId]) -> None:
        """Forget members, and whose their cards were."""
        for some in _batches(members):
            with self._transaction():
                for member in some:
                    self._drop_cards(self._known(member))
                    self._connection.execute("DELETE FROM member WHERE id = ?", (member,))

    def mark(self, *, version: int, as_of_ms: int) -> None:
        """Say which version of the stream all of it has come to, and what time (UTC) it tells of."""
        with self._transaction():
            _put_meta(self._connection, version=version, as_of_ms=as_of_ms)

    def close(self) -> None:
        """Close the file; a reader may go on."""
        close_writer(self._connection, self._path)

    def _put(self, row: MemberRow) -> None:
        known = self._known(row.member.id)
        if known is None or not row.is_behind(known):
            self._drop_cards(known)
            self._connection.execute(SQL_PUT_MEMBER, member_values(row))
            self._connection.executemany(SQL_PUT_CARD, _cards(row))

    def _known(self, member: MemberId) -> MemberRow | None:
        found = self._connection.execute(SQL_BY_ID, (member,)).fetchone()
        return None if found is None else decode_row(found[0])

    def _drop_cards(self, known: MemberRow | None) -> None:
        """Take off the cards of a member; one that is another's by now stays."""
        if known is not None:
            member, cards = known.member.id, known.cards
            self._connection.executemany(SQL_DROP_CARD, [(*card_values(card), member) for card in cards])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One transaction, whole or not at all. `MembersError` when the disk is full, or the file damaged."""
        with reading(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersContent:
    """What a whole file is built from: rows that are read once, and the version that all of them have come to.

    ``events`` says for each terminal as of which (epoch, sequence) of its journal the rows are. ``label`` is a name for
    people; it does not stand in the file.
    """

    rows: Iterable[MemberRow]
    version: int
    as_of_ms: int
    events: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    label: str = ""


def build_members(path: Path, content: MembersContent) -> None:
    """Write a whole file, at once or not at all, in the place of one that is there. No writer may have that one open.

    A million members take half a minute.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            _create(connection, TABLES)
            connection.execute("BEGIN")
            for some in _batches(content.rows):
                connection.executemany(SQL_PUT_MEMBER, map(member_values, some))
                connection.executemany(SQL_PUT_CARD, chain.from_iterable(map(_cards, some)))
            events = {event_key(terminal): f"{epoch} {seq}" for terminal, (epoch, seq) in content.events.items()}
            _put_meta(connection, version=content.version, as_of_ms=content.as_of_ms, **events)
            connection.execute("COMMIT")
            _create(connection, INDEXES)
        flush(part)
        drop_wal(path)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def _batches(values: Iterable[ValueT]) -> Iterator[list[ValueT]]:
    left = iter(values)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some


def _cards(row: MemberRow) -> list[tuple[str, ...]]:
    return [(*card_values(card), row.member.id, card.status) for card in row.cards]


def _put_meta(connection: sqlite3.Connection, **values: int | str) -> None:
    connection.executemany(SQL_PUT_META, values.items())


def _create(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA}")
    for statement in statements:
        connection.execute(statement)


def _open(path: Path) -> sqlite3.Connection:
    with reading(path):
        connection = connect(path, "rwc")
        try:
            if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                connection.execute("BEGIN IMMEDIATE")
                _create(connection, (*TABLES, *INDEXES))
                connection.execute("COMMIT")
            check_kind(connection, path)
            check_pages(connection, path)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        except BaseException:
            connection.close()
            raise
    return connection
