"""The screen's end of ``counter.sock``: connects, greets, and connects again for ever."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from terminal.wire.counter import messages as msg
from terminal.wire.framing import FrameReader, frame

FIRST_DELAY_S = 0.05
LONGEST_DELAY_S = 0.25
REFUSED_DELAY_S = 1.0
SILENCE_S = 5.0
"""The till pings each second; after this silence it hangs, and the connection is given up."""
INTENTS = (msg.Keys, msg.Paste, msg.ScreenFault)
"""What a read-only client may not say: the till would hang up."""


class Link(Protocol):
    """What the app needs of its till."""

    def send(self, message: msg.ToTill) -> None:
        """Send a message; nothing when the till is away."""

    async def run(self, *, heard: Callable[[msg.FromTill], None], lost: Callable[[], None]) -> None:
        """Stay connected for ever. ``heard`` takes each message, ``lost`` is called when the till goes away."""


class TillLink(asyncio.Protocol):
    """A `Link` on a Unix socket. Nonsense from the till ends the connection by the loop's exception handler.

    ``read_only`` sends no intents: for ``observer.sock``.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._unsaid: tuple[type, ...] = INTENTS if read_only else ()
        self._reader = FrameReader()
        self._transport: asyncio.WriteTransport | None = None
        self._closed = asyncio.Event()
        self._heard: Callable[[msg.FromTill], None] = _deaf
        self._heard_s = 0.0
        self._delay_s = FIRST_DELAY_S

    def send(self, message: msg.ToTill) -> None:
        """Send a message; nothing when the till is away."""
        if isinstance(message, self._unsaid):
            return
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame(msg.encode(message)))

    async def run(self, *, heard: Callable[[msg.FromTill], None], lost: Callable[[], None]) -> None:
        """Stay connected for ever."""
        self._heard = heard
        loop = asyncio.get_running_loop()
        while True:
            self._closed.clear()
            try:
                await loop.create_unix_connection(lambda: self, str(self._path))
            except OSError:
                self._delay_s = min(self._delay_s * 2, LONGEST_DELAY_S)
            else:
                await self._until_closed()
                lost()
            await asyncio.sleep(self._delay_s)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport
        self._reader = FrameReader()
        self._heard_s = asyncio.get_running_loop().time()
        self.send(msg.Hello(client="screen"))

    def data_received(self, data: bytes) -> None:
        """Take bytes as they come."""
        self._heard_s = asyncio.get_running_loop().time()
        for body in self._reader.feed(data):
            message = msg.decode_from_till(body)
            refused = isinstance(message, msg.Refused)
            self._delay_s = REFUSED_DELAY_S if refused else FIRST_DELAY_S
            self._heard(message)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Let `run` connect again."""
        self._transport = None
        self._closed.set()

    async def _until_closed(self) -> None:
        """Wait for the end of the connection, or end it when the till says nothing for too long."""
        loop = asyncio.get_running_loop()
        while not self._closed.is_set():
            try:
                async with asyncio.timeout(max(0.0, self._heard_s + SILENCE_S - loop.time())):
                    await self._closed.wait()
            except TimeoutError:
                if self._transport is not None and loop.time() - self._heard_s >= SILENCE_S:
                    self._transport.abort()
                    await self._closed.wait()


def _deaf(message: msg.FromTill) -> None:
    """Drop what comes before `TillLink.run`; nothing can."""
