"""``help``: the time to the last line of ``--help``, from a cold interpreter."""

import subprocess
import sys
from pathlib import Path
from statistics import median

from lab.benchmarks.measure.timing import each_ns, in_ms
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most
from lab.supervise import PYTHON

ROOT = Path(__file__).parents[3]
TIMES = 20
TARGET_MS = 100
BARE = (*PYTHON, "-c", "pass")
_ARGPARSE = (*PYTHON, "-c", "import argparse; argparse.ArgumentParser().print_help()")
_CHECKOUT = (*PYTHON, "-m", "lab.cli", "--help")
_APPLIANCE = (*PYTHON, "-m", "terminal.cli", "--help")
_SCRIPT = (str(ROOT / "guitai"), "--help")


def measure(run: Run) -> list[Result]:
    """Measure the front doors beside a bare interpreter and the smallest program with argparse."""
    del run
    return measure_help(TIMES, with_script=is_set_up(Path(sys.prefix)))


def measure_help(times: int, *, with_script: bool) -> list[Result]:
    """Return the median of so many starts of each front door."""
    peers = {"bare python": start_ms(BARE, times=times), "argparse": start_ms(_ARGPARSE, times=times)}
    doors: dict[str, tuple[str, ...]] = {"help.checkout": _CHECKOUT, "help.appliance": _APPLIANCE}
    if with_script:
        doors["help.script"] = _SCRIPT
    return [
        at_most(name, start_ms(command, times=times), unit="ms", target=TARGET_MS, peers=peers)
        for name, command in doors.items()
    ]


def is_set_up(environment: Path) -> bool:
    """Whether ``./guitai`` made this environment: only then does calling it cost nothing but its start."""
    return any(environment.glob(".guitai-*"))


def start_ms(command: tuple[str, ...], *, times: int) -> float:
    """Return the median time of a whole run of a command, the first of them not counted."""

    def run_once() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)

    run_once()
    return median(in_ms(each_ns(run_once, times=times)))
