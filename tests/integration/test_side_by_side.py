"""``./guitai demo --bench`` in one terminal, in a real tmux."""

import os
import pty
import shutil
import subprocess
import termios
from pathlib import Path

import pytest

from tests.integration.test_demo import COMMAND, environment, read_until

COLUMNS = 150

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")]


def start(state: Path, sockets: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start it in a terminal that is wide enough, as inside another tmux and with a shell of another kind."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (30, COLUMNS))
    process = subprocess.Popen(
        (*COMMAND[:4], "--bench", "--lang", "en"),
        cwd="/",
        env={
            **environment(state),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "TMUX": "/nowhere,1,0",
            "SHELL": "/bin/false",
            "TMUX_TMPDIR": str(sockets),
        },
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    return process, master


def test_till_that_does_not_start_says_why_until_enter(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    process, terminal = start(tmp_path / "a file" / "state", tmp_path)
    with process:
        shown = read_until(terminal, "Enter closes this window")
        assert "guitai: the state folder" in shown
        os.write(terminal, b"\r")
        read_until(terminal, "[server exited]")
    os.close(terminal)


def test_till_and_devices_stand_side_by_side_and_leave_together(tmp_path: Path) -> None:
    process, terminal = start(tmp_path / "state", tmp_path)
    with process:
        read_until(terminal, "Demo: number 1001  PIN 1234")
        read_until(terminal, "drawer 钱箱")
        os.write(terminal, b"\x11\x11")
        read_until(terminal, "[server exited]")
    os.close(terminal)
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert left.stdout == ""
