"""``guitai replay``: a year of real baskets from the scanner's bytes to HQ's database, reconciled to the cent."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lab.replay.data import StoreWeek, article_names, load
from lab.replay.report import as_line
from lab.replay.run import Plan, replay
from lab.world import forget, state_folder
from terminal.domain.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
PROGRESS_S = 1.0
SCREEN_BASKETS = 20
"""Baskets that are typed at the real screen when no limit says otherwise: a person's pace."""
LANES = 4
"""Stores that sell at once: two cores are busy, and none of them waits for a till that waits for its disk."""


def main(argv: list[str]) -> int:
    """Replay; exit 1 when anything does not agree."""
    options = _parser().parse_args(argv)
    weeks = list(load(stores=_numbers(options.stores), weeks=_numbers(options.weeks)))
    root = state_folder(ROOT).resolve() / "replay"
    forget(root)
    root.mkdir(parents=True)
    articles = frozenset[int]().union(*(week.articles for week in weeks))
    names = article_names(articles)
    limit = options.limit
    if options.through == "screen" and limit is None:
        limit = SCREEN_BASKETS
    through_screen = options.through == "screen"
    plan = Plan(
        root=root,
        weeks=weeks,
        names=names,
        progress=_progress(weeks, limit),
        limit=limit,
        lanes=1 if through_screen else options.lanes,
        through_screen=through_screen,
    )
    tally = asyncio.run(replay(plan))
    print(tally.text())
    if options.json:
        print(as_line(tally.summary()))
    return 1 if tally.mismatches else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guitai replay",
        description="Sell real baskets through scanner, till, journal, uplink and HQ, and compare every cent.",
        epilog="example: ./guitai replay --weeks 1-2 --json",
    )
    parser.add_argument("--weeks", metavar="A-B,C", help="weeks 1 to 53 (default: all)")
    parser.add_argument("--stores", metavar="N,M", help="store numbers (default: all)")
    parser.add_argument("--limit", type=_count, help="at most so many baskets")
    parser.add_argument("--lanes", type=_count, default=LANES, help=f"stores that sell at once (default: {LANES})")
    parser.add_argument(
        "--through", choices=("counter", "screen"), default="counter", help="type at and read the real screen in a pty"
    )
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    return parser


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _numbers(text: str | None) -> frozenset[int] | None:
    """Return the numbers of ``1-3,7``; None = all."""
    if text is None:
        return None
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not (first.isdecimal() and (not dash or last.isdecimal())):
            raise InputError(f"no numbers: {text!r}", hint="like 1-2 or 3,5,9")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def _progress(weeks: list[StoreWeek], limit: int | None) -> Callable[[int], None]:
    """Return what hears of each basket's lines and shows rate and estimate on the terminal's error stream."""
    sizes = [len(basket.lines) for week in weeks for basket in week.baskets][:limit]
    total, done, started, shown = sum(sizes), 0, time.monotonic(), 0.0

    def heard(lines: int) -> None:
        nonlocal done, shown
        done += lines
        now = time.monotonic()
        if now - shown >= PROGRESS_S or done == total:
            shown = now
            rate = done / max(now - started, 0.001)
            left = (total - done) / max(rate, 0.001)
            print(f"\r{done}/{total} lines, {rate:.0f}/s with publishing, {left:.0f} s left ", end="", file=sys.stderr)
        if done == total:
            print(file=sys.stderr)

    return heard
