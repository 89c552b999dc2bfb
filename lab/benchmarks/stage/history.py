"""The journal of a till that has sold for long: closed files, and an open one that is about to be closed."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lab.benchmarks.stage import goods, sales
from lab.benchmarks.stage.kept import kept
from lab.benchmarks.stage.sales import WHO, endless
from terminal.offline import files, journal
from terminal.offline.clock import SystemClock, SystemIds
from terminal.offline.files import journal_files, stored_bytes
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.offline.state import NAME, SqliteRecordStore
from terminal.wire import chain, events, record
from terminal.wire.record import TillRecord, apply, encode_record

MIB = 1 << 20
BATCH_ROWS = 500
_DAY = "2026-11-23"
_SOURCES = (sales, goods, journal, files, chain, events, record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many files are closed, at which size a file is, and how large the open one is left."""

    closed_files: int = 5
    file_bytes: int = 64 * MIB
    open_bytes: int = 62 * MIB


FULL = Size()
"""300 MB of closed files beside an open one of nearly 64 MB (DESIGN.md, section 2)."""


def history(size: Size, *, cache: Path, say: Callable[[str], None]) -> Path:
    """Return a folder with a journal and its record; it is made once and kept. Nobody writes to it."""

    def make(folder: Path) -> None:
        say(f"making {size.closed_files} closed journals of {size.file_bytes // MIB} MiB (once) …")
        with closing(Seller(folder, rotate_bytes=size.file_bytes)) as seller:
            while not _is_long_enough(folder, size):
                seller.sell(BATCH_ROWS)

    name = f"journals-{size.closed_files}x{size.file_bytes}-{size.open_bytes}"
    return kept(cache, name, sources=_SOURCES, make=make)


def backlog(events: int, *, cache: Path, say: Callable[[str], None]) -> Path:
    """Return a folder with one open journal of so many events, otherwise as `history` does."""

    def make(folder: Path) -> None:
        say(f"making a journal of {events:,} events (once) …")
        with closing(Seller(folder)) as seller:
            for sold in range(0, events, BATCH_ROWS):
                seller.sell(min(BATCH_ROWS, events - sold))

    return kept(cache, f"backlog-{events}", sources=_SOURCES, make=make)


def lay_history(source: Path, state_dir: Path) -> None:
    """Put a journal into a till's folder: what may be written is copied, closed files are the same on the disk."""
    *closed, last = journal_files(source, WHO.epoch)
    for file in closed:
        (state_dir / file.path.name).hardlink_to(file.path)
    for path in (last.path, source / NAME):
        shutil.copyfile(path, state_dir / path.name)


class Seller:
    """Writes the sales of one cashier into a journal; its record is kept when it is closed."""

    def __init__(self, folder: Path, *, rotate_bytes: int = FULL.file_bytes) -> None:
        options = JournalOptions(rotate_bytes=rotate_bytes, ballast_bytes=0)
        self._folder = folder
        self._journal = SqliteJournal(folder, WHO, ids=SystemIds(), options=options)
        self._facts, self._clock = endless(), SystemClock("UTC")
        self._record = TillRecord()

    def sell(self, rows: int) -> None:
        """Write so many events in one commit, and begin the next file when this one is large."""
        facts = tuple(islice(self._facts, rows))
        for fact in facts:
            self._record = apply(self._record, fact)
        self._journal.append(facts, stamp=self._clock.stamp(), biz_date=_DAY)
        self._journal.rotate_if_large(encode_record(self._record))

    def close(self) -> None:
        """Keep the record, and close the journal."""
        with closing(SqliteRecordStore(self._folder, WHO)) as store:
            store.save(self._journal.head.seq, encode_record(self._record))
        self._journal.close()


def _is_long_enough(folder: Path, size: Size) -> bool:
    found = journal_files(folder, WHO.epoch)
    return len(found) > size.closed_files and stored_bytes(found[-1].path) >= size.open_bytes
