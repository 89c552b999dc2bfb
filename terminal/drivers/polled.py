"""What drivers share that look at their device now and then: one thread for all bytes, a loop that never waits."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from terminal.drivers.supervisor import Face, Report

_Result = TypeVar("_Result")


class Engine(Protocol):
    """The side of a driver that blocks: it runs in the device's one thread."""

    def open(self) -> None:
        """Open the link; raises `DeviceError`."""

    def close(self) -> None:
        """Close the link if it is open; never raises."""


_Engine = TypeVar("_Engine", bound=Engine)


class PolledDriver(ABC, Generic[_Engine]):
    """A `terminal.drivers.supervisor.Driver` that looks at its device every ``poll_s``, at once when woken."""

    def __init__(self, *faces: Face, path: str | None, engine: _Engine, poll_s: float) -> None:
        self.faces = faces
        self.path = path
        self.thread: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"device-{faces[0].name}")
        self._engine = engine
        self._poll_s = poll_s
        self._report: Report | None = None
        """There while the link is open."""
        self._wake = asyncio.Event()

    def open(self) -> None:
        """Open the link; see `terminal.drivers.supervisor.Driver`."""
        self._engine.open()

    def close(self) -> None:
        """Close the link; see `terminal.drivers.supervisor.Driver`."""
        self._engine.close()

    async def serve(self, report: Report) -> None:
        """Look again and again until the link is lost; see `terminal.drivers.supervisor.Driver`."""
        self._report = report
        try:
            while True:
                self._wake.clear()
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._poll_s):
                        await self._wake.wait()
        finally:
            self._report = None

    @abstractmethod
    async def _look(self) -> None:
        """Look at the device once, and report; raises `DeviceError` when the link is lost."""

    async def _hop(self, call: Callable[[], _Result]) -> _Result:
        """Call in the device's thread."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)
