"""Sales that are paid by code, while kill -9 hits till, uplink and payment host in the middle of them."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.payments.audit import faults
from lab.payments.lane import HOST, PayLane
from terminal.domain.errors import PosError
from terminal.wire.counter.panels import CompletedPanel, SalePanel, TenderPanel
from terminal.wire.events import Fact, SaleCompleted

GOODS = "6901939621257"
PREFIXES = ("13", "28", "62")
"""Of WeChat's, Alipay's and UnionPay's codes."""
VICTIMS = ("till", "uplink", HOST)
ENDINGS = ("99", "99", "99", "99", "99", "02", "01", "05", "03", "06", "07", "08", "10", "13")
"""Scripts of the payment host, by the ending of a code (docs/payments.md)."""
LONGEST_DELAY_S = 1.2
LOOK_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One sale: the code that pays it, and who is killed how long after it was scanned; nobody for ""."""

    code: str
    victim: str = ""
    delay_s: float = 0.0


def draw(seed: int, sales: int) -> tuple[Strike, ...]:
    """Return so many sales, three of four of them with a kill."""
    dice = random.Random(seed)
    return tuple(_strike(dice, number) for number in range(sales))


def _strike(dice: random.Random, number: int) -> Strike:
    code = code_of(dice.choice(PREFIXES), number, dice.choice(ENDINGS))
    victim = dice.choice((*VICTIMS, ""))
    return Strike(code=code, victim=victim, delay_s=dice.uniform(0, LONGEST_DELAY_S))


def code_of(prefix: str, number: int, ending: str) -> str:
    """Return a customer's code that no other customer has."""
    digits = 19 if prefix == "62" else 18
    return f"{prefix}{number:0{digits - 4}d}{ending}"


async def sell(lane: PayLane, strike: Strike) -> None:
    """Sell one article by a code, however often somebody dies; what the code does not pay is paid in cash."""
    receipt_no = await _open(lane)
    killing = asyncio.create_task(_kill(lane, strike))
    lane.scan(strike.code)
    await killing
    while True:
        try:
            if await _is_done(lane, receipt_no):
                return
        except PosError as error:
            if error.code != "till_gone":
                raise
            await lane.get_ready()


async def _open(lane: PayLane) -> str:
    """Stand on the tender page of a sale of one article; return the number that it will have."""
    while True:
        try:
            await lane.get_ready()
            await lane.reach_out()
            panel = lane.seen.panel
            if isinstance(panel, CompletedPanel) or not lane.seen.totals.lines:
                await lane.basket(GOODS)
            elif isinstance(panel, SalePanel):
                lane.press("enter")
            await lane.shows(TenderPanel)
        except PosError as error:
            if error.code != "till_gone":
                raise
        else:
            return lane.seen.header.receipt_no


async def _kill(lane: PayLane, strike: Strike) -> None:
    if not strike.victim:
        return
    await asyncio.sleep(strike.delay_s)
    lane.supervisor.kill(strike.victim)


async def _is_done(lane: PayLane, receipt_no: str) -> bool:
    """Look at the till, and do what is to be done next; whether the sale is done."""
    await lane.get_ready()
    panel = lane.seen.panel
    match panel:
        case CompletedPanel() if panel.receipt_no == receipt_no:
            return True
        case _ if lane.seen.header.receipt_no > receipt_no:
            return True
        case SalePanel():
            lane.press("enter")
            await lane.leaves(SalePanel)
        case TenderPanel():
            # A code that was scanned to a till that died is not scanned again: this customer pays the rest in cash.
            lane.press("f12")
            await lane.leaves(TenderPanel)
        case _:
            await asyncio.sleep(LOOK_S)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a sweep came to."""

    sales: int
    by_code: int
    faults: tuple[str, ...]


async def run(
    lane: PayLane,
    strikes: Sequence[Strike],
    *,
    quiet_s: float,
    decided: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Findings:
    """Sell all, wait as `PayLane.quiet` does, and hold the host's ledger against the journal."""
    for number, strike in enumerate(strikes, 1):
        await sell(lane, strike)
        progress(number)
    await lane.quiet(timeout_s=quiet_s, decided=decided)
    facts = lane.facts()
    done = [fact for fact in facts if isinstance(fact, SaleCompleted)]
    found = [*faults(facts, await lane.orders())]
    if len(done) != len(strikes):
        found.append(f"{len(done)} sales of {len(strikes)}")
    return Findings(sales=len(done), by_code=sum(map(_is_by_code, done)), faults=tuple(found))


def _is_by_code(sale: Fact) -> bool:
    return isinstance(sale, SaleCompleted) and any(tender.order for tender in sale.tenders)
