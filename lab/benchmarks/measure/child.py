"""One process that is measured: started, signalled and ended by hand, and gone with us whatever happens."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from lab.supervise import Program, dies_with
from terminal.domain.errors import PosError

END_S = 5.0
TAIL_LINES = 8


class Child:
    """A running program. ``terminal`` becomes its standard input and output, else it has none and a log."""

    def __init__(self, program: Program, *, terminal: int | None = None) -> None:
        program.log.parent.mkdir(parents=True, exist_ok=True)
        self._program = program
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                stdout=log if terminal is None else terminal,
                stderr=log,
                env={**os.environ, **program.environment},
                preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509 - it calls prctl and nothing that takes a lock
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def check(self) -> None:
        """`PosError` with the end of the log when the process is no more."""
        code = self._process.poll()
        if code is not None:
            name, log = self._program.name, self._program.log
            raise PosError(f"{name} ended with {code}{tail(log)}", code="not_started")

    def wait(self) -> None:
        """Wait until it has ended by itself; it is ended by force when it takes too long."""
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End it in order, and by force when it does not go."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        self.wait()


def tail(log: Path) -> str:
    """Return the last lines of a log, on lines of their own."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "".join(f"\n  {line}" for line in lines[-TAIL_LINES:])
