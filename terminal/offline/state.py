"""``state.db``: the till's record as of a sequence, so that a start replays only the tail of the journal.

It is a projection: what is wrong with it is put aside, and the journal makes it anew.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from terminal.domain.errors import ChainError, DiskFullError, SchemaTooNewError
from terminal.domain.ids import Identity
from terminal.offline.files import journal_errors
from terminal.ports.journal import Head, RecordStore
from terminal.wire.chain import Row
from terminal.wire.events import Fact, decode_fact
from terminal.wire.record import TillRecord, apply, decode_record
from terminal.wire.sqlite_files import close_writer, put_aside, quick_check

NAME = "state.db"
SCHEMA = 1
APPLICATION_ID = 0x47_54_53_54
"""``GTST`` in the header of the file."""
REPLAY_ROWS = 1000
_TABLE = """CREATE TABLE IF NOT EXISTS record(
  id INTEGER PRIMARY KEY CHECK(id = 1), epoch INTEGER NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL
) STRICT"""


class SqliteRecordStore:
    """`terminal.ports.journal.RecordStore` in ``state.db``. Its connection belongs to the thread that made it."""

    def __init__(self, folder: Path, who: Identity) -> None:
        """Open or make the file; one that is damaged or of a newer version is renamed to ``state.db.aside``."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / NAME
        self._epoch = who.epoch
        try:
            self._connection = _open(self._path)
        except (ChainError, SchemaTooNewError):
            put_aside(self._path)
            self._connection = _open(self._path)

    def load(self) -> tuple[int, bytes] | None:
        """Return (seq, encoded record) of this epoch, or None."""
        try:
            row: tuple[int, int, bytes] | None = self._connection.execute(
                "SELECT epoch, seq, body FROM record"
            ).fetchone()
        except sqlite3.Error:
            return None
        return (row[1], row[2]) if row is not None and row[0] == self._epoch else None

    def save(self, seq: int, record: bytes) -> None:
        """Replace the record. A full disk keeps the old one: the journal has what is missing."""
        with suppress(DiskFullError), journal_errors(self._path):
            self._connection.execute("INSERT OR REPLACE INTO record VALUES (1, ?, ?, ?)", (self._epoch, seq, record))

    def close(self) -> None:
        """Close the file."""
        close_writer(self._connection, self._path)


class Replayable(Protocol):
    """Rows that a record can be made from: a journal, or what was salvaged of one."""

    @property
    def head(self) -> Head:
        """The last row."""

    @property
    def snapshot(self) -> tuple[int, bytes] | None:
        """(seq, encoded record) that the newest file began with."""

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return rows after a sequence, oldest first."""


def rebuild(journal: Replayable, store: RecordStore) -> TillRecord:
    """Return the record as of the journal's head: the stored one and the facts after it.

    A record that is missing or does not decode is made from what the open file began with, or from the first row.
    `ChainError` ``journal_behind`` when the stored record is ahead of the journal: rows were lost, or an old copy
    was restored. `SchemaTooNewError` when there are facts of a newer version.
    """
    stored = store.load()
    if stored is not None and stored[0] > journal.head.seq:
        message = f"the record is of event {stored[0]}, the journal ends at {journal.head.seq}"
        raise ChainError(message, code="journal_behind", hint="ask HQ for a new epoch")
    return last_known(journal, store)


def last_known(journal: Replayable, store: RecordStore) -> TillRecord:
    """Return the record as it was last known, also when the journal has lost rows that the record reflects."""
    seq, record = _first_good(store.load(), journal.snapshot)
    while rows := journal.read(seq, limit=REPLAY_ROWS):
        for row in rows:
            record = apply(record, _fact(row))
        seq = rows[-1].seq
    return record


def _first_good(*candidates: tuple[int, bytes] | None) -> tuple[int, TillRecord]:
    for candidate in candidates:
        if candidate is not None:
            with suppress(msgspec.DecodeError):
                return candidate[0], decode_record(candidate[1])
    return 0, TillRecord()


def _fact(row: Row) -> Fact:
    try:
        return decode_fact(row.body)
    except msgspec.DecodeError as error:
        hint = "start the newer version again"
        raise SchemaTooNewError(f"event {row.seq} ({row.kind}) is of a newer version: {error}", hint=hint) from error


def _open(path: Path) -> sqlite3.Connection:
    with journal_errors(path):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema > SCHEMA:
        raise SchemaTooNewError(f"{path.name} has schema {schema}, newer than {SCHEMA}")
    problem = quick_check(connection)
    if problem != "ok":
        raise ChainError(f"{path.name} is damaged: {problem}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint=256")
    connection.execute("PRAGMA cache_size=-512")
    if schema < SCHEMA:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA}")
