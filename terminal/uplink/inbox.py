"""From HQ to the books: takes signed manifests, fetches what is missing, and tells the till when a book is whole."""

import asyncio
import contextlib
import errno
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from terminal.domain.errors import BookError, BookInvalidError, BookTornError, UplinkError
from terminal.ports.uplink import Link
from terminal.uplink.alarm_gate import AlarmGate
from terminal.uplink.fetch import PartFile
from terminal.uplink.hq_clock import HqClock
from terminal.uplink.shelf import Offer, Shelf
from terminal.wire import topics, updates
from terminal.wire.doorbell import BookReady, BookRejected
from terminal.wire.seal import unverified_body
from terminal.wire.updates import BookState, ChunkAnswer, Report

log = structlog.get_logger("inbox")

WAITING_ANSWERS = 4 * updates.MAX_WANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLimits:
    """When to ask again for slices, how often one may be wrong, when to try a torn book again."""

    chunk_timeout_s: float = 5.0
    slow_chunk_timeout_s: float = 60.0
    strikes: int = 3
    retry_s: float = 60.0


class Inbox:
    """Its methods are called on the loop; `run` does the work, one book at a time, the newest first."""

    def __init__(
        self,
        terminal: str,
        *,
        shelf: Shelf,
        link: Link,
        clock: HqClock,
        tell: Callable[[BookReady | BookRejected], None],
        limits: InboxLimits,
    ) -> None:
        self._terminal = terminal
        self._shelf = shelf
        self._link = link
        self._clock = clock
        self._tell = tell
        self._limits = limits
        self._gate = AlarmGate()
        self._wake = asyncio.Event()
        self._linked = asyncio.Event()
        self._offers: dict[str, bytes] = {}
        self._answers: asyncio.Queue[ChunkAnswer] = asyncio.Queue(WAITING_ANSWERS)
        self._wanted: Offer | None = None
        self._retry_at_ms = 0
        self._announced: BookReady | None = None
        self._next_ready_ms: int | None = None
        self._active: Report | None = None
        self._active_changed = False

    @property
    def announced(self) -> BookReady | None:
        """The book that the till was told of last: it is told again when it comes back."""
        return self._announced

    def link_up(self) -> None:
        """Go on."""
        self._linked.set()

    def link_down(self) -> None:
        """Ask for nothing until the link is up again."""
        self._linked.clear()

    def hq_online(self) -> None:
        """HQ listens (again): say which book decides here, an earlier report may have been lost."""
        if self._active is not None:
            self._report(self._active)

    def manifest_received(self, audience: str, data: bytes) -> None:
        """A signed manifest came, retained or new."""
        self._offers[audience] = data
        self._wake.set()

    def chunk_received(self, answer: ChunkAnswer) -> None:
        """A slice came; what nobody waits for is dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._answers.put_nowait(answer)

    def book_now(self, version: int, refused: str) -> None:
        """The till says which book decides, or why it refused one."""
        state = BookState.REFUSED if refused else BookState.ACTIVE
        report = Report(ver=version, state=state, reason=refused, at_ms=self._clock.now_ms())
        self._report(report)
        if not refused:
            self._active = report
            self._active_changed = True
            self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self._announce()
                await self._rest()
                await self._turn()
            except UplinkError as error:
                log.exception("inbox_failed", code=error.code)

    async def _rest(self) -> None:
        now_ms = self._clock.stamp().mono_ms
        waits = []
        if self._wanted is not None:
            waits.append(self._retry_at_ms - now_ms)
        if self._next_ready_ms is not None:
            waits.append(self._next_ready_ms - self._clock.now_ms())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0, min(waits)) / 1000 if waits else None):
                await self._wake.wait()
        self._wake.clear()

    async def _turn(self) -> None:
        while self._offers:
            audience, data = self._offers.popitem()
            await self._consider(audience, data)
        if self._wanted is not None and self._clock.stamp().mono_ms >= self._retry_at_ms:
            await self._fetch(self._wanted)
        if self._active_changed and self._active is not None:
            self._active_changed = False
            await self._shelf.prune(self._active.ver)

    async def _consider(self, audience: str, data: bytes) -> None:
        try:
            offer = await self._shelf.consider(audience, data, now_ms=self._clock.now_ms())
        except BookError as error:
            self._refuse(updates.peek_version(unverified_body(data)), error)
            return
        if offer is not None:
            self._wanted = offer
            self._retry_at_ms = 0

    async def _fetch(self, offer: Offer) -> None:
        self._retry_at_ms = self._clock.stamp().mono_ms + int(self._limits.retry_s * 1000)
        try:
            prepared = await self._shelf.prepare(offer)
            if prepared is not None and not await self._complete(offer, *prepared):
                self._retry_at_ms = 0
                return
        except BookError as error:
            self._refuse(offer.manifest.ver, error)
            return
        except OSError as error:
            code = "disk_full" if error.errno == errno.ENOSPC else "disk_failed"
            self._refuse(offer.manifest.ver, BookError(str(error), code=code))
            return
        self._wanted = None
        self._report(Report(ver=offer.manifest.ver, state=BookState.READY, at_ms=self._clock.now_ms()))

    async def _complete(self, offer: Offer, part: PartFile, missing: tuple[int, ...]) -> bool:
        """Fetch the missing slices and finish the book; return False when another manifest came in between."""
        log.info("book_fetching", version=offer.manifest.ver, missing=len(missing), slices=len(offer.manifest.chunks))
        self._report(Report(ver=offer.manifest.ver, state=BookState.FETCHING, at_ms=self._clock.now_ms()))
        if not await self._fetch_slices(offer, part, missing):
            return False
        try:
            await self._shelf.finish(part, offer)
        except BookInvalidError:
            self._wanted = None
            await self._shelf.give_up(part, offer)
            raise
        log.info("book_ready", version=offer.manifest.ver)
        return True

    async def _fetch_slices(self, offer: Offer, part: PartFile, missing: tuple[int, ...]) -> bool:
        strikes: Counter[int] = Counter()
        left = list(missing)
        timeout_s = self._limits.chunk_timeout_s
        while left:
            if self._offers:
                return False
            wanted = left[: updates.MAX_WANTED]
            got = await self._fetch_some(offer, part, wanted, strikes=strikes, timeout_s=timeout_s)
            left = [index for index in left if index not in got]
            timeout_s = self._limits.chunk_timeout_s if got else min(timeout_s * 2, self._limits.slow_chunk_timeout_s)
        return True

    async def _fetch_some(
        self, offer: Offer, part: PartFile, wanted: list[int], *, strikes: Counter[int], timeout_s: float
    ) -> set[int]:
        """Ask for some slices and return those that came and are right, until all came or nothing comes any more."""
        request = updates.ChunkRequest(ver=offer.manifest.ver, wanted=tuple(wanted))
        await self._linked.wait()
        self._link.publish(topics.up(self._terminal, topics.Up.CHUNK_REQUEST), updates.encode(request), qos=0)
        got: set[int] = set()
        with contextlib.suppress(TimeoutError):
            while len(got) < len(wanted) and not self._offers:
                async with asyncio.timeout(timeout_s):
                    answer = await self._answers.get()
                if answer.ver != offer.manifest.ver or answer.index not in wanted or answer.index in got:
                    continue
                if await self._take_slice(offer, part, answer, strikes):
                    got.add(answer.index)
        return got

    async def _take_slice(self, offer: Offer, part: PartFile, answer: ChunkAnswer, strikes: Counter[int]) -> bool:
        try:
            chunk = updates.open_chunk(offer.manifest, answer)
        except BookTornError:
            strikes[answer.index] += 1
            if strikes[answer.index] >= self._limits.strikes:
                raise
            return False
        await self._shelf.write(part, answer.index, chunk)
        return True

    async def _announce(self) -> None:
        """Tell the till of the newest book whose time has come."""
        now_ms = self._clock.now_ms()
        books = await self._shelf.ready()
        later = [book.eff_from for book in books if book.eff_from > now_ms]
        self._next_ready_ms = min(later, default=None)
        due = [book for book in books if book.eff_from <= now_ms]
        if not due:
            return
        ready = BookReady(version=due[-1].ver, sha256=due[-1].sha256.hex())
        if ready != self._announced:
            self._announced = ready
            self._tell(ready)

    def _refuse(self, version: int, error: BookError) -> None:
        if self._gate.lets(version, error.code, now_ms=self._clock.stamp().mono_ms):
            log.error("book_refused", version=version, reason=error.code, detail=str(error)[:200])
            report = Report(ver=version, state=BookState.REFUSED, reason=error.code, at_ms=self._clock.now_ms())
            self._report(report)
            self._tell(BookRejected(version=version, reason=error.code))

    def _report(self, report: Report) -> None:
        self._link.publish(topics.up(self._terminal, topics.Up.REPORT), updates.encode(report))
