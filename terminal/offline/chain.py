"""Checks of the hash chain: the tail of the open file at start, all files in slices in idle, everything on demand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from terminal.domain.errors import ChainError, JournalError
from terminal.domain.ids import Identity
from terminal.offline.files import (
    FileMeta,
    JournalFile,
    journal_errors,
    journal_files,
    open_reader,
    read_last,
    read_meta,
    read_rows,
)
from terminal.ports.journal import Head
from terminal.wire.chain import Row, follows, genesis
from terminal.wire.sqlite_files import quick_check

READ_AHEAD_BYTES = 1 << 20
SLICE_ROWS = 256
MAX_FAULTS = 100


class FaultKind(StrEnum):
    """What can be wrong with a journal."""

    DAMAGED = "damaged"
    """SQLite cannot read the file, or a part of it."""
    FOREIGN = "foreign"
    """The file belongs to another till or epoch."""
    MISSING = "missing"
    """Rows that must be there are not."""
    BROKEN = "broken"
    """A row stands behind another one than it says."""
    CHANGED = "changed"
    """The columns of a row are not those that were hashed."""
    SHORT = "short"
    """HQ has acknowledged more than there is: an old copy, or the tail was cut."""
    FORKED = "forked"
    """HQ has acknowledged another row under the same sequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: in which file, at which sequence (0 = the file as a whole)."""

    kind: FaultKind
    file: str
    seq: int = 0
    detail: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, event {self.seq}" if self.seq else self.file
        return f"{where}: {self.kind.value}{': ' if self.detail else ''}{self.detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a check found; ``head`` is None when there is no file at all."""

    files: int
    rows: int
    head: Head | None
    faults: tuple[Fault, ...]


def check_row(row: Row, head: Head) -> FaultKind | None:
    """Return what is wrong with the row that should follow ``head``."""
    if row.seq != head.seq + 1:
        return FaultKind.MISSING
    if row.prev != head.hash:
        return FaultKind.BROKEN
    return None if follows(row, prev=head.hash) else FaultKind.CHANGED


def check_open_file(connection: sqlite3.Connection, file: JournalFile, *, who: Identity, tail_rows: int) -> Head:
    """Check the file that is about to be written and return its last row.

    All of its pages are checked, its chain for the last ``tail_rows`` rows (the rest follows in idle). `ChainError`
    names file, sequence and fault.
    """
    _read_ahead(file.path)
    with journal_errors(file.path):
        problem = quick_check(connection)
        if problem != "ok":
            raise ChainError(f"{file.path.name} is damaged: {problem}")
        meta = read_meta(connection)
        if (meta.terminal, meta.epoch) != (who.terminal, who.epoch):
            raise ChainError(f"{file.path.name} belongs to {meta.terminal}, epoch {meta.epoch}")
        head = Head(epoch=who.epoch, seq=meta.first_seq - 1, hash=meta.first_prev)
        last = read_last(connection)
        if last is not None and last.seq - tail_rows > head.seq:
            before = read_rows(connection, last.seq - tail_rows - 1, limit=1)[0]
            head = Head(epoch=who.epoch, seq=before.seq, hash=before.hash)
        while rows := read_rows(connection, head.seq, limit=SLICE_ROWS):
            for row in rows:
                fault = check_row(row, head)
                if fault is not None:
                    raise ChainError(str(Fault(kind=fault, file=file.path.name, seq=row.seq)))
                head = Head(epoch=who.epoch, seq=row.seq, hash=row.hash)
    return head


def _read_ahead(path: Path) -> None:
    """Let the kernel read a file from end to end: a check jumps about in it, six times slower when it is cold."""
    with suppress(OSError), path.open("rb", buffering=0) as file:
        while file.read(READ_AHEAD_BYTES):
            pass


class Verification:
    """One pass over all files of an epoch, a slice at a time; no file is held open between slices."""

    def __init__(self, folder: Path, who: Identity, *, deep: bool = False) -> None:
        self._folder = folder
        self._who = who
        self._deep = deep
        self._genesis = genesis(terminal=who.terminal, epoch=who.epoch)
        self._head = Head(epoch=who.epoch, seq=0, hash=self._genesis)
        self._files = 0
        self._rows = 0
        self._faults: list[Fault] = []
        self._steps = self._walk()

    def step(self) -> ChainReport | None:
        """Check one slice; the report when everything is checked, else None."""
        for _ in self._steps:
            return None
        return self._report()

    def run(self, acked: Head | None = None) -> ChainReport:
        """Check all the rest, and compare with what HQ has acknowledged."""
        for _ in self._steps:
            pass
        if acked is not None:
            self._compare(acked)
        return self._report()

    def _report(self) -> ChainReport:
        head = self._head if self._files else None
        return ChainReport(files=self._files, rows=self._rows, head=head, faults=tuple(self._faults))

    def _walk(self) -> Iterator[None]:
        files = journal_files(self._folder, self._who.epoch)
        pruned_seq = self._pruned_seq(files[-1]) if files else 0
        for file in files:
            try:
                meta = self._open(file)
                self._begin(file, meta, pruned_seq)
                yield
                yield from self._check_rows(file)
            except JournalError as error:
                self._add(FaultKind.DAMAGED, file, seq=self._head.seq + 1, detail=str(error))

    def _pruned_seq(self, newest: JournalFile) -> int:
        try:
            with closing(open_reader(newest.path)) as connection, journal_errors(newest.path):
                return read_meta(connection).pruned_seq
        except JournalError:
            return 0

    def _open(self, file: JournalFile) -> FileMeta:
        with closing(open_reader(file.path)) as connection, journal_errors(file.path):
            problem = quick_check(connection) if self._deep else "ok"
            if problem != "ok":
                self._add(FaultKind.DAMAGED, file, detail=problem)
            return read_meta(connection)

    def _begin(self, file: JournalFile, meta: FileMeta, pruned_seq: int) -> None:
        """Check where a file says that it begins."""
        if (meta.terminal, meta.epoch) != (self._who.terminal, self._who.epoch):
            self._add(FaultKind.FOREIGN, file, detail=f"{meta.terminal}, epoch {meta.epoch}")
        begin = Head(epoch=self._who.epoch, seq=meta.first_seq - 1, hash=meta.first_prev)
        was_pruned = self._files == 0 and 0 < begin.seq <= pruned_seq
        if not was_pruned and begin.seq != self._head.seq:
            self._add(FaultKind.MISSING, file, seq=meta.first_seq, detail=f"the file before ends at {self._head.seq}")
        elif not was_pruned and begin.hash != self._head.hash:
            self._add(FaultKind.BROKEN, file, seq=meta.first_seq)
        self._head = begin
        self._files += 1

    def _check_rows(self, file: JournalFile) -> Iterator[None]:
        while rows := self._page(file):
            for row in rows:
                fault = check_row(row, self._head)
                if fault is not None:
                    self._add(fault, file, seq=row.seq)
                self._head = Head(epoch=self._who.epoch, seq=row.seq, hash=row.hash)
            self._rows += len(rows)
            yield

    def _page(self, file: JournalFile) -> tuple[Row, ...]:
        with closing(open_reader(file.path)) as connection, journal_errors(file.path):
            return read_rows(connection, self._head.seq, limit=SLICE_ROWS)

    def _compare(self, acked: Head) -> None:
        """Compare with HQ's acknowledged head: it tells an old copy and a cut tail, which a chain alone cannot."""
        files = journal_files(self._folder, self._who.epoch)
        if self._head.seq < acked.seq:
            name = files[-1].path.name if files else str(self._folder)
            self._faults.append(
                Fault(kind=FaultKind.SHORT, file=name, seq=acked.seq, detail=f"ends at {self._head.seq}")
            )
            return
        for file in files:
            with closing(open_reader(file.path)) as connection, journal_errors(file.path):
                rows = read_rows(connection, acked.seq - 1, limit=1)
            if rows and rows[0].seq == acked.seq:
                if rows[0].hash != acked.hash:
                    self._add(FaultKind.FORKED, file, seq=acked.seq)
                return

    def _add(self, kind: FaultKind, file: JournalFile, *, seq: int = 0, detail: str = "") -> None:
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(Fault(kind=kind, file=file.path.name, seq=seq, detail=detail))
