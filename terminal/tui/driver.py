"""The terminal: all keys of one read in one message, and the knowledge of what has left.

Textual hands keys over one by one; which of them came in one read tells a scanner from a person (`Keys.chunk`).
"""

import codecs
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

if TYPE_CHECKING:
    from io import TextIOWrapper

    from textual.app import App

READ_BYTES = 4096
IDLE_S = 0.1
ESCAPE_S = 0.02
"""How often a lone Escape is looked at, once it has come: it may be the start of a longer key."""
SHOW_CURSOR = "\x1b[?25h"
NO_LINE_WRAP = "\x1b[?7l"


class KeysRead(Message):
    """Keys of one read: the terminal's names with the characters that they type."""

    def __init__(self, keys: list[tuple[str, str | None]], *, at_ms: int, chunk: int) -> None:
        super().__init__()
        self.keys = keys
        self.at_ms = at_ms
        self.chunk = chunk


class Pasted(Message):
    """A bracketed paste."""

    def __init__(self, text: str, *, at_ms: int) -> None:
        super().__init__()
        self.text = text
        self.at_ms = at_ms


class TerminalLost(Message):
    """The terminal hung up: nobody can see this screen any more."""


class Outlet:
    """Textual's writer thread writes here; says how many of its writes have left."""

    def __init__(self, file: TextIO, *, flushed: Callable[[int], None], lost: Callable[[], None]) -> None:
        self._file = file
        self._flushed = flushed
        self._lost = lost
        self._count = 0

    def write(self, text: str) -> None:
        """Write; a terminal that is gone is reported, never raised into the thread."""
        self._count += 1
        try:
            self._file.write(text)
        except OSError:
            self._lost()

    def flush(self) -> None:
        """Flush, and tell the loop."""
        try:
            self._file.flush()
        except OSError:
            self._lost()
        self._flushed(self._count)

    def fileno(self) -> int:
        """Return the file's descriptor."""
        return self._file.fileno()


class TillDriver(LinuxDriver):
    """Reads standard input and writes standard output, so that the log can have standard error."""

    def __init__(
        self, app: "App[object]", *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self._asked = 0
        self._left = 0
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._chunk = 0
        out = cast("TextIOWrapper", sys.__stdout__)
        out.reconfigure(encoding="utf-8", errors="replace")
        outlet = Outlet(out, flushed=self._tell_flushed, lost=self._tell_lost)
        self._file = cast("TextIOWrapper", outlet)

    def write(self, data: str) -> None:
        """Queue data for the writer thread."""
        self._asked += 1
        super().write(data)

    def when_written(self, callback: Callable[[], None]) -> None:
        """Call back on the loop when everything that was written until now has left."""
        if self._left >= self._asked:
            callback()
        else:
            self._waiting.append((self._asked, callback))

    def start_application_mode(self) -> None:
        """Take the terminal; the cursor stays visible, it stands in the input row."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(SHOW_CURSOR + NO_LINE_WRAP)
        self.flush()

    def run_input_thread(self) -> None:
        """Read until the end; each read becomes one message. A terminal that hangs up ends the app."""
        parser = XTermParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            wait_s = IDLE_S
            while not self.exit_event.is_set():
                wait_s = self._read_once(parser, decode) if selector.select(wait_s) else IDLE_S
                self._forward(parser.tick(), at_ms=_now_ms())

    def _read_once(self, parser: XTermParser, decode: Callable[[bytes], str]) -> float:
        """Take what is there; return the seconds after which the parser wants to be asked again."""
        data = self._read()
        at_ms = _now_ms()
        if not data:
            self.exit_event.set()
            self.send_message(TerminalLost())
            return 0.0
        text = decode(data)
        if text:
            self._forward(parser.feed(text), at_ms=at_ms)
        return ESCAPE_S

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, READ_BYTES)
        except OSError:
            return b""

    def _forward(self, found: Iterable[Message], *, at_ms: int) -> None:
        """Send the keys of one read together, everything else by itself, in the order in which it came."""
        keys: list[tuple[str, str | None]] = []
        for event in found:
            if isinstance(event, events.Key):
                keys.append((event.key, event.character))
                continue
            self._send_keys(keys, at_ms)
            keys = []
            if isinstance(event, events.Paste):
                self.send_message(Pasted(event.text, at_ms=at_ms))
            else:
                self.process_message(event)
        self._send_keys(keys, at_ms)

    def _send_keys(self, keys: list[tuple[str, str | None]], at_ms: int) -> None:
        if keys:
            self._chunk += 1
            self.send_message(KeysRead(keys, at_ms=at_ms, chunk=self._chunk))

    def _tell_flushed(self, count: int) -> None:
        self._on_loop(self._flushed, count)

    def _tell_lost(self) -> None:
        self._on_loop(self._app.post_message, TerminalLost())

    def _on_loop(self, call: Callable[..., object], *args: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *args)

    def _flushed(self, count: int) -> None:
        self._left = count
        ready = [callback for mark, callback in self._waiting if mark <= count]
        self._waiting = [entry for entry in self._waiting if entry[0] > count]
        for callback in ready:
            callback()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
