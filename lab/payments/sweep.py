"""Sales that a code pays, and that come back, while kill -9 hits till, uplink and payment host in the middle."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.payments.at_hq import faults_at_hq
from lab.payments.audit import faults
from lab.payments.lane import PayLane
from lab.payments.returning import VICTIMS, Back, draw_back, give_back, paid_in_cash
from terminal.domain.errors import PosError
from terminal.wire.counter.panels import CompletedPanel, SalePanel, StatusPanel, TenderPanel
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.return_events import SaleReturned

GOODS = "6901939621257"
PREFIXES = ("13", "28", "62")
"""Of WeChat's, Alipay's and UnionPay's codes."""
ENDINGS = ("99", "99", "99", "99", "99", "02", "01", "05", "03", "06", "07", "08", "10", "13")
"""Scripts of the payment host, by the ending of a code (docs/payments.md)."""
OF_REFUNDS = ("99", "99", "05", "14", "15", "15", "16", "17", "18")
"""The same of sales that come back: the host lies about the refund, or about the payment alone."""
RETURNED = 0.4
"""Of so many of all sales something comes back."""
LONGEST_DELAY_S = 1.2
LOOK_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One sale: the code that pays it, and who is killed how long after it was scanned; nobody for "".

    ``back`` is what is given back of it; a sale of which something may come back has two lines.
    """

    code: str
    victim: str = ""
    delay_s: float = 0.0
    back: Back | None = None

    @property
    def lines(self) -> int:
        """How many articles are sold."""
        return 1 if self.back is None else 2


def draw(seed: int, sales: int) -> tuple[Strike, ...]:
    """Return so many sales, three of four of them with a kill."""
    dice = random.Random(seed)
    return tuple(_strike(dice, number) for number in range(sales))


def _strike(dice: random.Random, number: int) -> Strike:
    back = draw_back(dice) if dice.random() < RETURNED else None
    code = code_of(dice.choice(PREFIXES), number, dice.choice(ENDINGS if back is None else OF_REFUNDS))
    victim = dice.choice((*VICTIMS, "")) if back is None else ""
    return Strike(code=code, victim=victim, delay_s=dice.uniform(0, LONGEST_DELAY_S), back=back)


def code_of(prefix: str, number: int, ending: str) -> str:
    """Return a customer's code that no other customer has."""
    digits = 19 if prefix == "62" else 18
    return f"{prefix}{number:0{digits - 4}d}{ending}"


async def sell(lane: PayLane, strike: Strike) -> None:
    """Sell by a code, however often somebody dies; what the code does not pay is paid in cash. Then give it back."""
    receipt_no = await _open(lane, strike.lines)
    await lane.orders()
    await _pay(lane, strike, receipt_no)
    if strike.back is not None:
        await give_back(lane, strike.back, receipt_no)


async def _pay(lane: PayLane, strike: Strike, receipt_no: str) -> None:
    if strike.victim:
        lane.scan(strike.code)
        await asyncio.sleep(strike.delay_s)
        await lane.supervisor.slay(strike.victim)
    else:
        await lane.scan_taken(strike.code)
        await lane.leaves(TenderPanel)
    while True:
        try:
            if await _is_done(lane, receipt_no):
                return
        except PosError as error:
            if error.code != "till_gone":
                raise
            await lane.get_ready()


async def _open(lane: PayLane, lines: int) -> str:
    """Stand on the tender page of a sale of so many articles; return the number that it will have."""
    while True:
        try:
            await lane.get_ready()
            panel = lane.seen.panel
            if isinstance(panel, StatusPanel):
                lane.press("escape")
                await lane.changes(panel)
                continue
            if isinstance(panel, CompletedPanel) or not lane.seen.totals.lines:
                await lane.basket(GOODS, lines=lines)
            elif isinstance(panel, SalePanel):
                lane.press("enter")
            await lane.shows(TenderPanel)
            # Only now: an uplink that died at the end of what was before may have been seen as there until here.
            await lane.reach_out()
        except PosError as error:
            if error.code != "till_gone":
                raise
        else:
            return lane.seen.header.receipt_no


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
    returns: int
    in_cash: int
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
    await lane.open_shift()
    for number, strike in enumerate(strikes, 1):
        await sell(lane, strike)
        progress(number)
    await lane.quiet(timeout_s=quiet_s, decided=decided)
    facts = lane.facts()
    done = [fact for fact in facts if isinstance(fact, SaleCompleted)]
    orders = await lane.orders()
    found = [*faults(facts, orders)]
    found += faults_at_hq(lane.at_hq, lane.rows, orders, terminal=lane.lane.terminal, epoch=lane.lane.epoch)
    if len(done) != len(strikes):
        found.append(f"{len(done)} sales of {len(strikes)}")
    returns = sum(isinstance(fact, SaleReturned) for fact in facts)
    return Findings(
        sales=len(done),
        by_code=sum(map(_is_by_code, done)),
        returns=returns,
        in_cash=paid_in_cash(facts),
        faults=tuple(found),
    )


def _is_by_code(sale: Fact) -> bool:
    return isinstance(sale, SaleCompleted) and any(tender.order for tender in sale.tenders)
