"""From HQ to ``members.db``: asks for what changed since the file's version, and merges what comes, page by page."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from msgspec.structs import replace

from terminal.domain.errors import InputError, MembersError
from terminal.ports.uplink import Link
from terminal.uplink.disk import DiskThread
from terminal.uplink.hq_clock import HqClock
from terminal.wire import topics
from terminal.wire.members.checking import read_event, read_meta
from terminal.wire.members.opening import open_members, reading
from terminal.wire.members.rows import SQL_PAGE, MemberRow, decode_row
from terminal.wire.members.stream import MembersChanged, MembersWanted, encode_wanted
from terminal.wire.members.writing import ROWS_AT_ONCE, MembersWriter

log = structlog.get_logger("members")

MAX_WAITING = 32
"""Pages between the network and the disk; what does not fit is asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersLimits:
    """When to ask again: an answer that does not come, a page that could not be written, and to be sure."""

    answer_s: float = 5.0
    slow_answer_s: float = 60.0
    retry_s: float = 30.0
    refresh_s: float = 600.0
    snapshot_s: float = 600.0
    """How long a whole file may take, before HQ is asked for pages anyway."""


class MembersFile:
    """``members.db`` and its one writer, all of it on the disk's thread."""

    def __init__(self, path: Path, disk: DiskThread) -> None:
        self._path = path
        self._disk = disk
        self._writer: MembersWriter | None = None

    async def version(self) -> int:
        """Return the version that all of the file has come to; `MembersError` when it cannot be opened."""
        return await self._disk.run(lambda: self._open().version)

    async def merge(self, changed: MembersChanged) -> int:
        """Take a page if nothing is missing before it; return the version that the file has come to.

        `InputError` for a page that cannot be unpacked, `MembersError` when the disk does not take it.
        """
        return await self._disk.run(self._merge, changed)

    async def take_in(self, path: Path, terminal: str) -> bool:
        """Merge a whole file, some rows at a time, unless this one has come further; return whether it was merged.

        `MembersError` for a file or a disk that fails; what was merged by then stays.
        """
        source = _Source(path, terminal)
        try:
            if await self._disk.run(source.open) <= await self.version():
                return False
            while await self._disk.run(self._put_some, source):
                pass
            await self._disk.run(self._mark, source)
        finally:
            await self._disk.run(source.close)
        return True

    async def put(self, rows: Sequence[MemberRow]) -> None:
        """Take single rows that are newer than what is known; `MembersError` as above."""
        await self._disk.run(lambda: self._open().put(rows))

    async def close(self) -> None:
        """Close the file."""
        await self._disk.run(self._close)

    def _merge(self, changed: MembersChanged) -> int:
        writer = self._open()
        known = writer.version
        if changed.base > known or changed.version < known:
            return known
        if changed.version > known:
            writer.put(changed.members())
        writer.mark(version=changed.version, as_of_ms=changed.as_of_ms)
        return changed.version

    def _put_some(self, source: "_Source") -> bool:
        rows = source.some()
        self._open().put(rows)
        return bool(rows)

    def _mark(self, source: "_Source") -> None:
        self._open().mark(version=source.version, as_of_ms=source.as_of_ms)

    def _open(self) -> MembersWriter:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = MembersWriter(self._path)
        return self._writer

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class _Source:
    """A whole file of members that is read some rows at a time, on the disk's thread."""

    def __init__(self, path: Path, terminal: str) -> None:
        self._path = path
        self._terminal = terminal
        self._connection: sqlite3.Connection | None = None
        self._after = ""
        self._event = (0, 0)
        self.version = 0
        self.as_of_ms = 0

    def open(self) -> int:
        """Open it, and return the version that all of it has come to."""
        self._connection = open_members(self._path)
        with reading(self._path):
            self.version = read_meta(self._connection, "version")
            self.as_of_ms = read_meta(self._connection, "as_of_ms")
            self._event = read_event(self._connection, self._terminal)
        return self.version

    def some(self) -> list[MemberRow]:
        """Return the next rows, as of the events of this terminal; none after the last."""
        epoch, seq = self._event
        with reading(self._path):
            bodies = [] if self._connection is None else self._connection.execute(SQL_PAGE, (self._after, ROWS_AT_ONCE))
            rows = [replace(decode_row(body), epoch=epoch, seq=seq) for (body,) in bodies]
        self._after = rows[-1].member.id if rows else self._after
        return rows

    def close(self) -> None:
        """Close it."""
        if self._connection is not None:
            self._connection.close()


class MembersInbox:
    """Its methods are called on the loop; `run` does the work, one page after the other."""

    def __init__(
        self, terminal: str, *, file: MembersFile, link: Link, clock: HqClock, limits: MembersLimits | None = None
    ) -> None:
        self._terminal = terminal
        self._topic = topics.up(terminal, topics.Up.WANT)
        self._file = file
        self._link = link
        self._clock = clock
        self._limits = limits or MembersLimits()
        self._pages: asyncio.Queue[MembersChanged] = asyncio.Queue(MAX_WAITING)
        self._wake = asyncio.Event()
        self._snapshots: list[tuple[int, Path]] = []
        self._on_merged: Callable[[int], None] = lambda _: None
        self._is_hq_there = False
        self._is_impatient = False
        self._ask_at_ms: int | None = None
        self._wait_s = self._limits.answer_s

    def hq_online(self) -> None:
        """HQ listens (again): ask it where it is."""
        self._is_hq_there = True
        self._ask(in_s=0)

    def link_down(self) -> None:
        """Ask for nothing until HQ is there again."""
        self._is_hq_there = False
        self._ask_at_ms = None

    def received(self, changed: MembersChanged) -> None:
        """A page came that HQ signed for us."""
        with contextlib.suppress(asyncio.QueueFull):
            self._pages.put_nowait(changed)
        self._wake.set()

    def snapshot_ready(self, version: int, path: Path, *, on_merged: Callable[[int], None]) -> None:
        """A whole file was fetched and verified; ``on_merged`` hears of its version when its rows are merged."""
        self._snapshots.append((version, path))
        self._on_merged = on_merged
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled. A disk that fails is tried again."""
        while True:
            try:
                await self._turn()
            except MembersError as error:
                log.warning("members_failed", reason=error.code, detail=str(error)[:200])
                self._ask(in_s=self._limits.retry_s)
            await self._rest()

    async def _turn(self) -> None:
        while self._snapshots:
            await self._take_snapshot(*self._snapshots.pop())
        while not self._pages.empty():
            await self._take(self._pages.get_nowait())
        if self._ask_at_ms is not None and self._now_ms() >= self._ask_at_ms:
            since = await self._file.version()
            wanted = MembersWanted(since=since, anyway=self._is_impatient)
            self._link.publish(self._topic, encode_wanted(wanted), qos=0)
            self._ask(in_s=self._wait_s)
            self._wait_s = min(self._wait_s * 2, self._limits.slow_answer_s)

    async def _take_snapshot(self, version: int, path: Path) -> None:
        """Merge the newest whole file, and ask for what changed since it was made."""
        self._snapshots.clear()
        if await self._file.take_in(path, self._terminal):
            log.info("members_merged", version=version)
            self._ask(in_s=0)
        self._is_impatient = False
        self._on_merged(version)

    async def _take(self, changed: MembersChanged) -> None:
        """Merge a page. Behind a gap nothing is taken: HQ is asked for what is missing."""
        if changed.snapshot:
            log.info("members_snapshot_awaited", version=changed.snapshot)
            self._is_impatient = True
            self._ask(in_s=self._limits.snapshot_s)
            return
        try:
            version = await self._file.merge(changed)
        except InputError as error:
            log.warning("members_refused", reason=error.code, version=changed.version)
            self._ask(in_s=self._limits.retry_s)
            return
        has_gap = changed.base > version
        if has_gap:
            log.info("members_gap", have=version, base=changed.base, version=changed.version)
        self._wait_s = self._limits.answer_s
        self._is_impatient = self._is_impatient and changed.more
        self._ask(in_s=0 if has_gap or (changed.more and version == changed.version) else self._limits.refresh_s)

    def _ask(self, *, in_s: float) -> None:
        if self._is_hq_there:
            self._ask_at_ms = self._now_ms() + int(in_s * 1000)
            self._wake.set()

    async def _rest(self) -> None:
        wait_s = None if self._ask_at_ms is None else max(0, self._ask_at_ms - self._now_ms()) / 1000
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        self._wake.clear()

    def _now_ms(self) -> int:
        return self._clock.stamp().mono_ms
