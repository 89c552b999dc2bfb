"""The demo's screen: started again when it dies, and given up when it keeps dying."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.demo import screen
from lab.supervise import Program
from terminal.domain.errors import PosError

DIES = "import sys; print('no such font', file=sys.stderr); sys.exit(3)"
DIES_ONCE = """
import pathlib, sys
been = pathlib.Path(sys.argv[1])
if not been.exists():
    been.touch()
    sys.exit(3)
"""
STAYS = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
DEMO = """
import asyncio, pathlib, sys
from lab.demo.screen import show
from lab.supervise import Program
asyncio.run(show(Program(name="screen", arguments=("-c", sys.argv[1]), log=pathlib.Path(sys.argv[2]))))
"""
END_MS = 10_000


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "FIRST_PAUSE_S", 0.001)


async def test_screen_that_keeps_dying_is_given_up_with_what_it_said(tmp_path: Path) -> None:
    program = Program(name="screen", arguments=("-c", DIES), log=tmp_path / "screen.log")
    with pytest.raises(PosError, match=r"6 times in a row, the last time with code 3\n(.*\n)*no such font$") as told:
        await screen.show(program)
    assert program.log.read_text() == "no such font\n" * screen.MAX_FAILURES
    assert str(program.log) in told.value.hint


async def test_screen_that_dies_once_comes_back(tmp_path: Path) -> None:
    program = Program(name="screen", arguments=("-c", DIES_ONCE, str(tmp_path / "been")), log=tmp_path / "screen.log")
    await screen.show(program)
    assert (tmp_path / "been").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_screen_does_not_outlive_a_demo_that_is_killed(tmp_path: Path, number: signal.Signals) -> None:
    command = (sys.executable, "-c", DEMO, STAYS, str(tmp_path / "screen.log"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        shown = os.pidfd_open(int(demo.stdout.readline()))
        demo.send_signal(number)
        ended = select.poll()
        ended.register(shown, select.POLLIN)
        assert ended.poll(END_MS), "the screen is still there"
    os.close(shown)


def test_pause_grows_with_each_failure() -> None:
    assert [screen.pause_s(failures) / screen.pause_s(1) for failures in (1, 2, 3, 4)] == [1, 2, 4, 8]
