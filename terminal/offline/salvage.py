"""What of a damaged journal can be trusted: its rows from the first one on, as far as the chain verifies."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.errors import JournalError, SchemaTooNewError
from terminal.domain.ids import Identity
from terminal.offline.chain import SLICE_ROWS, check_row
from terminal.offline.files import (
    FileMeta,
    JournalFile,
    create_file,
    journal_errors,
    journal_files,
    open_reader,
    read_last,
    read_meta,
    read_rows,
)
from terminal.ports.journal import Head
from terminal.wire.chain import Row, genesis
from terminal.wire.disk import flush
from terminal.wire.sqlite_files import quick_check

DAMAGED = ".damaged-"
"""What a damaged file is called behind its name; the time (ms) follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file: where it begins, its last row that verifies, and whether that is all of it."""

    file: JournalFile
    meta: FileMeta
    last_seq: int
    last_hash: bytes
    is_whole: bool


class Salvage:
    """The trusted rows of one epoch. Reads only, until `tidy`."""

    def __init__(self, folder: Path, who: Identity) -> None:
        """Inspect all files; `SchemaTooNewError` when one is of a newer version."""
        self._who = who
        self._head = Head(epoch=who.epoch, seq=0, hash=genesis(terminal=who.terminal, epoch=who.epoch))
        self._found: list[Found] = []
        self._behind: list[JournalFile] = []
        for file in journal_files(folder, who.epoch):
            self._take(file)

    @property
    def head(self) -> Head:
        """The last row that verifies."""
        return self._head

    @property
    def snapshot(self) -> tuple[int, bytes] | None:
        """(seq, encoded record) that the newest trusted file with a record began with."""
        records = [(found.meta.first_seq - 1, found.meta.record) for found in self._found if found.meta.record]
        return records[-1] if records else None

    @property
    def pruned_seq(self) -> int:
        """The row before the first one that is there."""
        return self._found[0].meta.first_seq - 1 if self._found else 0

    def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return trusted rows after a sequence, oldest first."""
        for found in self._found:
            if found.meta.first_seq <= after_seq + 1 <= found.last_seq:
                return _read(found.file.path, after_seq, limit=min(limit, found.last_seq - after_seq))
        return ()

    def tidy(self, *, now_ms: int) -> tuple[str, ...]:
        """Rename damaged files, put their trusted rows into new ones in their place, and return the new names."""
        aside = []
        for found in self._found:
            if not found.is_whole:
                damaged = _put_aside(found.file, now_ms)
                create_file(found.file, found.meta, rows=_trusted_rows(damaged, found))
                aside.append(damaged.name)
        aside.extend(_put_aside(file, now_ms).name for file in self._behind)
        return tuple(aside)

    def _take(self, file: JournalFile) -> None:
        """Inspect a file; what stands behind a damaged one is not trusted."""
        if self._found and not self._found[-1].is_whole:
            self._behind.append(file)
            return
        found = _inspect(file, self._who, self._head)
        self._found.append(found)
        self._head = Head(epoch=self._who.epoch, seq=found.last_seq, hash=found.last_hash)


def put_back(folder: Path, epoch: int) -> None:
    """Give damaged files their names again where nothing stands in their place: a tidying was cut short there."""
    for aside in sorted(folder.glob(f"journal-{epoch}-*.db{DAMAGED}*"), reverse=True):
        file = aside.with_name(aside.name.partition(DAMAGED)[0])
        if aside.name.endswith("-wal") or file.exists():
            continue
        with suppress(FileNotFoundError):
            aside.with_name(f"{aside.name}-wal").rename(file.with_name(f"{file.name}-wal"))
        aside.rename(file)


def _inspect(file: JournalFile, who: Identity, before: Head) -> Found:
    meta = FileMeta(terminal=who.terminal, epoch=who.epoch, first_seq=before.seq + 1, first_prev=before.hash)
    head, is_whole = before, False
    try:
        with closing(open_reader(file.path)) as connection, journal_errors(file.path):
            said = read_meta(connection)
            if _follows(said, who, before):
                meta, head = said, Head(epoch=who.epoch, seq=said.first_seq - 1, hash=said.first_prev)
                for row in _good_rows(connection, head):
                    head = Head(epoch=who.epoch, seq=row.seq, hash=row.hash)
                last = read_last(connection)
                is_whole = (last is None or last.seq == head.seq) and quick_check(connection) == "ok"
    except SchemaTooNewError:
        raise
    except JournalError:
        is_whole = False
    return Found(file=file, meta=meta, last_seq=head.seq, last_hash=head.hash, is_whole=is_whole)


def _follows(meta: FileMeta, who: Identity, before: Head) -> bool:
    """Whether a file is ours and begins where the one before ends; the first one may follow files that were deleted."""
    if (meta.terminal, meta.epoch) != (who.terminal, who.epoch):
        return False
    return before.seq == 0 < meta.first_seq - 1 or (meta.first_seq - 1, meta.first_prev) == (before.seq, before.hash)


def _good_rows(connection: sqlite3.Connection, head: Head) -> Iterator[Row]:
    """Yield rows while each follows from the one before."""
    while rows := read_rows(connection, head.seq, limit=SLICE_ROWS):
        for row in rows:
            if check_row(row, head) is not None:
                return
            head = Head(epoch=head.epoch, seq=row.seq, hash=row.hash)
            yield row


def _read(path: Path, after_seq: int, *, limit: int) -> tuple[Row, ...]:
    with closing(open_reader(path)) as connection, journal_errors(path):
        return read_rows(connection, after_seq, limit=limit)


def _trusted_rows(damaged: Path, found: Found) -> Iterator[Row]:
    after_seq = found.meta.first_seq - 1
    while after_seq < found.last_seq:
        rows = _read(damaged, after_seq, limit=min(SLICE_ROWS, found.last_seq - after_seq))
        yield from rows
        after_seq = rows[-1].seq


def _put_aside(file: JournalFile, now_ms: int) -> Path:
    """Rename a file with its WAL, which may hold its last rows."""
    aside = file.path.with_name(f"{file.path.name}{DAMAGED}{now_ms}")
    file.path.rename(aside)
    with suppress(FileNotFoundError):
        file.path.with_name(f"{file.path.name}-wal").rename(aside.with_name(f"{aside.name}-wal"))
    file.path.with_name(f"{file.path.name}-shm").unlink(missing_ok=True)
    flush(aside.parent)
    return aside
