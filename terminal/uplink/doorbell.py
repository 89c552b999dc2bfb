"""The bell line to the till: ``uplink.sock``. The till listens; we connect, and connect again for ever."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import structlog

from terminal.domain.errors import InputError
from terminal.wire import doorbell
from terminal.wire.framing import FrameReader, frame

log = structlog.get_logger("doorbell")

_READ_BYTES = 1 << 16


class Doorbell:
    """Tells the till our news, and hears when the journal grew.

    What is told while the till is away is not kept: ``greeting`` is what a till that comes back must know.
    """

    def __init__(
        self,
        path: Path,
        *,
        heard: Callable[[doorbell.FromTillToUplink], None],
        greeting: Callable[[], Sequence[doorbell.FromUplinkToTill]],
        retry_s: float = 0.5,
    ) -> None:
        self._path = path
        self._heard = heard
        self._greeting = greeting
        self._retry_s = retry_s
        self._writer: asyncio.StreamWriter | None = None

    def tell(self, message: doorbell.FromUplinkToTill) -> None:
        """Send news if the till is there."""
        if self._writer is not None:
            self._writer.write(frame(doorbell.encode(message)))

    async def run(self) -> None:
        """Be connected, until cancelled."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_unix_connection(str(self._path))
                await self._serve(reader, writer)
            await asyncio.sleep(self._retry_s)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        try:
            for message in self._greeting():
                self.tell(message)
            await self._listen(reader)
        except (InputError, msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("till_nonsense", error=str(error)[:200])
        finally:
            self._writer = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        frames = FrameReader()
        while data := await reader.read(_READ_BYTES):
            for body in frames.feed(data):
                self._heard(doorbell.decode_for_uplink(body))
