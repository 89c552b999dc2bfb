"""A till for a screen alone: it knows no goods and no rules, only what a screen is shown, and says it at once."""

import select
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from msgspec.structs import replace

from lab.benchmarks.stage.goods import article, code
from terminal.checkout.delta import diff, snapshot_pages
from terminal.checkout.messages import Say
from terminal.domain.errors import PosError
from terminal.domain.money import format_fen
from terminal.wire.counter.messages import (
    Delta,
    Hello,
    Keys,
    Painted,
    Ping,
    Pong,
    ToTill,
    decode_to_till,
    encode,
)
from terminal.wire.counter.view import Header, InputLine, LineView, Notice, Totals, View
from terminal.wire.framing import FrameReader, frame

READ_BYTES = 1 << 16
ANSWER_S = 30.0
TURN_MS = 20
SHOWN_KEYS = 8

Heard = TypeVar("Heard", bound=ToTill)


def view_of(lines: int) -> View:
    """Return the view of an open sale."""
    shown = tuple(line_view(number) for number in range(1, lines + 1))
    header = Header(store="S01", till="T01", staff_number="1024", staff_name="王芳", clock="19:30", shop="柜台测试店")
    return View(header=header, totals=totals(lines), lines=shown, selected=lines - 1)


def line_view(number: int) -> LineView:
    """Return the n-th line of the sale."""
    found = article(number)
    price = format_fen(found.price_fen)
    return LineView(number=number, code=code(number), name=found.name, quantity="1", price=price, amount=price)


def totals(lines: int) -> Totals:
    """Return the totals of a sale of so many lines."""
    due = format_fen(sum(article(number).price_fen for number in range(1, lines + 1)))
    return Totals(pieces=str(lines), lines=lines, gross=due, due=due)


class FakeTill:
    """Listens on ``counter.sock`` and has one screen at a time."""

    def __init__(self, run_dir: Path, view: View) -> None:
        self.view = view
        self._path = run_dir / "counter.sock"
        self._server = socket.socket(socket.AF_UNIX)
        self._line: socket.socket | None = None
        self._reader = FrameReader()
        self._heard: deque[ToTill] = deque()
        self._rev = 0
        self._pings = 0

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        self._server.bind(str(self._path))
        self._server.listen()
        self._server.settimeout(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        self._server.close()

    def greet(self, *, meanwhile: Callable[[], object]) -> None:
        """Wait for a screen, and send it the whole view."""
        self.hang_up()
        poll = select.poll()
        poll.register(self._server, select.POLLIN)
        deadline = time.monotonic() + ANSWER_S
        while not poll.poll(TURN_MS):
            meanwhile()
            if time.monotonic() > deadline:
                raise PosError("no screen came", code="not_shown")
        self._line, _ = self._server.accept()
        self._line.settimeout(ANSWER_S)
        self._hear(Hello)
        for page in snapshot_pages(self.view, rev=self._rev):
            self.send(frame(encode(page)))

    def hang_up(self) -> None:
        """Forget the screen."""
        if self._line is not None:
            self._line.close()
        self._line, self._reader, self._rev = None, FrameReader(), 0
        self._heard.clear()

    def painted(self) -> None:
        """Wait until the screen has painted what it was sent last."""
        while self._hear(Painted).rev != self._rev:
            pass

    def prepared(self, view: View) -> bytes:
        """Take over a view, and return the message that tells the screen what is new in it."""
        sections, lines, count, selected = diff(self.view, view)
        base, self._rev = self._rev, self._rev + 1
        self.view = view
        delta = Delta(base=base, rev=self._rev, sections=sections, lines=lines, count=count, selected=selected)
        return frame(encode(delta))

    def send(self, message: bytes) -> None:
        """Send a message that is ready."""
        self._connected().sendall(message)

    def ping(self) -> None:
        """Ask the screen whether it lives, and wait for its answer."""
        self._pings += 1
        self.send(frame(encode(Ping(serial=self._pings))))
        self._hear(Pong)

    def with_line(self) -> View:
        """Return the view with one more line."""
        line = line_view(len(self.view.lines) + 1)
        notice = Notice(
            serial=self.view.notice.serial + 1,
            message=Say.LINE_ADDED,
            params={"name": line.name, "quantity": "1", "amount": line.amount},
        )
        lines = (*self.view.lines, line)
        return replace(self.view, lines=lines, totals=totals(len(lines)), notice=notice, selected=len(lines) - 1)

    def echo(self) -> None:
        """Wait for keys, and show them behind what was typed before."""
        typed = self.view.input.text + "".join(self._hear(Keys).names)
        self.send(self.prepared(replace(self.view, input=InputLine(text=typed[-SHOWN_KEYS:]))))

    def _connected(self) -> socket.socket:
        if self._line is None:
            raise PosError("no screen is there", code="not_shown")
        return self._line

    def _hear(self, kind: type[Heard]) -> Heard:
        """Wait for a message of a kind; others are thrown away."""
        while True:
            while self._heard:
                message = self._heard.popleft()
                if isinstance(message, kind):
                    return message
            self._heard += map(decode_to_till, self._reader.feed(self._received()))

    def _received(self) -> bytes:
        with suppress(ConnectionResetError):
            if data := self._connected().recv(READ_BYTES):
                return data
        raise PosError("the screen hung up", code="not_shown")
