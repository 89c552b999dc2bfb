"""Reading and typing at a real screen: whole pictures only, and never two keys where a person types one."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lab.replay.real_screen import RealScreen
from lab.supervise import Program
from terminal.domain.errors import PosError

STALLING = """
import os, time, tty
tty.setraw(0)
reads = []
while True:
    os.write(1, f"\\x1b[1;1H No {'.'.join(reads)}- \\x1b[24;1H".encode())
    if not (data := os.read(0, 64)):
        break
    time.sleep(0.15)
    reads.append(str(len(data)))
"""
"""A screen that stalls after each read, and shows how many bytes it got in each."""
ENDING = "import os; os.write(1, b'\\x1b[1;1H No LAST \\x1b[24;1H')"


@asynccontextmanager
async def running(script: str, folder: Path) -> AsyncIterator[RealScreen]:
    screen = RealScreen()
    await screen.run(Program(name="screen", arguments=("-c", script), log=folder / "log", executable=sys.executable))
    try:
        yield screen
    finally:
        await screen.close()


async def shows(screen: RealScreen, number: str, *, timeout_s: float = 10.0) -> None:
    await screen.until(lambda seen: seen.header.receipt_no == number, timeout_s=timeout_s)


async def test_picture_that_is_half_painted_is_not_read() -> None:
    screen = RealScreen()
    screen.take(b"\x1b[1;1H No A-1 \x1b[24;1H")
    await shows(screen, "A-1")
    screen.take(b"\x1b[1;1H No B-2 \x1b[2;1H")
    with pytest.raises(PosError, match="No B-2"):
        await shows(screen, "B-2", timeout_s=0.0)
    screen.take(b"\x1b[24;1H")
    await shows(screen, "B-2")


async def test_who_waits_is_woken_by_the_end_of_the_picture() -> None:
    screen = RealScreen()
    waiting = asyncio.create_task(shows(screen, "A-1"))
    for cut in (b"\x1b[1;1H N", b"o A-1 \x1b[24;", b"1H"):
        await asyncio.sleep(0)
        screen.take(cut)
    await waiting


async def test_screen_that_stalls_gets_typed_keys_one_by_one(tmp_path: Path) -> None:
    async with running(STALLING, tmp_path) as screen:
        await shows(screen, "-")
        screen.type("12", "escape")
        screen.keys("3", "4", "enter")
        await shows(screen, "1.1.1.3-")


async def test_screen_that_has_ended_is_told_with_its_last_picture(tmp_path: Path) -> None:
    async with running(ENDING, tmp_path) as screen:
        await shows(screen, "LAST")
        with pytest.raises(PosError, match="No LAST"):
            await shows(screen, "NEXT", timeout_s=0.2)
