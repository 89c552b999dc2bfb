"""Reads a journal without ever standing in the writer's way: for the uplink, and for the closed files of the till."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from terminal.domain.errors import ChainError, JournalError, SchemaTooNewError
from terminal.offline.files import (
    JournalFile,
    journal_epochs,
    journal_errors,
    journal_files,
    open_reader,
    read_last,
    read_meta,
    read_rows,
)
from terminal.ports.journal import Head
from terminal.wire.chain import Row

BATCH_ROWS = 100
"""Rows per read: a read has ended before they are sent, so that the writer's WAL stays small."""


class JournalReader:
    """Rows of one epoch, over all its files, without a lock that outlives a call.

    A writer that is not up yet, a file that is just being rotated: nothing comes, and the next read tries again. Raised
    are only `ChainError` (a file is damaged) and `SchemaTooNewError`.
    """

    def __init__(self, folder: Path, *, epoch: int, max_rows: int = BATCH_ROWS) -> None:
        self._folder = folder
        self._epoch = epoch
        self._max_rows = max_rows
        self._first_seqs: dict[Path, int] = {}

    def read(self, after_seq: int, *, limit: int = BATCH_ROWS) -> tuple[Row, ...]:
        """Return at most ``limit`` rows after a sequence, oldest first, without a gap."""
        limit = min(limit, self._max_rows)
        rows: list[Row] = []
        with _tried_again_later():
            for file in self._files_behind(after_seq):
                with closing(open_reader(file.path)) as connection, journal_errors(file.path):
                    rows += read_rows(connection, after_seq + len(rows), limit=limit - len(rows))
                if len(rows) == limit:
                    break
        for expected, row in enumerate(rows, after_seq + 1):
            if row.seq != expected:
                raise ChainError(f"event {expected} is missing")
        return tuple(rows)

    def head(self) -> Head | None:
        """Return the last row that is durable, or None when nothing can be read (yet)."""
        head = None
        with _tried_again_later():
            for file in journal_files(self._folder, self._epoch)[-1:]:
                head = self._head(file)
        return head

    def _head(self, file: JournalFile) -> Head:
        with closing(open_reader(file.path)) as connection, journal_errors(file.path):
            last = read_last(connection)
            if last is not None:
                return Head(epoch=self._epoch, seq=last.seq, hash=last.hash)
            meta = read_meta(connection)
            return Head(epoch=self._epoch, seq=meta.first_seq - 1, hash=meta.first_prev)

    def _files_behind(self, after_seq: int) -> tuple[JournalFile, ...]:
        """Return the files from the one on that holds the next row."""
        files = journal_files(self._folder, self._epoch)
        for index in range(len(files) - 1, 0, -1):
            if self._first_seq(files[index]) <= after_seq + 1:
                return files[index:]
        return files

    def _first_seq(self, file: JournalFile) -> int:
        """Return where a file begins; it never changes, so it is read once."""
        if file.path not in self._first_seqs:
            with closing(open_reader(file.path)) as connection, journal_errors(file.path):
                self._first_seqs[file.path] = read_meta(connection).first_seq
        return self._first_seqs[file.path]


class EpochReader:
    """All epochs of a till, the oldest first: `terminal.ports.uplink.Outbox`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._epoch: int | None = None
        self._reader: JournalReader | None = None

    def head(self) -> Head | None:
        """Return the last durable row of the present epoch; None while there is no journal."""
        reader = self._present()
        return reader.head() if reader is not None else None

    def read(self, after_seq: int, *, limit: int = BATCH_ROWS) -> tuple[Row, ...]:
        """Return rows of the present epoch; see `JournalReader.read`."""
        reader = self._present()
        return reader.read(after_seq, limit=limit) if reader is not None else ()

    def next_epoch(self) -> bool:
        """Go on to the next epoch that has files; False when this is the last."""
        later = [epoch for epoch in journal_epochs(self._folder) if self._epoch is not None and epoch > self._epoch]
        if later:
            self._open(later[0])
        return bool(later)

    def close(self) -> None:
        """Nothing is held between calls."""

    def _present(self) -> JournalReader | None:
        if self._reader is None:
            for epoch in journal_epochs(self._folder)[:1]:
                self._open(epoch)
        return self._reader

    def _open(self, epoch: int) -> None:
        self._epoch = epoch
        self._reader = JournalReader(self._folder, epoch=epoch)


@contextmanager
def _tried_again_later() -> Iterator[None]:
    """Swallow what passes by itself: a writer that is not up, a file that is gone or locked just now."""
    try:
        yield
    except (ChainError, SchemaTooNewError):
        raise
    except JournalError:
        return
