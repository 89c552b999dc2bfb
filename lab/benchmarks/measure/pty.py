"""A program on a terminal of its own, watched at the other end of the pty."""

import fcntl
import os
import pty
import select
import struct
import termios
import time
import tty
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from lab.benchmarks.measure.child import Child
from lab.supervise import Program
from terminal.domain.errors import PosError

COLUMNS, ROWS = 80, 25
READ_BYTES = 1 << 16
LEAVE_MS = 2000
QUIET_MS = 5
"""Silence after which a frame is whole: a program that paints in two steps is measured to the end of the second."""
TERMINAL = {
    "TERM": "xterm-256color",
    "COLORTERM": "",
    "LANG": "C.UTF-8",
    "LC_ALL": "",
    "COLUMNS": str(COLUMNS),
    "LINES": str(ROWS),
}
"""What the program must not inherit from the terminal that the benchmark itself is started in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What was written in one go: its bytes, and when the last of them was read (`time.monotonic_ns`)."""

    data: bytes
    end_ns: int


class PtyProgram:
    """A running program with a terminal of 80x25. Nobody answers its questions about the terminal."""

    def __init__(self, program: Program) -> None:
        self._terminal, inner = pty.openpty()
        try:
            tty.setraw(inner)
            fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            environment = {**TERMINAL, **program.environment}
            plain = Program(name=program.name, arguments=program.arguments, log=program.log, environment=environment)
            self.child = Child(plain, terminal=inner)
        except BaseException:
            os.close(self._terminal)
            raise
        finally:
            os.close(inner)
        self._poll = select.poll()
        self._poll.register(self._terminal, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.kill()
        os.close(self._terminal)

    def write(self, data: bytes) -> None:
        """Type."""
        os.write(self._terminal, data)

    def frame(self, wanted: bytes = b"", *, timeout_s: float = 30.0) -> Frame:
        """Read until ``wanted`` has come (anything, when it is empty) and the terminal is quiet.

        `PosError` when it does not come in time.
        """
        data = bytearray()
        end_ns = time.monotonic_ns()
        deadline_ns = end_ns + int(timeout_s * 1e9)
        is_there = False
        while self._poll.poll(QUIET_MS if is_there else max(0, (deadline_ns - time.monotonic_ns()) // 1_000_000)):
            data += self._read()
            end_ns = time.monotonic_ns()
            is_there = is_there or wanted in data
        if not is_there:
            self.child.check()
            raise PosError(f"the screen never showed {wanted!r}, only {bytes(data)[-300:]!r}", code="not_shown")
        return Frame(data=bytes(data), end_ns=end_ns)

    def settle(self, *, quiet_ms: int = 100, timeout_s: float = 30.0) -> bytes:
        """Read until nothing has come for a while, and return it; `PosError` when the screen never rests."""
        data = bytearray()
        deadline = time.monotonic() + timeout_s
        while self._poll.poll(quiet_ms):
            data += self._read()
            if time.monotonic() > deadline:
                raise PosError(f"the screen writes without an end, last {bytes(data)[-100:]!r}", code="not_quiet")
        return bytes(data)

    def leave(self) -> None:
        """Read until the program has closed its terminal, and wait for its end."""
        with suppress(OSError):
            while self._poll.poll(LEAVE_MS):
                os.read(self._terminal, READ_BYTES)
        self.child.wait()

    def _read(self) -> bytes:
        try:
            return os.read(self._terminal, READ_BYTES)
        except OSError:  # EIO: nobody has the terminal open any more
            self.child.check()
            raise PosError("the program closed its terminal", code="not_shown") from None
