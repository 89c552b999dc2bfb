"""``guitai cases``: plays case files through the product's own engine, and prints what is not as expected."""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from lab.cases.compare import differences
from lab.cases.invent import invent_case
from lab.cases.player import play_case
from lab.cases.schema import Case, CaseFile
from lab.cases.shapes import Result
from terminal.domain.errors import InputError

SHOWN = 5
"""How many differences of one case are printed."""


def main(argv: list[str]) -> int:
    """Play; exit 1 if a result is not as expected."""
    options = _parser().parse_args(argv)
    if options.invent is not None:
        return _invent(options.invent, options.seed)
    if not options.files:
        raise InputError("no case file", hint="./guitai cases tests/golden/cases/public.json")
    cases = [case for path in options.files for case in read_cases(path)]
    played = [(case, play_case(case)) for case in cases]
    if options.out is not None:
        _write(options.out, {case.id: results for case, results in played})
    failed = sum(_tell(case, differences(list(case.expect), results, case.id)) for case, results in played)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guitai cases",
        description="Play worked cases through the engine that the till runs, and compare with what they expect.",
        epilog="example: ./guitai cases tests/golden/cases/public.json --out results.json",
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="case files (schema pos-cases/1)")
    parser.add_argument("--out", type=Path, metavar="RESULTS", help="write the results of all steps to this file")
    parser.add_argument("--invent", type=int, metavar="N", help="play N cases made from random numbers instead")
    parser.add_argument("--seed", type=int, default=1, help="the first of these random numbers (default: %(default)s)")
    return parser


def _invent(count: int, seed: int) -> int:
    """Play invented cases; tell the slowest, and how their steps ended."""
    if count < 1:
        raise InputError("needs at least one case", hint="./guitai cases --invent 1000")
    ends: Counter[str] = Counter()
    slowest_s, slowest = 0.0, seed
    for number in range(seed, seed + count):
        case = msgspec.convert(invent_case(number), Case)
        started_s = time.perf_counter()
        ends.update(str(result["status"]) for result in play_case(case))
        slowest_s, slowest = max((slowest_s, slowest), (time.perf_counter() - started_s, number))
    steps = ", ".join(f"{times} {end}" for end, times in sorted(ends.items()))
    print(f"{count} invented cases played: {steps}; slowest {slowest_s * 1000:.0f} ms (seed {slowest})")
    return 0


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of a file; `InputError` if it cannot be read, is no case file, or has an id twice."""
    try:
        cases = msgspec.json.decode(path.read_bytes(), type=CaseFile).cases
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", hint="name a case file") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: {error}", hint="a case file has the schema pos-cases/1") from error
    if len({case.id for case in cases}) != len(cases):
        raise InputError(f"{path}: two cases have the same id", hint="give each its own")
    return cases


def _write(path: Path, results: dict[str, list[Result]]) -> None:
    try:
        path.write_bytes(msgspec.json.encode({"results": results}) + b"\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", hint="name a file that can be written") from error


def _tell(case: Case, found: Sequence[str]) -> bool:
    """Print the differences of a case; return whether there are any."""
    if found:
        print(f"FAIL {case.id} {case.title}")
        _print_some(found)
    return bool(found)


def _print_some(lines: Iterable[str]) -> None:
    for line in [*lines][:SHOWN]:
        print(f"    {line}")
