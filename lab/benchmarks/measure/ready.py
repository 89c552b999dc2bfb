"""Hears when services say that they work (sd_notify(3)), as systemd does."""

import select
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from lab.benchmarks.measure.child import Child
from lab.supervise import Program
from terminal.domain.errors import PosError

VARIABLE = "NOTIFY_SOCKET"
READY = b"READY=1"
READ_BYTES = 4096
LOOK_MS = 500


class ReadyEar:
    """A notification socket in a folder; its path must be short enough for a socket."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "notify.sock"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self) -> Self:
        self._socket.bind(str(self._path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def heard_by(self, program: Program) -> Program:
        """Return a program that speaks to this ear."""
        environment = {**program.environment, VARIABLE: str(self._path)}
        return Program(name=program.name, arguments=program.arguments, log=program.log, environment=environment)

    def wait(self, child: Child, *, timeout_s: float = 30.0) -> int:
        """Return when the child is ready (`time.monotonic_ns`); `PosError` when it ends, or takes too long."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if poll.poll(LOOK_MS):
                if READY in self._socket.recv(READ_BYTES).split(b"\n"):
                    return time.monotonic_ns()
            else:
                child.check()
        raise PosError(f"process {child.pid} was not ready in {timeout_s:.0f} s", code="not_started")
