"""``guitai chaos --payments N``: the sweep of kills over payments by code."""

import asyncio
import sys
from pathlib import Path

from lab.payments.lane import PayLane, PayPlan
from lab.payments.sweep import Findings, draw, run

HURRY = 20
QUIET_S = 90.0
"""What ended without money is looked up for 33 s at this pace."""


def sweep(root: Path, *, sales: int, seed: int) -> int:
    """Pay sales by code, and hold the payment host's ledger against them; 1 when a fen is astray."""
    found = asyncio.run(_run(root, sales, seed))
    print(file=sys.stderr)
    paid = f"{found.sales} sales, {found.by_code} of them paid by code"
    print(f"{paid}; {found.returns} returns, {found.in_cash} refunds paid in cash; {len(found.faults)} faults")
    for fault in found.faults:
        print(fault)
    return 1 if found.faults else 0


async def _run(root: Path, sales: int, seed: int) -> Findings:
    def heard(done: int) -> None:
        print(f"\r{done}/{sales} sales ", end="", file=sys.stderr)

    async with PayLane(PayPlan(root=root, hurry=HURRY)).running() as lane:
        return await run(lane, draw(seed, sales), quiet_s=QUIET_S, progress=heard)
