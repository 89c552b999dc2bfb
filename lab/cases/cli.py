"""``guitai cases``: plays case files through the product's own engine, and prints what is not as expected."""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from lab.cases.compare import differences
from lab.cases.invent import invent_case
from lab.cases.player import play_case, refused
from lab.cases.reading import Entry, read_entries
from lab.cases.schema import Case
from lab.cases.shapes import Result
from terminal.domain.errors import InputError

SHOWN = 5
"""How many differences of one case are printed."""
WHOLE = frozenset({"bad_settings", "bad_rules", "bad_coupons", "bad_catalog", "bad_members"})
"""Errors of a case that makes no sense as a whole."""


def main(argv: list[str]) -> int:
    """Play; exit 1 if a result is not as expected."""
    options = _parser().parse_args(argv)
    if options.invent is not None:
        return _invent(options.invent, options.seed)
    if not options.files:
        raise InputError("no case file", hint="./guitai cases tests/golden/cases/public.json")
    played = [(entry, _played(entry)) for path in options.files for entry in read_entries(path)]
    if options.out is not None:
        _write(options.out, {entry.id: results for entry, results in played if entry.id is not None})
    failed = sum(_tell(entry, _found(entry, results)) for entry, results in played)
    print(f"{len(played) - failed} passed, {failed} failed")
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


def _played(entry: Entry) -> list[Result]:
    """Return the results of the steps of a case; one that makes no sense is refused step by step."""
    if entry.case is None:
        return [refused(InputError(entry.fault or "")) for _ in range(entry.steps)]
    return play_case(entry.case)


def _found(entry: Entry, results: list[Result]) -> list[str]:
    """Return what is not as a case expects."""
    becauses = [str(result["because"]) for result in results if "because" in result]
    if entry.id is None or entry.expect is None:
        is_whole = entry.fault is not None or any(result.get("error") in WHOLE for result in results)
        return [entry.fault or becauses[0]] if is_whole else []
    found = differences(entry.expect, results, entry.id)
    return [*dict.fromkeys(filter(None, (entry.fault, *becauses))), *found] if found else []


def _write(path: Path, results: dict[str, list[Result]]) -> None:
    try:
        path.write_bytes(msgspec.json.encode({"results": results}) + b"\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", hint="name a file that can be written") from error


def _tell(entry: Entry, found: Sequence[str]) -> bool:
    """Print the differences of a case; return whether there are any."""
    if found:
        print(f"FAIL {entry.id or entry.place} {entry.title}")
        _print_some(found)
    return bool(found)


def _print_some(lines: Iterable[str]) -> None:
    for line in [*lines][:SHOWN]:
        print(f"    {line}")
