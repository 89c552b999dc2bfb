"""Asks HQ for slices of a book, a few at a time, until all are there."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from terminal.domain.errors import BookTornError
from terminal.ports.uplink import Link
from terminal.wire import topics, updates
from terminal.wire.updates import ChunkAnswer, Manifest

WAITING_ANSWERS = 4 * updates.MAX_WANTED

Keep = Callable[[int, bytes], Awaitable[None]]
"""Takes the index and the bytes of a slice whose hash is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How long to wait for an answer (longer each time that none comes), and how often a slice may be wrong."""

    answer_s: float = 5.0
    slow_answer_s: float = 60.0
    strikes: int = 3


class SliceFetcher:
    """Fetches one book at a time. Requests are not queued anywhere: what is not answered is asked again."""

    def __init__(self, terminal: str, link: Link, limits: FetchLimits) -> None:
        self._topic = topics.up(terminal, topics.Up.CHUNK_REQUEST)
        self._link = link
        self._limits = limits
        self._linked = asyncio.Event()
        self._answers: asyncio.Queue[ChunkAnswer] = asyncio.Queue(WAITING_ANSWERS)
        self._strikes: Counter[int] = Counter()

    def link_up(self) -> None:
        """Go on."""
        self._linked.set()

    def link_down(self) -> None:
        """Ask for nothing until the link is up again."""
        self._linked.clear()

    def received(self, answer: ChunkAnswer) -> None:
        """A slice came; what nobody waits for is dropped."""
        with contextlib.suppress(asyncio.QueueFull):
            self._answers.put_nowait(answer)

    async def fetch(
        self, manifest: Manifest, missing: tuple[int, ...], *, keep: Keep, is_overtaken: Callable[[], bool]
    ) -> bool:
        """Fetch slices and hand each to ``keep``; False when ``is_overtaken`` says that another book came in between.

        `BookTornError` when a slice is wrong again and again, `BookInvalidError` when one is impossible.
        """
        self._strikes.clear()
        left = list(missing)
        wait_s = self._limits.answer_s
        while left and not is_overtaken():
            wanted = left[: updates.MAX_WANTED]
            await self._linked.wait()
            request = updates.ChunkRequest(stream=manifest.stream, ver=manifest.ver, wanted=tuple(wanted))
            self._link.publish(self._topic, updates.encode(request), qos=0)
            got = await self._collect(manifest, set(wanted), keep=keep, wait_s=wait_s)
            left = [index for index in left if index not in got]
            wait_s = self._limits.answer_s if got else min(wait_s * 2, self._limits.slow_answer_s)
        return not left

    async def _collect(self, manifest: Manifest, wanted: set[int], *, keep: Keep, wait_s: float) -> set[int]:
        """Take answers until all that was wanted came, or none comes any more; return what came and is right."""
        got: set[int] = set()
        with contextlib.suppress(TimeoutError):
            while got != wanted:
                async with asyncio.timeout(wait_s):
                    answer = await self._answers.get()
                if answer.ver == manifest.ver and answer.index in wanted - got:
                    chunk = self._checked(manifest, answer)
                    if chunk is not None:
                        await keep(answer.index, chunk)
                        got.add(answer.index)
        return got

    def _checked(self, manifest: Manifest, answer: ChunkAnswer) -> bytes | None:
        """Return the bytes of a slice, or None when it is wrong and may be asked again."""
        try:
            return updates.open_chunk(manifest, answer)
        except BookTornError:
            self._strikes[answer.index] += 1
            if self._strikes[answer.index] >= self._limits.strikes:
                raise
            return None
