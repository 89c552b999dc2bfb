"""``./guitai demo --bench`` in one terminal, in a real tmux."""

import os
import pty
import shutil
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.test_demo import COMMAND, RUN_S, environment, read_until

ROWS, COLUMNS = 30, 150

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")]


@contextmanager
def side_by_side(state: Path, sockets: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run it in a terminal that is wide enough, as inside another tmux and with an odd shell."""
    nested = {"TMUX": "/nowhere,1,0", "TMUX_TMPDIR": str(sockets), "SHELL": "/bin/false"}
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (ROWS, COLUMNS))
    process = subprocess.Popen(
        (*COMMAND[:5], "--bench", "--lang", "en"),
        cwd="/",
        env={**environment(state), **nested, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        server = ("tmux", "-L", f"guitai-{process.pid}", "kill-server")
        subprocess.run(server, env={**os.environ, **nested}, capture_output=True, check=False)
        os.close(master)
        process.wait(RUN_S)


def test_till_that_does_not_start_says_why_until_enter(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with side_by_side(tmp_path / "file" / "state", tmp_path) as (process, terminal):
        shown = read_until(terminal, "Enter closes this window")
        assert "guitai demo: the state folder" in shown
        os.write(terminal, b"\r")
        read_until(terminal, "[exited]")
        assert process.wait(RUN_S) == 0


def test_till_and_devices_stand_side_by_side_and_leave_together(tmp_path: Path) -> None:
    with side_by_side(tmp_path / "state", tmp_path) as (process, terminal):
        seen = read_until(terminal, "Demo: number 1001  PIN 1234")
        seen += read_until(terminal, "drawer 钱箱")
        assert "Ctrl+B, ← → : other side · 换边" in seen
        os.write(terminal, b"\x11\x11")
        _, _, after = read_until(terminal, "[exited]").partition("[exited]")
        while "Papers printed on this visit: 0." not in after:
            after += os.read(terminal, 1 << 16).decode()
        assert process.wait(RUN_S) == 0
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert left.stdout == ""
