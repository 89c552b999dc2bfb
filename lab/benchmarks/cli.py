"""``./guitai bench [NAME…]``: measures, and prints each figure beside its target, its peers and its physical floor."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lab.benchmarks.registry import BENCHMARKS, Run, chosen
from lab.benchmarks.report import table
from lab.benchmarks.result import Result
from lab.world import state_folder

ROOT = Path(__file__).parents[2]


def main(argv: list[str]) -> int:
    """Run benchmarks; return 0 when they ran, whatever the figures say: the machine may be busy."""
    options = _options(argv)
    if options.list:
        width = max(len(benchmark.name) for benchmark in BENCHMARKS)
        print("\n".join(f"{benchmark.name:<{width}}  {benchmark.help}" for benchmark in BENCHMARKS))
        return 0
    found: list[Result] = []
    benchmarks = chosen(options.names)
    _say(machine())
    for benchmark in benchmarks:
        _say(f"{benchmark.name}: {benchmark.help} (load {os.getloadavg()[0]:.1f})")
        with workplace(state_folder(ROOT) / "bench") as run:
            results = benchmark.measure(run)
        if not options.json:
            print(table(results), end="\n\n", flush=True)
        found += results
    if options.json:
        print(msgspec.json.encode(found).decode())
    return 0


@contextmanager
def workplace(folder: Path) -> Iterator[Run]:
    """Give a benchmark its folders; what it leaves in its own one is deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    try:
        yield Run(cache=folder / "cache", scratch=scratch, say=_say)
    finally:
        shutil.rmtree(scratch)


def machine() -> str:
    """Return the machine in a few words: figures without it say nothing."""
    python = platform.python_version()
    return f"{_processor()}, {os.cpu_count()} cores, Linux {platform.release()}, Python {python}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="guitai bench",
        description="Measure; each figure stands beside its target, its peers and its physical floor.",
        epilog="example: ./guitai bench scan lookup --json",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks, all of them without one")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON and print no table")
    parser.add_argument("--list", action="store_true", help="name the benchmarks and end")
    return parser.parse_args(argv)


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
