"""Devices under test: built from configuration, run on the loop, with everything that they told."""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from terminal.config.schema import DeviceConfig
from terminal.drivers.registry import Devices, build_devices
from terminal.ports.devices import (
    DeviceEvent,
    DeviceState,
    DeviceStatus,
    LinkState,
    Scan,
    ScanFault,
)

DEADLINE_S = 10.0
ASK_AGAIN_S = 0.01

_Event = TypeVar("_Event", Scan, ScanFault, DeviceStatus)


class Bench:
    """Runs the devices of some configurations; events are kept in order."""

    def __init__(self, *configs: DeviceConfig, deadline_s: float = DEADLINE_S) -> None:
        self.events: list[DeviceEvent] = []
        self.devices: Devices = build_devices(configs, self._take)
        self._deadline_s = deadline_s
        self._changed = asyncio.Event()
        self._seen: dict[str, int] = {}
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.devices.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    def of(self, kind: type[_Event], *, since: int = 0) -> list[_Event]:
        """Return the events of one kind."""
        return [event for event in self.events[since:] if isinstance(event, kind)]

    def statuses(self, name: str) -> list[DeviceStatus]:
        """Return the statuses of one device."""
        return [status for status in self.of(DeviceStatus) if status.name == name]

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something holds, asked again after each event and now and then; ``TimeoutError`` if it never does.

        Far ends do not tell when they change, so that events alone do not do.
        """
        async with asyncio.timeout(self._deadline_s):
            while not reached():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), ASK_AGAIN_S)

    async def until_count(self, kind: type[_Event], count: int) -> list[_Event]:
        """Wait for so many events of a kind and return them."""
        await self.until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)

    async def until_status(
        self, name: str, *, link: LinkState | None = None, state: DeviceState | None = None, detail: str | None = None
    ) -> DeviceStatus:
        """Wait for a status as told, after the one that was waited for before, and return it."""

        def fits(event: DeviceEvent) -> bool:
            if not isinstance(event, DeviceStatus) or event.name != name:
                return False
            wanted = ((link, event.link), (state, event.state), (detail, event.detail))
            return all(want is None or want == seen for want, seen in wanted)

        def found() -> int | None:
            start = self._seen.get(name, 0)
            return next((place for place in range(start, len(self.events)) if fits(self.events[place])), None)

        await self.until(lambda: found() is not None)
        place = found() or 0
        self._seen[name] = place + 1
        return self.of(DeviceStatus, since=place)[0]

    async def until_open(self, *names: str) -> None:
        """Wait until these devices are there."""
        for name in names:
            await self.until_status(name, link=LinkState.OPEN)

    def _take(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._changed.set()
