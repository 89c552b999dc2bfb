"""The terminal that the screen paints on: it stays when the screen dies, as a console does."""

import asyncio
import fcntl
import os
import pty
import struct
import termios
import tty
from collections.abc import Callable
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 80, 25
READ_BYTES = 1 << 16
BEGIN = b"\x1b[?1049h"
"""A screen that starts takes the alternate buffer first."""
ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "", "LANG": "C.UTF-8"}


class PaintWatch:
    """Looks for a screen that starts and then paints ``wanted``, in bytes however they are cut."""

    def __init__(self, wanted: bytes) -> None:
        self._wanted = wanted
        self._tail = b""
        self._begun = False

    def feed(self, data: bytes) -> bool:
        """Take bytes; whether they complete the first picture of a screen that started."""
        data = self._tail + data
        _, begin, behind = data.rpartition(BEGIN)
        if begin:
            self._begun, data = True, behind
        has_painted = self._begun and self._wanted in data
        self._begun = self._begun and not has_painted
        self._tail = data[-max(len(BEGIN), len(self._wanted)) :]
        return has_painted


class Glass:
    """A pty of 80x25 whose other end is read all the time. ``painted`` is called once for each screen that starts.

    A screen has painted when ``wanted`` stands on it.
    """

    def __init__(self, wanted: bytes, painted: Callable[[], None]) -> None:
        self._watch = PaintWatch(wanted)
        self._painted = painted

    def __enter__(self) -> Self:
        self._outer, self.inner = pty.openpty()
        tty.setraw(self.inner)
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.set_blocking(self._outer, False)
        asyncio.get_running_loop().add_reader(self._outer, self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._outer)
        os.close(self._outer)
        os.close(self.inner)

    def _read(self) -> None:
        if self._watch.feed(os.read(self._outer, READ_BYTES)):
            self._painted()
