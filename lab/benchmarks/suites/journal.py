"""``journal``: what it costs to make an event durable, alone and in batches."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import astuple

from lab.benchmarks.measure.disk import sync_ms
from lab.benchmarks.measure.timing import each_ns, in_ms, one_ns, percentile
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_least, at_most, noted
from lab.benchmarks.stage.sales import WHO, line_added
from terminal.offline.clock import SystemClock, SystemIds
from terminal.offline.files import WAL_PAGES
from terminal.offline.journal import SqliteJournal
from terminal.wire.chain import Row
from terminal.wire.events import Fact

COMMITS = 2_000
BATCHES = 50
BATCH_ROWS = 1_000
QUIET_P99_MS, BUSY_P99_MS = 1.0, 10.0
"""UPLINK.md, targets: on a quiet disk, and on a busy one."""
QUIET_SYNC_MS = 1.0
COMMITS_PER_S = 4_000
_DAY = "2026-11-23"
_TABLE = (
    "CREATE TABLE event(seq INTEGER PRIMARY KEY, id BLOB UNIQUE, kind TEXT, biz_date TEXT, wall_ms INT, mono_ms INT, "
    "boot_id TEXT, clk_off_ms INT, clk_q INT, body BLOB, prev BLOB, hash BLOB)"
)
_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * 12)})"  # noqa: S608 - a constant


def measure(run: Run) -> list[Result]:
    """Measure with a thousand rows a batch."""
    return measure_journal(run.scratch, commits=COMMITS, batches=BATCHES, batch_rows=BATCH_ROWS)


def measure_journal(folder: Path, *, commits: int, batches: int, batch_rows: int) -> list[Result]:
    """Append to a new journal; beside it a bare SQLite table that keeps the same rows, and the disk itself."""
    with closing(Book(folder)) as book:
        commit_ms = in_ms(each_ns(lambda: book.append(1), times=commits))
        batch_ms = in_ms(each_ns(lambda: book.append(batch_rows), times=batches))
        rows = book.journal.read(0, limit=commits)
    bare_ms = _bare_sqlite(folder / "bare.db", rows)
    disk_ms = sync_ms(folder, times=commits)
    p99_peers = {"sqlite3": percentile(bare_ms, 99), "fdatasync": percentile(disk_ms, 99)}
    p50_peers = {"sqlite3": percentile(bare_ms, 50), "fdatasync": percentile(disk_ms, 50)}
    target_ms = QUIET_P99_MS if p99_peers["fdatasync"] <= QUIET_SYNC_MS else BUSY_P99_MS
    rates = {"sqlite3": _per_s(len(rows), bare_ms), "fdatasync": _per_s(commits, disk_ms)}
    return [
        noted("journal.commit.p50", percentile(commit_ms, 50), unit="ms", peers=p50_peers),
        at_most("journal.commit.p99", percentile(commit_ms, 99), unit="ms", target=target_ms, peers=p99_peers),
        at_least("journal.commits", _per_s(commits, commit_ms), unit="1/s", target=COMMITS_PER_S, peers=rates),
        noted(f"journal.rows, {batch_rows} a commit", _per_s(batches * batch_rows, batch_ms), unit="1/s"),
    ]


class Book:
    """A journal that gets scans."""

    def __init__(self, folder: Path) -> None:
        self.journal = SqliteJournal(folder, WHO, ids=SystemIds())
        self._clock = SystemClock("UTC")
        self._goods = 0

    def append(self, rows: int) -> None:
        """Make so many scans durable in one commit."""
        facts: list[Fact] = [line_added(1, self._goods + at) for at in range(rows)]
        self._goods += rows
        self.journal.append(facts, stamp=self._clock.stamp(), biz_date=_DAY)

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def _bare_sqlite(path: Path, rows: Sequence[Row]) -> list[float]:
    """Insert rows one a commit, with the journal's settings and none of its work."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        connection.execute(_TABLE)
        return in_ms([one_ns(lambda row=row: connection.execute(_INSERT, astuple(row))) for row in rows])  # type: ignore[misc]


def _per_s(rows: int, spent_ms: Sequence[float]) -> float:
    return rows * 1000 / sum(spent_ms)
