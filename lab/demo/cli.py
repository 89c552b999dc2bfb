"""``./guitai demo``: the whole system on this machine, to sell with."""

import argparse
import asyncio
import math
import shlex
import sys
from pathlib import Path

from lab.demo.evening import changing_prices
from lab.demo.farewell import still_open
from lab.demo.people import PHONE_OF
from lab.demo.screen import show
from lab.demo.scripted import as_line, sell
from lab.demo.shop import COUPONS_FILE, CUSTOMERS_FILE, GOODS_FILE, client, is_running, owned, running, sim_folder
from lab.demo.side_by_side import show as show_side_by_side
from lab.supervise import PYTHON
from lab.world import forget, state_folder
from terminal.domain.errors import PosError

ROOT = Path(__file__).resolve().parents[2]
CHANGE_PRICES_S = 60.0


def main(argv: list[str]) -> int:
    """Run the demo; without a terminal it runs headless."""
    options = _parser().parse_args(argv)
    root = state_folder(ROOT).resolve()
    if options.fresh:
        with owned(root):
            forget(root)
    if options.bench and not options.headless and not _has_terminal():
        raise PosError(
            "the devices need a terminal of their own", code="no_terminal", hint="run it in one, or by ssh -t"
        )
    headless = options.headless or options.json or not _has_terminal()
    if headless:
        return asyncio.run(_headless(root, json=options.json))
    if options.bench:
        return _bench(root, options.lang, options.change_prices)
    return asyncio.run(_interactive(root, options.lang, options.change_prices))


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guitai demo",
        description="The whole system on this machine: simulated devices, broker, HQ, till and the cashier's screen.",
        epilog="example: ./guitai demo, and in a second terminal ./guitai demo --bench to scan and to tear off paper",
    )
    parser.add_argument("--headless", action="store_true", help="sell a scripted sale and print the receipt")
    parser.add_argument("--json", action="store_true", help="headless; the last line is one JSON object (fen)")
    parser.add_argument("--bench", action="store_true", help="the devices beside the till: scan, cover, paper")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier demos sold")
    parser.add_argument(
        "--change-prices",
        type=_seconds,
        metavar="SECONDS",
        default=CHANGE_PRICES_S,
        help="HQ changes a few prices so long after the start, 0 = never (default: %(default)g)",
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the screen")
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


async def _headless(root: Path, *, json: bool) -> int:
    with owned(root):
        async with running(root) as demo:
            paper, outcome = await sell(demo)
    print(paper)
    if json:
        print(as_line(outcome))
    else:
        print(f"HQ has acknowledged event {outcome.hq_acked_seq} of {outcome.journal_seq}.")
    return 0


async def _interactive(root: Path, language: str, change_prices_s: float) -> int:
    """Run the screen in this terminal until it leaves; everything else ends with it."""
    due = asyncio.Event()
    with owned(root):
        async with running(root, language=language) as demo:
            if change_prices_s:
                asyncio.get_running_loop().call_later(change_prices_s, due.set)
            async with changing_prices(demo.shop.hq_dir, due) as change:
                await show(demo.lane.program("screen"))
            unfinished = await still_open(demo.lane.run_dir)
            left = client(root)
            receipts = left.receipts()
            left.close()
    if receipts:
        print(receipts[-1].text)
    if change.result():
        print(change.result())
    if unfinished:
        print(unfinished)
    print(f"Papers printed on this visit: {len(receipts)}. State is kept in {root}; --fresh begins anew.")
    return 0


def _bench(root: Path, language: str, change_prices_s: float) -> int:
    """Show the devices of the running demo; when none runs, show till and devices side by side."""
    if is_running(root):
        return _run_bench(root)
    return show_side_by_side(sim_folder(root), "--lang", language, "--change-prices", f"{change_prices_s:g}")


def _run_bench(root: Path) -> int:
    from simulators.cli import main as simulators  # noqa: PLC0415 - Textual, for this page only

    shown = [word for file in (GOODS_FILE, CUSTOMERS_FILE, COUPONS_FILE) for word in ("--goods", str(file))]
    phone = shlex.join([*PYTHON, "-m", "hq.cli", "--state", str(root / "hq"), "members", "code", PHONE_OF])
    return simulators(["bench", "--dir", str(sim_folder(root)), *shown, "--phone", phone])
