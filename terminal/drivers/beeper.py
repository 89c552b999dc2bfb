"""Driver ``beeper``: tones as EV_SND input events, on the machine's buzzer (``evdev:``) or a FIFO (``pipe:``).

linux/input-event-codes.h: EV_SND = 12h, SND_TONE = 2, value = hertz, 0 = silence. Tones are those of SCREEN.md: one
short high, two mid, three low, one long high.
"""

import asyncio
import os
import struct
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from terminal.domain.errors import DeviceError
from terminal.drivers.links.address import EvdevAddress, PipeAddress, parse_address
from terminal.drivers.links.descriptor import mapped_errors
from terminal.drivers.links.opening import key_address
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Face, Installed, Report
from terminal.ports.devices import DeviceKind, DeviceSink, Tone

_EVENT: Final = struct.Struct("llHHi")
_EV_SYN, _EV_SND = 0x00, 0x12
_SND_TONE: Final = 2

_PATTERNS: Final[dict[Tone, tuple[tuple[int, int], ...]]] = {
    # (hertz, milliseconds); 0 Hz is a pause
    Tone.APPLIED: ((2000, 60),),
    Tone.ATTENTION: ((1000, 90), (0, 60), (1000, 90)),
    Tone.REJECTED: ((400, 120), (0, 60), (400, 120), (0, 60), (400, 120)),
    Tone.MONEY: ((2000, 300),),
}


class BeeperDriver:
    """A `Beeper`; a `terminal.drivers.supervisor.Driver`. Sounds that find it absent or full are lost."""

    def __init__(self, name: str, *, path: str, open_fd: Callable[[], int]) -> None:
        self.faces = (Face(name=name, kind=DeviceKind.BEEPER),)
        self.path: str | None = path
        self.thread: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"device-{name}")
        self._name = name
        self._open_fd = open_fd
        self._fd: int | None = None
        self._lost: asyncio.Future[None] | None = None
        self._next: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Open the buzzer; see `terminal.drivers.supervisor.Driver`."""
        with mapped_errors(self._name):
            self._fd = self._open_fd()

    def close(self) -> None:
        """Close it; see `terminal.drivers.supervisor.Driver`."""
        fd, self._fd = self._fd, None
        if fd is not None:
            with suppress(OSError):
                os.close(fd)

    async def serve(self, report: Report) -> None:
        """Wait until a sound cannot be made because the buzzer has gone."""
        del report
        self._lost = asyncio.get_running_loop().create_future()
        try:
            await self._lost
        finally:
            self._lost = None
            self._silence()

    def beep(self, tone: Tone) -> None:
        """Start a sound; one that is still going on is cut off by it."""
        self._silence()
        if self._lost is not None:
            self._play(_PATTERNS[tone])

    def _play(self, steps: tuple[tuple[int, int], ...]) -> None:
        hertz, rest = (steps[0][0], steps[1:]) if steps else (0, None)
        self._sound(hertz)
        self._next = None
        if rest is not None:
            loop = asyncio.get_running_loop()
            self._next = loop.call_later(steps[0][1] / 1000, self._play, rest)

    def _silence(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None
            self._sound(0)

    def _sound(self, hertz: int) -> None:
        if self._fd is None:
            return
        data = _EVENT.pack(0, 0, _EV_SND, _SND_TONE, hertz) + _EVENT.pack(0, 0, _EV_SYN, 0, 0)
        try:
            with mapped_errors(self._name), suppress(BlockingIOError):
                os.write(self._fd, data)
        except DeviceError as error:
            if self._lost is not None and not self._lost.done():
                self._lost.set_exception(error)


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    del sink  # a beeper reports nothing but its link
    address = key_address(spec.name, parse_address(spec.name, spec.address))
    DeviceSettings(spec).finish()
    driver = BeeperDriver(spec.name, path=address.path, open_fd=lambda: _open(address))
    return Installed(driver=driver, beeper=driver)


def _open(address: EvdevAddress | PipeAddress) -> int:
    """Open for both directions: a FIFO opened to write only fails while nobody listens."""
    return os.open(address.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
