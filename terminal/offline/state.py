"""``state.db``: the till's record as of a sequence, so that a start replays only the tail of the journal.

Beside it stand tables that follow from facts (`terminal.offline.projections`). All of it is a projection: what is wrong
with it is put aside, and the journal makes it anew.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from terminal.domain.errors import ChainError, DiskFullError, JournalError, SchemaTooNewError
from terminal.domain.ids import Identity
from terminal.offline.files import journal_errors
from terminal.offline.projections.history import History
from terminal.offline.projections.ledger import Ledger
from terminal.offline.projections.projection import Projection
from terminal.offline.projections.promotions import Promotions
from terminal.offline.projections.sold import DoneSales
from terminal.offline.projections.stock import StockLevels
from terminal.ports.journal import Head
from terminal.wire.chain import Row
from terminal.wire.events import Fact, decode_fact
from terminal.wire.record import TillRecord, apply, decode_record
from terminal.wire.sqlite_files import close_writer, put_aside, quick_check

NAME = "state.db"
SCHEMA = 2
APPLICATION_ID = 0x47_54_53_54
"""``GTST`` in the header of the file."""
REPLAY_ROWS = 1000
WAL_PAGES = 1024
"""A checkpoint waits for the disk: `SqliteRecordStore.rest` makes it in idle, and this one in the midst of a rush."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS record(
  id INTEGER PRIMARY KEY CHECK(id = 1), epoch INTEGER NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL
) STRICT""",
    "CREATE TABLE IF NOT EXISTS told(name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT",
)


class Told(Struct, frozen=True):
    """Facts that became durable together, the first as ``seq``; ``before`` is the record without them."""

    seq: int
    facts: Sequence[Fact]
    before: TillRecord


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
        self.ledger = Ledger(self._connection, who.epoch)
        self.sales = DoneSales(self._connection, folder, who.epoch)
        self.promotions = Promotions(self._connection, who.epoch)
        self.stock = StockLevels(self._connection, who.epoch)
        self.history = History(self._connection, folder, who.epoch)
        self._projections: tuple[Projection, ...] = (self.ledger, self.sales, self.promotions, self.stock, self.history)
        self._kinds = frozenset().union(*(one.kinds for one in self._projections))
        self._waiting: list[Told] = []
        with suppress(DiskFullError), journal_errors(self._path):
            for statement in chain.from_iterable(one.tables for one in self._projections):
                self._connection.execute(statement)

    def load(self) -> tuple[int, bytes] | None:
        """Return (seq, encoded record) of this epoch, or None."""
        try:
            row: tuple[int, int, bytes] | None = self._connection.execute(
                "SELECT epoch, seq, body FROM record"
            ).fetchone()
        except sqlite3.Error:
            return None
        return (row[1], row[2]) if row is not None and row[0] == self._epoch else None

    def is_told(self, seq: int) -> bool:
        """Whether all tables have what facts up to a sequence of this epoch say."""
        rows = self._connection.execute("SELECT name FROM told WHERE epoch = ? AND seq >= ?", (self._epoch, seq))
        return {one.name for one in self._projections} <= {name for (name,) in rows}

    def take(self, seq: int, facts: Sequence[Fact], before: TillRecord) -> None:
        """Let the tables take facts. On a full disk they are kept until there is room."""
        if not self._kinds.isdisjoint(map(type, facts)):
            self._waiting.append(Told(seq, facts, before))
            self._write()

    def save(self, seq: int, record: bytes) -> None:
        """Replace the record. A full disk keeps the old one: the journal has what is missing."""
        self._write()
        if self._waiting:
            return
        told = [(one.name, self._epoch, seq) for one in self._projections]
        with suppress(DiskFullError), self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO record VALUES (1, ?, ?, ?)", (self._epoch, seq, record))
            self._connection.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", told)

    def rest(self) -> None:
        """Bring what was written into the file itself, which waits for the disk; what fails is done later."""
        with suppress(JournalError), journal_errors(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def forget(self, before_ms: int) -> None:
        """Let the tables drop what was done before a time (UTC)."""
        with suppress(DiskFullError), self._transaction():
            self.sales.forget(before_ms)
            self.history.forget(before_ms)

    def close(self) -> None:
        """Close the file."""
        close_writer(self._connection, self._path)

    def _write(self) -> None:
        """Let the tables take what waits."""
        if not self._waiting:
            return
        with suppress(DiskFullError):
            with self._transaction():
                for told in self._waiting:
                    self._tell(told)
            self._waiting.clear()

    def _tell(self, told: Told) -> None:
        before = told.before
        for seq, fact in enumerate(told.facts, told.seq):
            after = apply(before, fact)
            for one in self._projections:
                if type(fact) in one.kinds:
                    one.take(seq, fact, before, after)
            before = after

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with journal_errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


class Replayable(Protocol):
    """Rows that a record can be made from: a journal, or what was salvaged of one."""

    @property
    def head(self) -> Head:
        """The last row."""

    @property
    def snapshot(self) -> tuple[int, bytes] | None:
        """(seq, encoded record) that the newest file began with."""

    @property
    def pruned_seq(self) -> int:
        """The row before the first one that is there."""

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return rows after a sequence, oldest first."""


def rebuild(journal: Replayable, store: SqliteRecordStore) -> TillRecord:
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


def last_known(journal: Replayable, store: SqliteRecordStore) -> TillRecord:
    """Return the record as it was last known, also when the journal has lost rows that the record reflects."""
    seq, record = _first_good(store.load(), journal.snapshot)
    if seq and not store.is_told(seq):
        _tell_anew(journal, store, up_to=seq)
    while rows := journal.read(seq, limit=REPLAY_ROWS):
        record, seq = _told(rows, store, record), rows[-1].seq
    return record


def _tell_anew(journal: Replayable, store: SqliteRecordStore, *, up_to: int) -> None:
    """Tell the tables of all facts that are there; what older ones left open is not known, and does not matter.

    Rows before the newest file may be damaged: nothing else needs them, so they only leave a gap.
    """
    begun = journal.snapshot
    for first in (journal.pruned_seq, up_to if begun is None else begun[0]):
        try:
            _tell_from(journal, store, first, up_to=up_to)
        except ChainError:
            continue
        return


def _tell_from(journal: Replayable, store: SqliteRecordStore, seq: int, *, up_to: int) -> None:
    record = TillRecord()
    while seq < up_to and (rows := journal.read(seq, limit=min(REPLAY_ROWS, up_to - seq))):
        record, seq = _told(rows, store, record), rows[-1].seq


def _told(rows: Sequence[Row], store: SqliteRecordStore, record: TillRecord) -> TillRecord:
    """Tell the tables of rows, and return the record after them."""
    facts = [_fact(row) for row in rows]
    store.take(rows[0].seq, facts, record)
    return reduce(apply, facts, record)


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
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    connection.execute("PRAGMA cache_size=-512")
    if schema < SCHEMA:
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA}")
