"""``help``: the time to the last line of ``--help``, from a cold interpreter."""

import subprocess
import sys
from pathlib import Path
from statistics import median

from lab.benchmarks.measure.timing import each_ns, in_ms
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most

ROOT = Path(__file__).parents[3]
TIMES = 20
TARGET_MS = 100
_BARE = "pass"
_ARGPARSE = "import argparse; argparse.ArgumentParser().print_help()"
FRONT_DOORS = (
    ("help.checkout", ("-m", "lab.cli", "--help")),
    ("help.appliance", ("-m", "terminal.cli", "--help")),
)


def measure(run: Run) -> list[Result]:
    """Measure both front doors beside a bare interpreter and the smallest program with argparse."""
    del run
    return measure_help(TIMES)


def measure_help(times: int) -> list[Result]:
    """Return the median of so many starts of each front door."""
    peers = {"bare python": start_ms(("-c", _BARE), times=times), "argparse": start_ms(("-c", _ARGPARSE), times=times)}
    return [
        at_most(name, start_ms(arguments, times=times), unit="ms", target=TARGET_MS, peers=peers)
        for name, arguments in FRONT_DOORS
    ]


def start_ms(arguments: tuple[str, ...], *, times: int) -> float:
    """Return the median time of a whole run of the interpreter, the first of them not counted."""
    command = (sys.executable, *arguments)

    def run_once() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)

    run_once()
    return median(in_ms(each_ns(run_once, times=times)))
