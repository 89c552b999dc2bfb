"""The benchmarks by name; each module is loaded when it is run."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Protocol

from lab.benchmarks.result import Result
from terminal.domain.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a benchmark is given: a folder that outlives runs, one for this run alone, and a line for the person."""

    cache: Path
    scratch: Path
    say: Callable[[str], None]


class Measure(Protocol):
    """What the module of a benchmark offers."""

    def measure(self, run: Run) -> list[Result]:
        """Run it at full size and return its figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One benchmark: its name on the command line, and what it measures."""

    name: str
    help: str

    def measure(self, run: Run) -> list[Result]:
        """Run it at full size and return its figures."""
        module: Measure = import_module(f"lab.benchmarks.suites.{self.name}")
        return module.measure(run)


BENCHMARKS = (
    Benchmark(name="help", help="guitai --help, from a cold interpreter"),
    Benchmark(name="wedge", help="input events of a scanner → codes"),
    Benchmark(name="lookup", help="barcode → article in a book of a million"),
    Benchmark(name="members", help="card, phone number or its last four digits → member, of a million"),
    Benchmark(name="pricing", help="what a basket costs with 100 and 1000 rules, and after one more scan"),
    Benchmark(name="counter", help="step, view and delta of one scan, without disk"),
    Benchmark(name="journal", help="durable commits of the journal"),
    Benchmark(name="screen", help="the screen alone: view → frame, key → echo, start"),
    Benchmark(name="scan", help="the whole path: device bytes → frame bytes"),
    Benchmark(name="start", help="each service from exec to ready, with full journals"),
    Benchmark(name="memory", help="the three services after a sale with a million goods"),
    Benchmark(name="uplink", help="a day's backlog from the journal to HQ's acknowledgement"),
    Benchmark(name="asks", help="a question of the till → HQ's signed answer; how soon it goes on without one"),
)


def chosen(names: list[str]) -> tuple[Benchmark, ...]:
    """Return the benchmarks of these names in the order of the registry, all of them without a name.

    `InputError` names one that does not exist.
    """
    known = [benchmark.name for benchmark in BENCHMARKS]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise InputError(f"there is no benchmark {name}", code="unknown_benchmark", hint=hint)
    return tuple(benchmark for benchmark in BENCHMARKS if not names or benchmark.name in names)
