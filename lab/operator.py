"""An operator without a screen: connects to ``counter.sock`` like one, types keys, and reads what would be shown.

For the headless demo, the replay, the benchmarks and the crash runs.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from terminal.domain.errors import PosError
from terminal.tui.text.table import Texts
from terminal.wire.counter import messages as msg
from terminal.wire.counter.panels import Panel, SalePanel
from terminal.wire.counter.view import DeviceView, Header, InputLine, LineView, Notice, Sections, Totals, UplinkView
from terminal.wire.framing import FrameReader, frame

CONNECT_S = 15.0
ANSWER_S = 10.0
TYPING_MS = 100
"""Between two typed keys, as their time stamps tell it."""


class Seen(msgspec.Struct):
    """What the till shows now."""

    header: Header = Header()
    totals: Totals = Totals()
    notice: Notice = Notice()
    input: InputLine = InputLine()
    devices: tuple[DeviceView, ...] = ()
    uplink: UplinkView = UplinkView()
    panel: Panel = SalePanel()
    lines: list[LineView] = []
    journal_seq: int = 0
    rev: int = -1

    def take(self, sections: Sections) -> None:
        """Replace the sections that changed."""
        for name in ("header", "totals", "notice", "input", "devices", "uplink", "panel"):
            value = getattr(sections, name)
            if value is not None:
                setattr(self, name, value)

    def take_lines(self, lines: tuple[tuple[int, LineView], ...], count: int) -> None:
        """Replace or append lines by their index; there are ``count`` in the end."""
        for index, line in lines:
            self.lines[index : index + 1] = [line]
        del self.lines[count:]


def in_words(seen: Seen) -> str:
    """Return what the till shows, in English: which page, what was said last, what stands typed, the basket."""
    texts = Texts("en")
    page = type(seen.panel).__name__.removesuffix("Panel").lower()
    notice = texts.say(seen.notice.message, seen.notice.params)
    said = f", says {notice!r}" if notice else ""
    typed = f", {seen.input.text!r} typed" if seen.input.text else ""
    return (
        f"the page {page}{said} {texts.say(seen.input.hint)}{typed}, {seen.totals.lines} lines, {seen.totals.due} due"
    )


class Operator(asyncio.Protocol):
    """One connection as the operator. Answers pings and paints at once."""

    def __init__(self) -> None:
        self.seen = Seen()
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._waiting: list[tuple[Callable[[Seen], bool], asyncio.Future[None]]] = []
        self._chunk = 0
        self._at_ms = 0
        self._refused = ""

    @classmethod
    async def connect(cls, run_dir: Path, *, timeout_s: float = CONNECT_S, socket: str = "counter.sock") -> "Operator":
        """Connect, trying again until the till is there, and wait for the first whole view.

        On ``observer.sock`` it may look, and its keys do nothing.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while True:
            operator = cls()
            try:
                await loop.create_unix_connection(lambda: operator, str(run_dir / socket))  # noqa: B023 - awaited
                await operator.until(lambda seen: seen.rev >= 0, timeout_s=max(0.0, deadline - loop.time()))
            except (OSError, PosError) as error:
                await operator.close()
                if loop.time() > deadline:
                    raise PosError(f"no till at {run_dir}: {error}", code="no_till") from error
                await asyncio.sleep(0.02)
            else:
                return operator

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._send(msg.Hello(client="lab"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake everybody who waits: the till is gone."""
        self._transport = None
        for _, future in self._waiting:
            if not future.done():
                future.set_exception(PosError(self._refused or f"the till went away ({exc})", code="till_gone"))
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """Take messages of the till."""
        for body in self._reader.feed(data):
            self._take(msg.decode_from_till(body))
        self._wake()

    @property
    def connected(self) -> bool:
        """Whether the till is there."""
        return self._transport is not None

    def keys(self, *names: str) -> None:
        """Type keys, all of them in one read of the terminal."""
        self._chunk += 1
        self._at_ms = max(self._at_ms, int(asyncio.get_running_loop().time() * 1000))
        self._send(msg.Keys(names=names, at_ms=self._at_ms, chunk=self._chunk))

    def type(self, text: str, *after: str) -> None:
        """Type characters as a person does: each in a read of its own, so that they are never taken for a scan."""
        for name in (*text, *after):
            self._at_ms += TYPING_MS
            self.keys(name)

    async def until(self, wanted: Callable[[Seen], bool], *, timeout_s: float = ANSWER_S) -> Seen:
        """Return when the view is as wanted; `PosError` with what is shown instead after the time."""
        if wanted(self.seen):
            return self.seen
        if self._transport is None:
            raise PosError(self._refused or "the till went away", code="till_gone")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (wanted, future)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(timeout_s):
                await future
        except TimeoutError:
            raise PosError(f"the till shows {in_words(self.seen)}", code="not_shown") from None
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)
        return self.seen

    async def until_open(self, *kinds: str) -> None:
        """Wait until the till has opened a device of each kind: what is scanned before that is lost."""

        def are_open(seen: Seen) -> bool:
            return {device.kind for device in seen.devices if device.link == "open"}.issuperset(kinds)

        await self.until(are_open)

    async def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()
        await asyncio.sleep(0)

    def _take(self, message: msg.FromTill) -> None:
        match message:
            case msg.SnapshotPage():
                self._take_page(message)
            case msg.Delta():
                self.seen.take(message.sections)
                self.seen.take_lines(message.lines, message.count)
                self.seen.journal_seq, self.seen.rev = message.journal_seq, message.rev
                self._send(msg.Painted(rev=message.rev))
            case msg.Ping(serial=serial):
                self._send(msg.Pong(serial=serial))
            case msg.Refused(code=code):
                self._refused = code

    def _take_page(self, page: msg.SnapshotPage) -> None:
        if page.sections is not None:
            self.seen.take(page.sections)
            self.seen.lines = []
        self.seen.lines += page.lines
        if page.page == page.pages - 1:
            self.seen.rev, self.seen.journal_seq = page.rev, page.journal_seq
            self._send(msg.Painted(rev=page.rev))

    def _wake(self) -> None:
        for entry in self._waiting[:]:
            wanted, future = entry
            if not future.done() and wanted(self.seen):
                self._waiting.remove(entry)
                future.set_result(None)

    def _send(self, message: msg.ToTill) -> None:
        if self._transport is not None:
            self._transport.write(frame(msg.encode(message)))
