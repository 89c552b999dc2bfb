"""The till's end of ``counter.sock``, for the screen to talk to: shows what a test tells it, keeps what it hears."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import LineView, Sections, View
from terminal.wire.framing import FrameReader, frame

DEADLINE_S = 10.0
PING_S = 1.0


class FakeTill:
    """Listens on a path; one client at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.view = View()
        self.rev = 0
        self.heard: list[msg.ToTill] = []
        self._server: asyncio.Server | None = None
        self._peer: Peer | None = None
        self._news = asyncio.Event()
        self._pings = 0
        self._ping_later: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Listen."""
        self.path.unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: Peer(self), str(self.path))
        self._ping_later = loop.call_later(PING_S, self._ping)

    async def close(self) -> None:
        """Stop listening and hang up, as a till that was killed."""
        if self._ping_later is not None:
            self._ping_later.cancel()
        if self._server is not None:
            self._server.close()
        self.hang_up()
        await asyncio.sleep(0)

    def hang_up(self) -> None:
        """Cut the connection."""
        if self._peer is not None:
            self._peer.abort()

    def say(self, *messages: msg.FromTill) -> None:
        """Send messages as they are."""
        for message in messages:
            self.write(frame(msg.encode(message)))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self._peer is not None
        self._peer.write(data)

    def show(self, view: View) -> int:
        """Send a whole view, in pages; return its revision."""
        self.view = view
        self.rev += 1
        pages = [view.lines[at : at + msg.PAGE_LINES] for at in range(0, len(view.lines), msg.PAGE_LINES)] or [()]
        for number, lines in enumerate(pages):
            sections = _sections(view) if number == 0 else None
            self.say(
                msg.SnapshotPage(
                    rev=self.rev,
                    page=number,
                    pages=len(pages),
                    lines=lines,
                    sections=sections,
                    selected=view.selected,
                )
            )
        return self.rev

    def change(
        self,
        sections: Sections | None = None,
        *,
        lines: tuple[tuple[int, LineView], ...] = (),
        count: int | None = None,
        selected: int | None = None,
    ) -> int:
        """Send a delta; return its revision. What a reconnecting screen gets is still the last `show`."""
        base, self.rev = self.rev, self.rev + 1
        count = len(self.view.lines) if count is None else count
        selected = self.view.selected if selected is None else selected
        delta = msg.Delta(
            base=base, rev=self.rev, sections=sections or Sections(), lines=lines, count=count, selected=selected
        )
        self.say(delta)
        return self.rev

    async def painted(self, rev: int) -> None:
        """Wait until the screen says that a revision is on it."""
        await self.until(lambda: msg.Painted(rev=rev) in self.heard)

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until something was heard."""
        async with asyncio.timeout(DEADLINE_S):
            while not wanted():
                self._news.clear()
                await self._news.wait()

    def typed(self) -> list[msg.Keys]:
        """Return the messages with keys that came."""
        return [one for one in self.heard if isinstance(one, msg.Keys)]

    def names(self) -> list[str]:
        """Return the names of the keys that came."""
        return [name for one in self.typed() for name in one.names]

    def take(self, message: msg.ToTill) -> None:
        """Keep a message; a hello is answered with the view."""
        self.heard.append(message)
        if isinstance(message, msg.Hello):
            self.show(self.view)
        self._news.set()

    def _ping(self) -> None:
        self._pings += 1
        if self._peer is not None:
            self.say(msg.Ping(serial=-self._pings))
        self._ping_later = asyncio.get_running_loop().call_later(PING_S, self._ping)

    def joined(self, peer: "Peer | None") -> None:
        """Note who is connected."""
        self._peer = peer
        self._news.set()


class Peer(asyncio.Protocol):
    """One connection."""

    def __init__(self, till: FakeTill) -> None:
        self._till = till
        self._reader = FrameReader()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._till.joined(self)

    def data_received(self, data: bytes) -> None:
        for body in self._reader.feed(data):
            self._till.take(msg.decode_to_till(body))

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _sections(view: View) -> Sections:
    return Sections(**{name: getattr(view, name) for name in Sections.__struct_fields__})


def replaced(view: View, **changes: object) -> View:
    """Return a view with other sections."""
    return msgspec.structs.replace(view, **changes)
