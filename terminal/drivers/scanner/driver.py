"""Scanners on the loop: bytes are read when they are there, decoded, classified, and given on at once."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, assert_never

from terminal.domain.errors import DeviceAbsentError
from terminal.drivers.links.byte_link import StreamLink
from terminal.drivers.scanner.reading import RawCode, RawFault, Reading
from terminal.drivers.scanner.symbology import Symbol, classify, is_gs1
from terminal.drivers.settings import DeviceSettings
from terminal.drivers.supervisor import Face, Report
from terminal.ports.devices import DeviceKind, DeviceSink, Scan, ScanFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Times of one scanner: the silence that ends a code without suffix, the window of a double shot (0 = off)."""

    half_read_ms: int = 300
    double_ms: int = 0


def read_tuning(settings: DeviceSettings) -> Tuning:
    """Read ``half_read_ms`` and ``double_ms``."""
    return Tuning(
        half_read_ms=settings.number("half_read_ms", 300, minimum=50, maximum=5000),
        double_ms=settings.number("double_ms", 0, minimum=0, maximum=5000),
    )


class Decoder(Protocol):
    """A decoder with the clock of its events: `WedgeDecoder` and `SerialDecoder` behind one face."""

    @property
    def pending(self) -> bool:
        """Whether a code has begun and has not ended."""

    def feed(self, data: bytes, link: StreamLink) -> list[Reading]:
        """Take bytes that ``link`` gave and return what they completed."""

    def flush(self, at_ms: int) -> RawFault | None:
        """End what is pending after a silence."""


class ScannerDriver:
    """One scanner. ``open_link`` opens its cable, ``new_decoder`` makes a decoder that knows of no earlier bytes."""

    def __init__(
        self,
        name: str,
        sink: DeviceSink,
        *,
        path: str | None,
        open_link: Callable[[], StreamLink],
        new_decoder: Callable[[], Decoder],
        tuning: Tuning,
    ) -> None:
        self.faces = (Face(name=name, kind=DeviceKind.SCANNER),)
        self.path = path
        self.thread: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"device-{name}")
        self._name = name
        self._sink = sink
        self._open_link = open_link
        self._new_decoder = new_decoder
        self._half_read_s = tuning.half_read_ms / 1000
        self._shots = DoubleFilter(tuning.double_ms)
        self._link: StreamLink | None = None
        self._decoder = new_decoder()
        self._has_parser = False

    def open(self) -> None:
        """Open the cable; see `terminal.drivers.supervisor.Driver`."""
        self._decoder = self._new_decoder()
        self._link = self._open_link()

    def close(self) -> None:
        """Close the cable; see `terminal.drivers.supervisor.Driver`."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    async def serve(self, report: Report) -> None:
        """Give on every scan until the link is lost; see `terminal.drivers.supervisor.Driver`."""
        del report
        link = self._link
        if link is None:
            raise DeviceAbsentError
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(link.fileno(), ready.set)
        try:
            while True:
                silent = not await self._wait(ready)
                ready.clear()
                data = link.read_ready()
                for reading in self._decoder.feed(data, link):
                    await self._give(reading)
                # When the loop was late, the silence may be over although bytes were waiting: those decide.
                if silent and not data:
                    self._end_half_read()
        finally:
            loop.remove_reader(link.fileno())
            self._end_half_read()

    async def _wait(self, ready: asyncio.Event) -> bool:
        """Wait for bytes; False after the silence that ends a code without suffix."""
        try:
            async with asyncio.timeout(self._half_read_s if self._decoder.pending else None):
                await ready.wait()
        except TimeoutError:
            return False
        return True

    def _end_half_read(self) -> None:
        fault = self._decoder.flush(time.monotonic_ns() // 1_000_000) if self._decoder.pending else None
        if fault is not None:
            self._give_fault(fault)

    def _give_fault(self, fault: RawFault) -> None:
        self._sink(ScanFault(device=self._name, kind=fault.kind, at_ms=fault.at_ms))

    async def _give(self, reading: Reading) -> None:
        match reading:
            case RawCode(text=text, at_ms=at_ms):
                symbol = await self._classify(text)
                self._sink(
                    Scan(
                        device=self._name,
                        data=symbol.data,
                        at_ms=at_ms,
                        aim=symbol.aim,
                        gtin=symbol.gtin,
                        gs1=symbol.gs1,
                        double=self._shots.is_double(text, at_ms),
                    )
                )
            case RawFault():
                self._give_fault(reading)
            case _:
                assert_never(reading)

    async def _classify(self, text: str) -> Symbol:
        """Classify on the loop, but the first GS1 code, whose parser is loaded, in the device's thread."""
        if self._has_parser or not is_gs1(text):
            return classify(text)
        symbol = await asyncio.get_running_loop().run_in_executor(self.thread, classify, text)
        self._has_parser = True
        return symbol


class DoubleFilter:
    """Judges the second shot of a scanner that fires twice, by the events' own time; ``window_ms`` 0 = off."""

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self._text = ""
        self._at_ms = 0

    def is_double(self, text: str, at_ms: int) -> bool:
        """Whether this is the code of the shot before, within the window."""
        if self._window_ms and text == self._text and at_ms - self._at_ms <= self._window_ms:
            return True
        self._text, self._at_ms = text, at_ms
        return False
