"""``./guitai demo --bench`` in one terminal: till and devices side by side, in a tmux of their own.

A tmux that runs already would give the panes its own environment instead of ours, so this one has its own server.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lab.supervise import PYTHON
from terminal.domain.errors import PosError

SCREEN_COLUMNS, BENCH_COLUMNS = 80, 44
TILL = r"""
tmux=$1 said=$2; shift 2
"$@" || {
    printf '\nThe demo did not run: see above. Enter closes this window.\n演示没有运行, 原因见上。按 Enter 关闭窗口。\n'
    read -r _
}
"$tmux" capture-pane -p -J -S - >"$said"
"$tmux" kill-session
"""
"""Runs the demo; an error stays on the screen until it was read. What it said is kept; then everything here ends."""
PANES = "Ctrl+B, ← → : other side · 换边 "
DEVICES = r"""
printf 'The devices come with the till … / 等待收银机启动\n'
until "$@" sim tell --dir "$0" status >/dev/null 2>&1; do sleep 0.3; done
exec "$@" demo --bench
"""


def show(devices: Path, *options: str) -> int:
    """Run the demo with its options left and its bench right, and repeat what it said when it was left.

    `PosError` when there is no tmux, or no room.
    """
    tmux, columns = shutil.which("tmux"), shutil.get_terminal_size().columns
    if tmux is None or columns < SCREEN_COLUMNS + BENCH_COLUMNS:
        raise PosError(
            "no demo runs, and there is no room (or no tmux) to show both here",
            code="no_demo",
            hint="start ./guitai demo in one terminal, and ./guitai demo --bench in a second one",
        )
    with tempfile.NamedTemporaryFile(prefix="guitai-demo-", mode="r", encoding="utf-8", errors="replace") as said:
        command = _command(tmux, devices, Path(said.name), *options, bench_columns=columns - SCREEN_COLUMNS - 1)
        code = subprocess.run(command, check=False, env=_outside(os.environ)).returncode
        print(said.read().lstrip("\n").rstrip())
    return code


def _command(tmux: str, devices: Path, said: Path, *options: str, bench_columns: int) -> list[str]:
    guitai = [*PYTHON, "-m", "lab.cli"]
    till = ["sh", "-c", TILL, "sh", tmux, str(said), *guitai, "demo", *options]
    bench = ["sh", "-c", DEVICES, str(devices), *guitai]
    size = str(bench_columns)
    return [
        *(tmux, "-L", f"guitai-{os.getpid()}", "new-session", *till, ";"),
        *("split-window", "-h", "-l", size, *bench, ";", "select-pane", "-L", ";"),
        *("set-option", "status-right-length", "60", ";", "set-option", "status-right", PANES),
    ]


def _outside(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a terminal that is not in tmux: one inside another is what is wanted here."""
    return {name: value for name, value in environment.items() if name != "TMUX"}
