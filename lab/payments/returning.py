"""What a code paid is given back, while kill -9 hits till, uplink and payment host in the middle of it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from lab.payments.audit import record_of
from lab.payments.lane import HOST, PayLane
from terminal.domain.errors import PosError
from terminal.domain.payments import Payment
from terminal.wire.counter.panels import (
    CompletedPanel,
    ConfirmPanel,
    PagePanel,
    PromptPanel,
    SalePanel,
    StatusPanel,
)
from terminal.wire.events import Fact
from terminal.wire.payment_events import RefundPaidInCash
from terminal.wire.return_events import SaleReturned

VICTIMS = ("till", "uplink", HOST)
LONGEST_DELAY_S = 1.2
LOOK_S = 0.02
DECIDED_S = 30.0
STUCK_S = 90.0


class Way(StrEnum):
    """How much comes back: everything, one of two units, one and then the other, or the sale never was."""

    ALL = "all"
    PART = "part"
    PARTS = "parts"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Who is killed how long after the yes; nobody for ""."""

    victim: str = ""
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """One return, with a death in its middle; what the host refuses is paid in cash (with another death), or waits."""

    way: Way
    death: Death = field(default_factory=Death)
    pays: bool = True
    at_paying: Death = field(default_factory=Death)


def draw_death(dice: random.Random) -> Death:
    """Return a death of one of four: three processes, or nobody."""
    return Death(victim=dice.choice((*VICTIMS, "")), delay_s=dice.uniform(0, LONGEST_DELAY_S))


def draw_back(dice: random.Random) -> Back:
    """Return a return."""
    return Back(
        way=dice.choice(tuple(Way)),
        death=draw_death(dice),
        pays=dice.random() < 0.7,
        at_paying=draw_death(dice),
    )


async def give_back(lane: PayLane, back: Back, receipt_no: str) -> None:
    """Give back what was sold with a receipt, however often somebody dies."""
    ways = (Way.PART, Way.ALL) if back.way is Way.PARTS else (back.way,)
    for number, way in enumerate(ways, 1):
        blow = _Blow(lane, back.death)
        await _until(lane, partial(_returned, lane, way, blow, receipt_no, number))
        if not await _settled(lane, back, receipt_no):
            return


class _Blow:
    """A death that comes once."""

    def __init__(self, lane: PayLane, death: Death) -> None:
        self._lane = lane
        self._death = death
        self._is_over = not death.victim

    async def fall(self, yes: Callable[[], None]) -> None:
        """Say yes, and kill a moment later; the second time, and for nobody, only say yes."""
        yes()
        if self._is_over:
            return
        self._is_over = True
        await asyncio.sleep(self._death.delay_s)
        await self._lane.supervisor.slay(self._death.victim)


async def _until(lane: PayLane, done: Callable[[], Awaitable[bool]]) -> None:
    """Go on until it is done; a till that dies meanwhile is waited for. `TimeoutError` when it never is."""
    async with asyncio.timeout(STUCK_S):
        while True:
            try:
                await lane.get_ready()
                if await done():
                    return
            except PosError as error:
                if error.code != "till_gone":
                    raise


async def _returned(lane: PayLane, way: Way, blow: _Blow, receipt_no: str, number: int) -> bool:
    """Look at the till, and do what is to be done next; whether so many returns of the receipt are in the journal."""
    if _returns(lane.facts(), receipt_no) >= number:
        return True
    panel = lane.seen.panel
    match panel:
        case CompletedPanel() | SalePanel() | PagePanel(page="returned"):
            await _press(lane, "f7")
        case StatusPanel():
            await _press(lane, "escape")
        case PagePanel(page="find_receipt"):
            await _press(lane, "enter")
        case PagePanel(page="return"):
            await _press(lane, *_KEYS[way])
        case PromptPanel():
            await _press(lane, "1")
        case ConfirmPanel():
            await blow.fall(lambda: lane.press("enter"))
            await lane.leaves(ConfirmPanel)
        case _:
            await asyncio.sleep(LOOK_S)
    return False


_KEYS = {Way.ALL: ("f5", "f12"), Way.PART: ("+", "f12"), Way.VOID: ("f19",)}


async def _press(lane: PayLane, *keys: str) -> None:
    """Press keys, and wait a little for another page."""
    before = lane.seen.panel
    lane.press(*keys)
    await lane.changes(before)


def _returns(facts: list[Fact], receipt_no: str) -> int:
    return sum(isinstance(fact, SaleReturned) and fact.receipt_no == receipt_no for fact in facts)


async def _settled(lane: PayLane, back: Back, receipt_no: str) -> bool:
    """Wait until the host gave the money back, or refused and was looked up; whether nothing is owed any more."""
    async with asyncio.timeout(DECIDED_S):
        while any(not one.refused for one in _owed(lane, receipt_no)):
            await asyncio.sleep(LOOK_S)
    owed = _owed(lane, receipt_no)
    if not owed or not back.pays:
        return not owed
    blow = _Blow(lane, back.at_paying)
    await _until(lane, partial(_paid_out, lane, blow, receipt_no))
    return True


def _owed(lane: PayLane, receipt_no: str) -> list[Payment]:
    payments = record_of(lane.facts()).payments
    return [one for one in payments if one.is_owed and one.receipt_no == receipt_no]


async def _paid_out(lane: PayLane, blow: _Blow, receipt_no: str) -> bool:
    """Pay what the host refused in cash; whether nothing of it is owed any more."""
    if not _owed(lane, receipt_no):
        return True
    panel = lane.seen.panel
    match panel:
        case StatusPanel():
            pick = next((row.pick for row in panel.payments if row.pick), "")
            await _press(lane, pick or "escape")
        case ConfirmPanel():
            await blow.fall(lambda: lane.press("enter"))
            await lane.leaves(ConfirmPanel)
        case _:
            await _press(lane, "f18")
    return False


def paid_in_cash(facts: list[Fact]) -> int:
    """Return how often cash was paid in place of a refund."""
    return sum(isinstance(fact, RefundPaidInCash) for fact in facts)
