"""From HQ to the books of one stream: takes signed manifests, fetches what is missing, tells the till what is whole."""

import asyncio
import contextlib
import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from terminal.domain.errors import BookError, BookInvalidError, UplinkError
from terminal.ports.uplink import Link
from terminal.uplink.alarm_gate import AlarmGate
from terminal.uplink.fetch import PartFile
from terminal.uplink.hq_clock import HqClock
from terminal.uplink.shelf import Offer, Shelf
from terminal.uplink.slices import FetchLimits, SliceFetcher
from terminal.wire import topics, updates
from terminal.wire.doorbell import BookReady, BookRejected
from terminal.wire.files.streams import Stream
from terminal.wire.seal import unverified_body
from terminal.wire.updates import BookState, ChunkAnswer, Report

log = structlog.get_logger("inbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLimits:
    """How slices are fetched, and when what failed is tried again."""

    fetch: FetchLimits = field(default_factory=FetchLimits)
    retry_s: float = 60.0


class Inbox:
    """Its methods are called on the loop; `run` does the work, one book at a time, the newest first."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        terminal: str,
        *,
        stream: Stream,
        shelf: Shelf,
        link: Link,
        clock: HqClock,
        tell: Callable[[BookReady | BookRejected], None],
        limits: InboxLimits,
    ) -> None:
        self._report_topic = topics.up(terminal, topics.Up.REPORT)
        self._stream = stream
        self._shelf = shelf
        self._link = link
        self._clock = clock
        self._tell = tell
        self._retry_s = limits.retry_s
        self._fetcher = SliceFetcher(terminal, link, limits.fetch)
        self._gate = AlarmGate()
        self._wake = asyncio.Event()
        self._offers: dict[str, bytes] = {}
        self._wanted: Offer | None = None
        self._retry_at_ms = 0
        self._announced: BookReady | None = None
        self._next_ready_ms: int | None = None
        self._active = 0
        self._pruned = 0

    @property
    def announced(self) -> BookReady | None:
        """The book that the till was told of last: it is told again when it comes back."""
        return self._announced

    def link_up(self) -> None:
        """Go on."""
        self._fetcher.link_up()

    def link_down(self) -> None:
        """Ask for nothing until the link is up again."""
        self._fetcher.link_down()

    def hq_online(self) -> None:
        """HQ listens (again): say which book decides here, an earlier report may have been lost."""
        if self._active:
            self._report(self._active, BookState.ACTIVE)

    def manifest_received(self, audience: str, data: bytes) -> None:
        """A signed manifest came, retained or new."""
        self._offers[audience] = data
        self._wake.set()

    def chunk_received(self, answer: ChunkAnswer) -> None:
        """A slice came."""
        self._fetcher.received(answer)

    def book_now(self, version: int, refused: str) -> None:
        """The till says which book decides, or why it refused one."""
        if refused:
            self._report(version, BookState.REFUSED, reason=refused)
            return
        self._active = version
        self._report(version, BookState.ACTIVE)
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled. A database that fails is tried again."""
        while True:
            try:
                await self._announce()
                await self._rest()
                await self._turn()
            except UplinkError as error:
                log.exception("inbox_failed", code=error.code)
                await asyncio.sleep(self._retry_s)

    async def _rest(self) -> None:
        waits_ms = []
        if self._offers:
            waits_ms.append(0)
        if self._wanted is not None:
            waits_ms.append(self._retry_at_ms - self._clock.stamp().mono_ms)
        if self._next_ready_ms is not None:
            waits_ms.append(self._next_ready_ms - self._clock.now_ms())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(waits_ms) / 1000 if waits_ms else None):
                await self._wake.wait()
        self._wake.clear()

    async def _turn(self) -> None:
        for audience, data in list(self._offers.items()):
            await self._consider(audience, data)
            if self._offers[audience] == data:
                del self._offers[audience]
        if self._wanted is not None and self._clock.stamp().mono_ms >= self._retry_at_ms:
            await self._fetch(self._wanted)
        if self._active != self._pruned:
            await self._shelf.prune(self._active)
            self._pruned = self._active

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
        self._retry_at_ms = self._clock.stamp().mono_ms + int(self._retry_s * 1000)
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
        self._report(offer.manifest.ver, BookState.READY)

    async def _complete(self, offer: Offer, part: PartFile, missing: tuple[int, ...]) -> bool:
        """Fetch the missing slices and finish the book; return False when another manifest came in between."""
        manifest = offer.manifest
        log.info(
            "book_fetching",
            stream=self._stream,
            version=manifest.ver,
            missing=len(missing),
            slices=len(manifest.chunks),
        )
        self._report(manifest.ver, BookState.FETCHING)
        keep = partial(self._shelf.write, part)
        if not await self._fetcher.fetch(manifest, missing, keep=keep, is_overtaken=lambda: bool(self._offers)):
            return False
        try:
            await self._shelf.finish(part, offer)
        except BookInvalidError:
            self._wanted = None
            await self._shelf.give_up(part, offer)
            raise
        log.info("book_ready", stream=self._stream, version=manifest.ver)
        self._announced = None  # the till may have refused what stood there before: it was damaged
        return True

    async def _announce(self) -> None:
        """Tell the till of the newest book whose time has come."""
        now_ms = self._clock.now_ms()
        books = await self._shelf.ready()
        self._next_ready_ms = min((book.eff_from for book in books if book.eff_from > now_ms), default=None)
        due = [book for book in books if book.eff_from <= now_ms]
        if not due:
            return
        ready = BookReady(version=due[-1].ver, sha256=due[-1].sha256.hex(), stream=self._stream)
        if ready != self._announced:
            self._announced = ready
            self._tell(ready)

    def _refuse(self, version: int, error: BookError) -> None:
        if self._gate.lets(version, error.code, now_ms=self._clock.stamp().mono_ms):
            log.error("book_refused", stream=self._stream, version=version, reason=error.code, detail=str(error)[:200])
            self._report(version, BookState.REFUSED, reason=error.code)
            self._tell(BookRejected(version=version, reason=error.code, stream=self._stream))

    def _report(self, version: int, state: BookState, *, reason: str = "") -> None:
        report = Report(stream=self._stream, ver=version, state=state, reason=reason, at_ms=self._clock.now_ms())
        self._link.publish(self._report_topic, updates.encode(report))
