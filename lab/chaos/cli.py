"""``guitai chaos``: real baskets at a till, while kill -9 hits till, screen, uplink, HQ and broker at random points."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from lab.chaos.audit import audit
from lab.chaos.report import as_line, summarize, text
from lab.chaos.run import Plan, run
from lab.replay.data import StoreWeek, article_names, load
from lab.world import forget, state_folder
from terminal.domain.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
STORE = 367
"""The store with the most baskets."""
WEEKS = 53
MEMBERS_ACTS, TOWN_ACTS = 1000, 100
BASKETS_A_WEEK = 40
"""No week of the store but the first has fewer."""


def main(argv: list[str]) -> int:
    """Run; exit 1 when anything was lost or doubled, or does not agree."""
    options = _parser().parse_args(argv)
    if options.members:
        return _members(options)
    if options.payments:
        return _payments(options)
    if options.town:
        return _town(options)
    if options.baskets < 1 or options.kills < 0:
        raise InputError("needs at least one basket, and no fewer than 0 kills", hint="./guitai chaos --help")
    root = state_folder(ROOT).resolve() / "chaos"
    forget(root)
    root.mkdir(parents=True)
    weeks = _weeks(options.baskets)
    articles = frozenset[int]().union(*(week.articles for week in weeks))
    plan = Plan(
        root=root,
        weeks=weeks,
        names=article_names(articles),
        baskets=options.baskets,
        kills=options.kills,
        seed=options.seed,
        progress=_progress(options.baskets, options.kills),
    )
    outcome = asyncio.run(run(plan))
    print(file=sys.stderr)
    findings = audit(outcome.chaos, outcome.evidence)
    summary = summarize(findings, outcome.killer, seed=options.seed, seconds=outcome.seconds)
    print(text(summary))
    if options.json:
        print(as_line(summary))
    return 0 if summary.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guitai chaos",
        description="Sell real baskets while kill -9 hits every process of the shop; count what was lost or doubled.",
        epilog="example: ./guitai chaos --baskets 500 --kills 60 --json",
    )
    parser.add_argument("--baskets", type=int, default=500, help="how many to sell (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=60, help="how often to kill a process (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="decides what is killed when (default: %(default)s)")
    parser.add_argument(
        "--payments",
        type=int,
        default=0,
        metavar="N",
        help="in place of that: N sales paid by code, while kill -9 hits till, uplink and payment host",
    )
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument(
        "--members",
        action="store_true",
        help="in place of that: random acts of members over links that lie; HQ must come to what the tills have",
    )
    parser.add_argument(
        "--town",
        type=int,
        default=0,
        metavar="N",
        help="in place of that: N towns, the first of the seed: two real counters against HQ and a payment host",
    )
    parser.add_argument(
        "--acts", type=int, default=0, help="how many: with --members of all (1000), with --town of each town (100)"
    )
    return parser


def _members(options: argparse.Namespace) -> int:
    from lab.chaos.members.report import text as members_text  # noqa: PLC0415 - the other chaos needs none of it
    from lab.chaos.members.run import run as run_members  # noqa: PLC0415 - as above

    root = state_folder(ROOT).resolve() / "chaos-members"
    forget(root)
    root.mkdir(parents=True)
    summary = run_members(root, acts=_acts(options, MEMBERS_ACTS), seed=options.seed)
    print(members_text(summary))
    if options.json:
        print(msgspec.json.encode(summary).decode())
    return 0 if summary.ok else 1


def _acts(options: argparse.Namespace, otherwise: int) -> int:
    if options.acts < 0:
        raise InputError("needs at least one act", hint="./guitai chaos --help")
    return int(options.acts) or otherwise


def _town(options: argparse.Namespace) -> int:
    from lab.chaos.town.report import text as town_text  # noqa: PLC0415 - the other chaos needs none of it
    from lab.chaos.town.run import run as run_town  # noqa: PLC0415 - as above

    root = state_folder(ROOT).resolve() / "chaos-town"
    acts = _acts(options, TOWN_ACTS)
    is_fine = True
    for seed in range(options.seed, options.seed + options.town):
        forget(root)
        summary = run_town(root, acts=acts, seed=seed)
        is_fine = is_fine and summary.ok
        print(msgspec.json.encode(summary).decode() if options.json else town_text(summary), flush=True)
    return 0 if is_fine else 1


def _payments(options: argparse.Namespace) -> int:
    from lab.payments.command import sweep  # noqa: PLC0415 - the other chaos needs none of it

    root = state_folder(ROOT).resolve() / "chaos-payments"
    forget(root)
    root.mkdir(parents=True)
    return sweep(root, sales=options.payments, seed=options.seed)


def _weeks(baskets: int) -> list[StoreWeek]:
    """Return as many weeks of the store as hold so many baskets."""
    last = min(WEEKS, 2 + baskets // BASKETS_A_WEEK)
    return list(load(stores=frozenset({STORE}), weeks=frozenset(range(2, last + 1))))


def _progress(baskets: int, kills: int) -> Callable[[int, int], None]:
    started_s = time.monotonic()

    def heard(done: int, killed: int) -> None:
        rate = done / max(time.monotonic() - started_s, 0.001)
        left_s = (baskets - done) / rate
        line = f"{done}/{baskets} baskets, {killed}/{kills} kills, {rate:.1f} baskets/s, {left_s:.0f} s left"
        print(f"\r{line} ", end="", file=sys.stderr)

    return heard
