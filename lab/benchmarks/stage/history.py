"""The journal of a till that has sold for weeks: closed files, and an open one that is about to be closed."""

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
from terminal.offline.files import journal_file, journal_files, stored_bytes
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.offline.state import NAME, SqliteRecordStore
from terminal.wire import chain, events, record
from terminal.wire.record import TillRecord, apply, encode_record

MIB = 1 << 20
BATCH_ROWS = 500
_DAY = "2026-11-23"


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
        _write(folder, size)

    name = f"journals-{size.closed_files}x{size.file_bytes}-{size.open_bytes}"
    return kept(cache, name, sources=(sales, goods, journal, files, chain, events, record), make=make)


def lay_history(source: Path, state_dir: Path) -> None:
    """Put a journal into a till's folder: what may be written is copied, closed files are the same on the disk."""
    *closed, last = journal_files(source, WHO.epoch)
    for file in closed:
        (state_dir / file.path.name).hardlink_to(file.path)
    for path in (last.path, source / NAME):
        shutil.copyfile(path, state_dir / path.name)


def _write(folder: Path, size: Size) -> None:
    till, facts, clock = TillRecord(), endless(), SystemClock("UTC")
    options = JournalOptions(rotate_bytes=size.file_bytes, ballast_bytes=0)
    with closing(SqliteJournal(folder, WHO, ids=SystemIds(), options=options)) as written:
        number = 1
        last = journal_file(folder, epoch=WHO.epoch, number=size.closed_files + 1).path
        while number <= size.closed_files or stored_bytes(last) < size.open_bytes:
            batch = tuple(islice(facts, BATCH_ROWS))
            for fact in batch:
                till = apply(till, fact)
            written.append(batch, stamp=clock.stamp(), biz_date=_DAY)
            number += written.rotate_if_large(encode_record(till))
        with closing(SqliteRecordStore(folder, WHO)) as store:
            store.save(written.head.seq, encode_record(till))
