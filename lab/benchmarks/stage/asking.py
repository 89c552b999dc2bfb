"""The till's end of ``uplink.sock`` alone: it asks, and waits for the answer."""

import socket
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from lab.benchmarks.measure.child import Child
from terminal.domain.errors import PosError
from terminal.wire.asking import DEADLINE_MS, HQ, Question, Reply, decode_told, encode_question
from terminal.wire.doorbell import Answer, Ask, Failure, LinkChanged, decode_for_till, encode
from terminal.wire.framing import FrameReader, frame

READ_BYTES = 1 << 16
START_S = 15.0
ANSWER_S = 10.0
LOOK_S = 0.2


class AskingTill:
    """Listens where the uplink connects."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / "uplink.sock"
        self._server = socket.socket(socket.AF_UNIX)
        self._line: socket.socket | None = None
        self._reader = FrameReader()
        self._heard: list[object] = []

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        self._server.bind(str(self._path))
        self._server.listen()
        self._server.settimeout(LOOK_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            self._line.close()
        self._server.close()
        self._path.unlink(missing_ok=True)

    def wait_for(self, uplink: Child) -> None:
        """Wait until the uplink is here and HQ is there."""
        deadline = time.monotonic() + START_S
        while self._line is None:
            _check(uplink, deadline)
            with suppress(TimeoutError):
                self._line, _ = self._server.accept()
        self._line.settimeout(LOOK_S)
        while not any(isinstance(one, LinkChanged) and one.online for one in self._heard):
            _check(uplink, deadline)
            self._read()

    def ask(self, question: Question) -> Reply | Failure:
        """Return HQ's answer to a question, or why there is none."""
        if self._line is None:
            raise PosError("there is no uplink", code="not_started")
        ask = Ask(id=question.id, kind=HQ, deadline_ms=DEADLINE_MS, body=encode_question(question))
        self._line.sendall(frame(encode(ask)))
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            for one in self._heard:
                if isinstance(one, Answer) and one.id == question.id:
                    return one.failure or decode_told(one.body).reply
            self._read()
        raise PosError(f"the uplink does not answer {question.id}", code="not_answered")

    def _read(self) -> None:
        """Take what has come, in the place of what came before."""
        data = b""
        if self._line is not None:
            with suppress(TimeoutError):
                data = self._line.recv(READ_BYTES)
        self._heard = [decode_for_till(body) for body in self._reader.feed(data)]


def _check(uplink: Child, deadline: float) -> None:
    uplink.check()
    if time.monotonic() > deadline:
        raise PosError("the uplink has not reached HQ", code="not_started")
