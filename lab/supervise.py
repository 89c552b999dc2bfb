"""Starts, watches, restarts and ends processes: for the demo, the replay and the crash runs.

Every process ends with its supervisor, also when that is killed (PR_SET_PDEATHSIG).
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from terminal.domain.errors import PosError

PYTHON = (sys.executable, "-P")
"""How each Python of ours is started: it imports nothing from the folder in which it happens to stand."""
PR_SET_PDEATHSIG = 1
STOP_S = 5.0
BACK_OFF_S = 0.2
MAX_RESTARTS = 20
"""Restarts without a stay of `STEADY_S`, after which a process is left down."""
STEADY_S = 5.0

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process: its arguments behind the interpreter (``-m module …``), and where its output goes.

    ``terminal`` is the descriptor of a terminal for its input and output; without one only the log takes what it says.
    """

    name: str
    arguments: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    executable: str = PYTHON[0]
    terminal: int | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command line."""
        start = PYTHON if self.executable == PYTHON[0] else (self.executable,)
        return *start, *self.arguments


@dataclass(slots=True)
class _Running:
    program: Program
    process: asyncio.subprocess.Process
    watcher: asyncio.Task[None] | None = None
    restarts: int = 0
    starts: int = 1


class Supervisor:
    """Keeps programs running until `stop`."""

    def __init__(self, *, restart: bool = True, max_restarts: int = MAX_RESTARTS) -> None:
        self._restart = restart
        self._max_restarts = max_restarts
        self._running: dict[str, _Running] = {}
        self._stopping = False

    async def start(self, program: Program) -> None:
        """Start a program; a running one of the same name is an error of the caller."""
        process = await _spawn(program)
        running = _Running(program=program, process=process)
        self._running[program.name] = running
        running.watcher = asyncio.create_task(self._watch(running))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal; the watcher starts the program again."""
        with contextlib.suppress(ProcessLookupError):
            self._running[name].process.send_signal(number)

    async def slay(self, name: str) -> None:
        """Kill, and wait until it is dead and all that it held open is closed; the watcher starts it again."""
        process = self._running[name].process
        self.kill(name)
        await process.wait()

    def pid(self, name: str) -> int:
        """Return the process id now."""
        return self._running[name].process.pid

    def alive(self, name: str) -> bool:
        """Whether the process runs now."""
        return name in self._running and self._running[name].process.returncode is None

    def starts(self, name: str) -> int:
        """Return how often the program was started."""
        return self._running[name].starts

    async def end(self, name: str) -> None:
        """End one program: TERM, and KILL after `STOP_S`."""
        running = self._running.pop(name)
        if running.watcher is not None:
            running.watcher.cancel()
            await asyncio.gather(running.watcher, return_exceptions=True)
        await _end(running.process)

    async def stop(self) -> None:
        """End all programs, the last one started first."""
        self._stopping = True
        for name in reversed(list(self._running)):
            await self.end(name)

    async def _watch(self, running: _Running) -> None:
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            await running.process.wait()
            if self._stopping or not self._restart:
                return
            running.restarts = 0 if loop.time() - started > STEADY_S else running.restarts + 1
            if running.restarts > self._max_restarts:
                return
            await asyncio.sleep(BACK_OFF_S)
            running.process = await _spawn(running.program)
            running.starts += 1


async def until(path: Path, *, timeout_s: float = 15.0, log: Path | None = None) -> None:
    """Wait until a file or socket exists; `PosError` with the end of the log when it does not come."""
    try:
        async with asyncio.timeout(timeout_s):
            while not path.exists():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise PosError(f"{path.name} did not appear in {timeout_s:.0f} s{tail(log)}", code="not_started") from None


def tail(log: Path | None, lines: int = 8) -> str:
    """Return the last lines of a log, each on a line of its own; nothing when there is none."""
    if log is None or not log.exists():
        return ""
    return "\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def dies_with(parent: int) -> Callable[[], None]:
    """Return what a new process does first so that it ends with its parent, even if that is gone already."""

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


async def _spawn(program: Program) -> asyncio.subprocess.Process:
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *program.command,
            stdin=asyncio.subprocess.DEVNULL if program.terminal is None else program.terminal,
            stdout=out if program.terminal is None else program.terminal,
            stderr=out,
            env={**os.environ, **program.environment},
            preexec_fn=dies_with(os.getpid()),
            start_new_session=True,
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
