"""Talks to a running simulator host."""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from simulators.control import (
    Act,
    Beep,
    Draw,
    GetBeeps,
    GetReceipts,
    GetStatus,
    Press,
    PrintedReceipt,
    Reply,
    Request,
    Scan,
    ScanKind,
    Status,
    Stop,
)

_ANSWER_S = 30.0


class SimulatorError(RuntimeError):
    """The host refused a request, or is gone."""


class SimulatorGoneError(SimulatorError):
    """Nobody answers at the control socket, or the host hung up: this connection is of no more use."""


class SimulatorClient:
    """One connection to a host's control socket. Every call waits for its reply; ``SimulatorError`` when refused."""

    def __init__(self, control: str | Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_ANSWER_S)
        try:
            self._socket.connect(str(control))
        except OSError as error:
            self._socket.close()
            raise SimulatorGoneError(f"no simulator at {control}: {error.strerror or error}") from error
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()

    def scan(self, code: str, *, kind: ScanKind = ScanKind.GOOD, device: str = "scanner") -> None:
        """Hold a code before a scanner."""
        self._ask(Scan(code=code, kind=kind, device=device))

    def press(self, keys: str) -> None:
        """Type keys on the wedge."""
        self._ask(Press(keys=keys))

    def act(self, action: str, *, value: int = 0, device: str = "printer") -> None:
        """Do something to a device: ``paper_out``, ``unplug``, or ``slow`` with bytes a second.

        The error of an unknown one names all that are known.
        """
        self._ask(Act(action=action, value=value, device=device))

    def status(self) -> Status:
        """How every device is."""
        status = self._ask(GetStatus()).status
        if status is None:
            raise SimulatorError("the host answered without a status")
        return status

    def receipts(self, *, since: int = 0, wait_s: float = 0) -> tuple[PrintedReceipt, ...]:
        """Receipts from number ``since`` on; waits at most ``wait_s`` for the first of them."""
        return self._ask(GetReceipts(since=since, wait_ms=round(wait_s * 1000))).receipts

    def beeps(self, *, since: int = 0) -> tuple[Beep, ...]:
        """Sounds from number ``since`` on."""
        return self._ask(GetBeeps(since=since)).beeps

    def draw(self, number: int, path: str | Path) -> None:
        """Draw a receipt as a PNG."""
        self._ask(Draw(number=number, path=str(path)))

    def stop(self) -> None:
        """End the host."""
        self._ask(Stop())

    def _ask(self, request: Request) -> Reply:
        try:
            self._socket.sendall(msgspec.json.encode(request) + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise SimulatorGoneError(f"the simulator is gone: {error.strerror or error}") from error
        if not line:
            raise SimulatorGoneError("the simulator hung up")
        reply = msgspec.json.decode(line, type=Reply)
        if not reply.ok:
            raise SimulatorError(reply.error)
        return reply
