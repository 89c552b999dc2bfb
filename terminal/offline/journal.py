"""The journal in SQLite: append-only, hash-chained, one fsync a commit, one writer.

Its connection belongs to the thread that made the object: sqlite3 refuses calls from another one.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec.structs import astuple

from terminal.domain.errors import DiskFullError, JournalError
from terminal.domain.ids import Identity
from terminal.offline.ballast import Ballast
from terminal.offline.chain import ChainReport, Verification, check_open_file
from terminal.offline.files import (
    MAX_READ,
    SQL_INSERT,
    FileMeta,
    JournalFile,
    create_file,
    is_settled,
    journal_errors,
    journal_file,
    journal_files,
    open_reader,
    open_writer,
    read_last,
    read_meta,
    read_rows,
    settle,
    stored_bytes,
    write_meta,
)
from terminal.offline.lock import lock_folder
from terminal.offline.reader import JournalReader
from terminal.ports.clock import IdSource, Stamp
from terminal.ports.journal import Head
from terminal.wire.chain import Row, genesis, row_hash
from terminal.wire.disk import flush
from terminal.wire.events import Fact, encode_fact, kind_of
from terminal.wire.sqlite_files import close_writer

KEEP_MS = 35 * 24 * 3_600_000
"""A closed file is kept that long, even when HQ has it: HQ may have to be restored from an old backup."""


TOLD_FAULTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalOptions:
    """``rotate_bytes`` is the size at which a file is closed; ``tail_rows`` are checked at start, the rest in idle."""

    rotate_bytes: int = 64 << 20
    ballast_bytes: int = 4 << 20
    tail_rows: int = 4096


DEFAULTS = JournalOptions()


class SqliteJournal:
    """`terminal.ports.journal.Journal` over the files of one folder and epoch."""

    def __init__(
        self, folder: Path, who: Identity, *, ids: IdSource, options: JournalOptions = DEFAULTS, record: bytes = b""
    ) -> None:
        """Open the newest file, or make the first one, whose meta then carries ``record``.

        `ChainError` when the open file is damaged or foreign (`terminal.offline.recovery`), `SchemaTooNewError`,
        `DiskFullError`, or `JournalError` ``journal_busy`` when another process owns the folder.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._who = who
        self._ids = ids
        self._options = options
        self._verification: Verification | None = None
        self._reader = JournalReader(folder, epoch=who.epoch, max_rows=MAX_READ)
        self._lock = lock_folder(folder)
        try:
            self._ballast = Ballast(folder, options.ballast_bytes)
            self._ballast.lay()
            self._file = self._newest(record)
            self._connection = open_writer(self._file.path)
        except BaseException:
            os.close(self._lock)
            raise
        try:
            self._head = check_open_file(self._connection, self._file, who=who, tail_rows=options.tail_rows)
            self._meta = read_meta(self._connection)
        except BaseException:
            self.close()
            raise

    @property
    def head(self) -> Head:
        """The last durable row."""
        return self._head

    @property
    def low_space(self) -> bool:
        """Whether the ballast had to be thrown away: the sale at hand ends, then the till must not go on selling."""
        return not self._ballast.lies

    @property
    def snapshot(self) -> tuple[int, bytes] | None:
        """(seq, encoded record) that the open file began with, or None: where a rebuild may start."""
        return (self._meta.first_seq - 1, self._meta.record) if self._meta.record else None

    @property
    def pruned_seq(self) -> int:
        """The last row of the files that were deleted on purpose; 0 = none was."""
        return self._meta.pruned_seq

    def append(self, facts: Sequence[Fact], *, stamp: Stamp, biz_date: str) -> Head:
        """Write all facts in one durable transaction (fsync) and return the new head.

        When the disk is full the ballast goes first; `DiskFullError` when that does not help: nothing is written then.
        """
        rows = self._chained(facts, stamp, biz_date)
        if not rows:
            return self._head
        try:
            self._commit(rows)
        except DiskFullError:
            if not self._ballast.drop():
                raise
            self._commit(rows)
        self._head = Head(epoch=self._who.epoch, seq=rows[-1].seq, hash=rows[-1].hash)
        return self._head

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return at most ``limit`` rows after a sequence, oldest first, over all files."""
        if after_seq >= self._meta.first_seq - 1:
            with journal_errors(self._file.path):
                return read_rows(self._connection, after_seq, limit=limit)
        return self._reader.read(after_seq, limit=limit)

    def rest(self, record: bytes | None) -> str:
        """Do in idle what can wait: check old rows, lay the ballast again, close a large file when a record is given.

        Returns what was found wrong, or nothing. A file that cannot be read does not end the till.
        """
        try:
            with journal_errors(self._folder):
                return self._look_after(record)
        except JournalError as error:
            return str(error)

    def rotate_if_large(self, record: bytes = b"") -> bool:
        """Close the open file and begin the next one if it is over its size; between sales, when the caller has time.

        ``record`` is the till's record as of `head`; a rebuild then starts there.
        """
        if stored_bytes(self._file.path) < self._options.rotate_bytes:
            return False
        following = journal_file(self._folder, epoch=self._who.epoch, number=self._file.number + 1)
        meta = replace(self._meta, first_seq=self._head.seq + 1, first_prev=self._head.hash, record=record)
        create_file(following, meta)
        try:
            opened = open_writer(following.path)
        except BaseException:
            following.path.unlink()
            raise
        self._connection.close()
        self._connection, self._file, self._meta = opened, following, meta
        self._settle_closed()
        return True

    def verify_slice(self) -> ChainReport | None:
        """Check the next few hundred rows (about 2 ms); the report when a pass over all files has ended."""
        if self._verification is None:
            self._verification = Verification(self._folder, self._who)
        report = self._verification.step()
        if report is not None:
            self._verification = None
        return report

    def prune(self, *, acked_seq: int, archived_seq: int, now_ms: int) -> tuple[str, ...]:
        """Delete closed files whole that are acknowledged, archived and older than 35 days; return their names."""
        gone = []
        for file in self._closed():
            last = _last_row(file)
            if last is None or not _may_go(last, kept_seq=min(acked_seq, archived_seq), now_ms=now_ms):
                break
            self._meta = replace(self._meta, pruned_seq=last.seq)
            with journal_errors(file.path):
                write_meta(self._connection, "pruned_seq", last.seq)
                file.path.unlink()
            gone.append(file.path.name)
        if gone:
            with journal_errors(self._folder):
                flush(self._folder)
        return tuple(gone)

    def prune_epoch(self, epoch: int, *, archived_seq: int, now_ms: int) -> tuple[str, ...]:
        """Delete files of an earlier epoch by the same rule, the last one too; return their names."""
        gone = []
        for file in journal_files(self._folder, epoch) if epoch < self._who.epoch else ():
            last = _last_row(file)
            if last is not None and not _may_go(last, kept_seq=archived_seq, now_ms=now_ms):
                break
            with journal_errors(file.path):
                for suffix in ("", "-wal", "-shm"):
                    file.path.with_name(file.path.name + suffix).unlink(missing_ok=True)
            gone.append(file.path.name)
        if gone:
            with journal_errors(self._folder):
                flush(self._folder)
        return tuple(gone)

    def close(self) -> None:
        """Close the files and give the folder free."""
        close_writer(self._connection, self._file.path)
        os.close(self._lock)

    def _newest(self, record: bytes) -> JournalFile:
        files = journal_files(self._folder, self._who.epoch)
        if files:
            return files[-1]
        first = journal_file(self._folder, epoch=self._who.epoch, number=1)
        terminal, epoch = self._who.terminal, self._who.epoch
        start = genesis(terminal=terminal, epoch=epoch)
        create_file(first, FileMeta(terminal=terminal, epoch=epoch, first_seq=1, first_prev=start, record=record))
        return first

    def _look_after(self, record: bytes | None) -> str:
        self._ballast.lay()
        self._settle_closed()
        report = self.verify_slice()
        if report is not None and report.faults:
            return "; ".join(str(fault) for fault in report.faults[:TOLD_FAULTS])
        if record is not None:
            self.rotate_if_large(record)
        return ""

    def _settle_closed(self) -> None:
        """Bring closed files out of WAL mode, so that anybody can read them; while a reader is in the way, later."""
        for file in self._closed():
            with suppress(JournalError):
                if not is_settled(file.path):
                    settle(file.path)

    def _closed(self) -> tuple[JournalFile, ...]:
        return journal_files(self._folder, self._who.epoch)[:-1]

    def _chained(self, facts: Sequence[Fact], stamp: Stamp, biz_date: str) -> list[Row]:
        """Return the rows of facts, each with the hash of the one before."""
        rows: list[Row] = []
        seq, prev = self._head.seq, self._head.hash
        for fact in facts:
            seq += 1
            columns = (
                seq,
                self._ids.uuid7(stamp.wall_ms),
                kind_of(fact),
                biz_date,
                stamp.wall_ms,
                stamp.mono_ms,
                stamp.boot_id,
                stamp.hq_offset_ms,
                stamp.hq_quality,
                encode_fact(fact),
            )
            rows.append(Row(*columns, prev, row_hash(prev, *columns)))
            prev = rows[-1].hash
        return rows

    def _commit(self, rows: list[Row]) -> None:
        """Write rows in one transaction; a single one needs no frame: a statement by itself is a transaction."""
        connection = self._connection
        with journal_errors(self._file.path):
            if len(rows) == 1:
                connection.execute(SQL_INSERT, astuple(rows[0]))
                return
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(SQL_INSERT, map(astuple, rows))
                connection.execute("COMMIT")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _last_row(file: JournalFile) -> Row | None:
    with closing(open_reader(file.path)) as connection, journal_errors(file.path):
        return read_last(connection)


def _may_go(last: Row, *, kept_seq: int, now_ms: int) -> bool:
    """Whether HQ keeps a file for good and it is old, by its last row."""
    return last.seq <= kept_seq and last.wall_ms <= now_ms - KEEP_MS
