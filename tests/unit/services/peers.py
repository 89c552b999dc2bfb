"""The far ends of the till's sockets, message by message."""

import asyncio
from pathlib import Path
from typing import Self

from terminal.wire import doorbell
from terminal.wire.counter import messages as msg
from terminal.wire.framing import FrameReader, frame

DEADLINE_S = 5.0


class Socket:
    """One connection to a Unix socket, in frames."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._frames = FrameReader()
        self._waiting: list[bytes] = []

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_unix_connection(str(self._path))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)

    async def read(self) -> bytes | None:
        """Return the next body; None at the end of the connection."""
        async with asyncio.timeout(DEADLINE_S):
            while not self._waiting:
                try:
                    data = await self._reader.read(1 << 16)
                except ConnectionError:
                    return None
                if not data:
                    return None
                self._waiting += self._frames.feed(data)
        return self._waiting.pop(0)

    async def drain(self) -> None:
        """Read until the other end closes."""
        while await self.read() is not None:
            pass


class CounterClient(Socket):
    """A screen, an observer, or something that should be neither."""

    def say(self, *messages: msg.ToTill) -> None:
        """Send messages in one write."""
        self.write(b"".join(frame(msg.encode(message)) for message in messages))

    async def hear(self) -> msg.FromTill | None:
        """Return the next message; None at the end."""
        body = await self.read()
        return None if body is None else msg.decode_from_till(body)

    async def greet(self) -> msg.SnapshotPage:
        """Say hello and take a snapshot of one page."""
        self.say(msg.Hello())
        page = await self.hear()
        assert isinstance(page, msg.SnapshotPage)
        return page


class UplinkClient(Socket):
    """The uplink's end of ``uplink.sock``."""

    def say(self, *messages: doorbell.FromUplinkToTill) -> None:
        """Send messages in one write."""
        self.write(b"".join(frame(doorbell.encode(message)) for message in messages))

    async def hear(self) -> doorbell.FromTillToUplink | None:
        """Return the next message; None at the end."""
        body = await self.read()
        return None if body is None else doorbell.decode_for_uplink(body)
