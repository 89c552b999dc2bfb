"""The real screen in a process of its own on a pseudo terminal, with a terminal emulator at the other end."""

import asyncio
import contextlib
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pyte

from terminal.config.schema import ScreenConfig
from terminal.wire.counter.messages import Painted
from terminal.wire.counter.view import View
from terminal.wire.toml import dump
from tests.tui.fake_till import DEADLINE_S, FakeTill

ROOT = Path(__file__).parents[2]
COLUMNS, LINES = 80, 25


class Terminal:
    """What a person has in front of them."""

    def __init__(self, master: int) -> None:
        self.display = pyte.Screen(COLUMNS, LINES)
        self.received = b""
        self.process: asyncio.subprocess.Process
        self._stream = pyte.ByteStream(self.display)
        self._master = master
        self._news = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    @property
    def rows(self) -> list[str]:
        """What stands on the screen."""
        return [row.rstrip() for row in self.display.display]

    def type(self, data: bytes) -> None:
        """Type bytes, in one write."""
        os.write(self._master, data)

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until the screen is as wanted."""
        async with asyncio.timeout(DEADLINE_S):
            while not wanted():
                self._news.clear()
                await self._news.wait()

    async def ended(self) -> int:
        """Wait for the end of the process; return its exit code."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.process.wait()

    def hang_up(self) -> None:
        """Close the terminal."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = -1

    def _read(self) -> None:
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.received += data
        self._stream.feed(data)
        self._news.set()


@asynccontextmanager
async def screen_process(folder: Path, view: View, *, demo: bool = False) -> AsyncIterator[tuple[Terminal, FakeTill]]:
    """Run ``guitai screen`` on a pseudo terminal against a till that shows a view, until it is painted."""
    till = FakeTill(folder / "counter.sock")
    till.view = view
    await till.open()
    try:
        async with screen_in_front_of(folder, demo=demo) as terminal:
            await till.until(lambda: any(isinstance(one, Painted) for one in till.heard))
            yield terminal, till
    finally:
        await till.close()


@asynccontextmanager
async def screen_in_front_of(run_dir: Path, *, demo: bool = False) -> AsyncIterator[Terminal]:
    """Run ``guitai screen`` on a pseudo terminal, for the till whose sockets are in a folder."""
    config = run_dir / "screen.toml"
    config.write_text(dump(ScreenConfig(run_dir=str(run_dir), demo=demo)), encoding="utf-8")
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    terminal = Terminal(master)
    terminal.process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "terminal.cli",
        "screen",
        "--config",
        str(config),
        stdin=slave,
        stdout=slave,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "TERM": "linux", "COLUMNS": "", "LINES": ""},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield terminal
    finally:
        await _end(terminal.process)
        terminal.hang_up()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process in order, so that it can write down what was covered; by force when it hangs."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(DEADLINE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
