"""Keeps one device open: opens it, serves it, reopens it with growing pauses, and tells its states.

Two sets of states are never mixed (DEVICES §10): the link's, which are told from here, and the device's, which its
driver reports while the link is open.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeVar

import structlog

from terminal.domain.errors import DeviceAbsentError, DeviceError
from terminal.ports.devices import (
    Beeper,
    CardTerminal,
    CashDrawer,
    DeviceKind,
    DeviceSink,
    DeviceState,
    DeviceStatus,
    LinkState,
    ReceiptPrinter,
    Scale,
)

FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 5.0
_LOOK_S: Final = 0.25
_STEADY_S: Final = 5.0
"""A link that was open for less keeps its growing pause: a loose plug must not flap four times a second."""

_Result = TypeVar("_Result")
_File = tuple[int, int]
"""What tells a file from its successor of the same name: device and inode."""

log = structlog.get_logger("drivers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One device that a person sees; a printer with a drawer behind it has two."""

    name: str
    kind: DeviceKind


Report = Callable[[DeviceKind, DeviceState, str], None]
"""Tells the state of one face and a code (``paper_out``), ``""`` for nothing to say. Called on the loop."""


class Driver(Protocol):
    """What a driver gives to its supervisor. ``open`` and ``close`` run in the device's own thread and may block."""

    @property
    def faces(self) -> tuple[Face, ...]:
        """Whom it stands for."""

    @property
    def path(self) -> str | None:
        """The file that appears and disappears with the device, if there is one."""

    @property
    def thread(self) -> Executor:
        """The device's one thread."""

    def open(self) -> None:
        """Open the link; raises `DeviceError`."""

    def close(self) -> None:
        """Close the link if it is open; never raises."""

    async def serve(self, report: Report) -> None:
        """Work until the link is lost, then raise `DeviceError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What a driver's ``build`` gives: the driver, and the ports that it offers to the till."""

    driver: Driver
    printer: ReceiptPrinter | None = None
    drawer: CashDrawer | None = None
    beeper: Beeper | None = None
    card_terminal: CardTerminal | None = None
    scale: Scale | None = None


class Supervisor:
    """Runs one driver for ever; nothing that goes wrong in it reaches another device."""

    def __init__(
        self,
        driver: Driver,
        *,
        sink: DeviceSink,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._driver = driver
        self._sink = sink
        self._thread = driver.thread
        self._pause = pause
        self._told: dict[DeviceKind, DeviceStatus] = {}
        self._pause_s = FIRST_PAUSE_S

    async def run(self) -> None:
        """Open, serve, reopen until cancelled."""
        while True:
            try:
                await self._attempt()
            except DeviceAbsentError as error:
                self._tell(LinkState.ABSENT, error.code)
            except DeviceError as error:
                self._tell(LinkState.FAILED, error.code)
            except Exception:  # the one broad handler of the drivers (STYLE: errors)
                # A defect of one driver must not stop the till: it is logged, shown as failed, and tried again.
                log.exception("driver_failed", device=self._driver.faces[0].name)
                self._tell(LinkState.FAILED, "driver_failed")
            await self._wait()

    async def _attempt(self) -> None:
        if not self._told:
            self._tell(LinkState.OPENING, "")
        file = await self._look()
        opened_at: float | None = None
        try:
            await self._hop(self._driver.open)
            opened_at = asyncio.get_running_loop().time()
            await self._serve(file)
        finally:
            if opened_at is not None and asyncio.get_running_loop().time() - opened_at >= _STEADY_S:
                self._pause_s = FIRST_PAUSE_S
            await self._hop(self._driver.close)

    async def _serve(self, file: _File | None) -> None:
        """Serve and watch until one of them ends, which it does by raising."""
        tasks = [asyncio.ensure_future(self._driver.serve(self._report))]
        if file is not None:
            tasks.append(asyncio.ensure_future(self._watch(file)))
        try:
            await asyncio.sleep(0)  # the driver is at work before anybody is told so
            self._tell(LinkState.OPEN, "")
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()

    async def _watch(self, file: _File) -> None:
        """Raise when the device's file goes or is replaced: a FIFO and some serial drivers do not say it themselves."""
        while await self._look() == file:
            await self._pause(_LOOK_S)
        raise DeviceAbsentError(f"{self._driver.path}: gone")

    async def _wait(self) -> None:
        """Pause, but no longer than until the device's file appears."""
        rest, self._pause_s = self._pause_s, min(2 * self._pause_s, LONGEST_PAUSE_S)
        was_there = await self._look()
        while rest > 0:
            step = min(rest, _LOOK_S)
            await self._pause(step)
            rest -= step
            now_there = await self._look()
            if now_there is not None and now_there != was_there:
                return

    async def _look(self) -> _File | None:
        path = self._driver.path
        return None if path is None else await self._hop(lambda: _identity(path))

    async def _hop(self, call: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _report(self, kind: DeviceKind, state: DeviceState, detail: str) -> None:
        for face in self._driver.faces:
            if face.kind is kind:
                self._send(DeviceStatus(name=face.name, kind=kind, link=LinkState.OPEN, state=state, detail=detail))

    def _tell(self, link: LinkState, detail: str) -> None:
        state = DeviceState.IDLE if link is LinkState.OPEN else DeviceState.CLOSED
        for face in self._driver.faces:
            self._send(DeviceStatus(name=face.name, kind=face.kind, link=link, state=state, detail=detail))

    def _send(self, status: DeviceStatus) -> None:
        """Tell a status once: a device that stays away is not told of at each attempt."""
        if self._told.get(status.kind) != status:
            self._told[status.kind] = status
            self._sink(status)


def _identity(path: str) -> _File | None:
    """Return what tells one file from its successor of the same name; None when there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
