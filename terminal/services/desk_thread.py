"""The thread that owns the desk: events in from the loop, reactions back to it."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable

import structlog

from terminal.checkout.desk import Desk
from terminal.checkout.inputs import Input
from terminal.checkout.work import Reaction
from terminal.domain.errors import PosError

IDLE_SAVE_S = 2.0
"""Seconds without an event after which the record is saved."""
TOGETHER = 16
"""Events that share a view at most."""

Job = Input | asyncio.Future[None] | None
"""An event, a probe to be answered, or the end."""

log = structlog.get_logger("desk")


class DeskThread:
    """Runs a desk. Reactions reach ``react`` on the loop, in order; an error that ends the desk reaches ``failed``.

    The desk is made by ``build`` inside the thread, because its databases belong to the thread that opened them.
    """

    def __init__(
        self,
        build: Callable[[], Desk],
        *,
        react: Callable[[Reaction], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._build = build
        self._desk: Desk | None = None
        self._react = react
        self._failed = failed
        self._events: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._reactions: deque[Reaction] = deque()
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)

    @property
    def desk(self) -> Desk:
        """The desk, when `start` has returned; only its thread may let it handle anything."""
        if self._desk is None:
            raise PosError("the desk does not stand yet", code="not_started")
        return self._desk

    async def start(self) -> None:
        """Start the thread and wait until the desk stands; raises what building it raised."""
        self._thread.start()
        await self._ready

    def post(self, event: Input) -> None:
        """Hand an event over; returns at once. Events are handled in the order of posting."""
        self._events.put(event)

    async def probe(self) -> None:
        """Return when the desk has read its database, behind all that was posted before."""
        answer: asyncio.Future[None] = self._loop.create_future()
        self._events.put(answer)
        await answer

    async def stop(self) -> None:
        """Handle what was posted, save, close, and end the thread."""
        self._events.put(None)
        await asyncio.to_thread(self._thread.join)
        self._deliver()

    def _run(self) -> None:
        try:
            desk = self._desk = self._build()
        except Exception as error:  # noqa: BLE001 - carried to the waiting start()
            self._call(self._start_failed, error)
            return
        self._call(self._started)
        try:
            self._serve(desk)
            desk.save()
        except BaseException as error:  # noqa: BLE001 - a till without its desk must end visibly
            self._call(self._failed, error)
        finally:
            desk.close()

    def _serve(self, desk: Desk) -> None:
        """Let what waits happen together: each event is durable by itself, and what they came to is shown once."""
        while True:
            jobs = self._next_jobs()
            if not jobs:
                _rest(desk)
            events = [job for job in jobs if job is not None and not isinstance(job, asyncio.Future)]
            if events or desk.has_news:
                self._reactions.append(desk.handle(*events))
                self._call(self._deliver)
            for job in jobs:
                if job is None:
                    return
                if isinstance(job, asyncio.Future):
                    desk.probe()
                    self._call(_answer, job)

    def _next_jobs(self) -> list[Job]:
        """Wait for a job, and take what else has come; nothing after a while without any."""
        try:
            jobs = [self._events.get(timeout=IDLE_SAVE_S)]
        except queue.Empty:
            return []
        while len(jobs) < TOGETHER and not self._events.empty():
            jobs.append(self._events.get())
        return jobs

    def _deliver(self) -> None:
        while self._reactions:
            self._react(self._reactions.popleft())

    def _started(self) -> None:
        if not self._ready.done():
            self._ready.set_result(None)

    def _start_failed(self, error: Exception) -> None:
        if not self._ready.done():
            self._ready.set_exception(error)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)


def _answer(probe: asyncio.Future[None]) -> None:
    """Answer a probe, unless who asked has gone (a service that stops cancels its watchdog)."""
    if not probe.done():
        probe.set_result(None)


def _rest(desk: Desk) -> None:
    if fault := desk.rest():
        log.error("journal_fault", reason=fault)
