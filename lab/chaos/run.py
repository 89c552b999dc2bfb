"""A chaos run: baskets on one side, kills on the other."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hq.store.sqlite import SqliteStore
from lab.chaos.audit import Evidence
from lab.chaos.cashier import PatientCashier
from lab.chaos.glass import Glass
from lab.chaos.killer import Killer
from lab.chaos.plan import Moment, Place, Victim, draw
from lab.chaos.scans import ScanLog
from lab.chaos.shop import ChaosShop, lay_out, running
from lab.chaos.steps import Step, steps_of
from lab.replay.data import Basket, StoreWeek
from lab.supervise import Supervisor
from simulators.cables.pipe import FifoCable
from simulators.client import SimulatorClient
from simulators.wedge import Wedge, WedgeSettings
from terminal.domain.errors import PosError
from terminal.domain.ids import Identity, receipt_number
from terminal.offline.reader import JournalReader

BASKETS_PER_BOOK = 40
ACKED_S = 60.0
BACK_S = 30.0
LOOK_S = 0.05
SPARE_RESTARTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to sell, how often to kill, and where all of it lives. ``progress`` hears of every basket that is done."""

    root: Path
    weeks: Sequence[StoreWeek]
    names: dict[int, str]
    baskets: int
    kills: int
    seed: int
    progress: Callable[[int, int], None]
    baskets_per_book: int = BASKETS_PER_BOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One price book, and the baskets that are sold with it."""

    week: StoreWeek
    baskets: tuple[Basket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to: where everything was, what was seen, who was hit."""

    chaos: ChaosShop
    evidence: Evidence
    killer: Killer
    seconds: float


def rounds_of(plan: Plan) -> list[Round]:
    """Return the rounds. Baskets that nothing is scanned of, and those that their coupons exceed, are left out."""
    left, size = plan.baskets, plan.baskets_per_book
    rounds: list[Round] = []
    for week in plan.weeks:
        fit = [basket for basket in week.baskets if basket.entered and basket.due_fen >= 0][:left]
        left -= len(fit)
        parts = (fit[start : start + size] for start in range(0, len(fit), size))
        rounds += (Round(week=week, baskets=tuple(part)) for part in parts)
    return rounds


async def run(plan: Plan) -> Outcome:
    """Sell, kill, wait until HQ has everything, and stop; then `audit` may look at what is left."""
    rounds = rounds_of(plan)
    baskets = [basket for one in rounds for basket in one.baskets]
    steps = [steps_of(basket) for basket in baskets]
    strikes = draw(plan.seed, kills=plan.kills, steps=[len(some) for some in steps], books=len(rounds))
    chaos = lay_out(plan.root, f"R{rounds[0].week.store}", baskets[0].at_ms)
    supervisor = Supervisor(max_restarts=plan.kills + SPARE_RESTARTS)
    killer = Killer(supervisor, strikes)
    log = ScanLog()
    started_s = time.monotonic()
    with Glass(f"{chaos.lane.terminal}-".encode(), lambda: killer.back(Victim.SCREEN)) as glass:
        async with running(chaos, supervisor, glass):
            with closing(chaos.devices()) as devices:
                day = _Day(chaos, killer, log, devices)
                await day.work(plan, rounds, steps)
                await killer.finish()
                await day.close(supervisor)
                seconds = time.monotonic() - started_s
                restarts = {victim: supervisor.starts(victim) - 1 for victim in Victim}
                receipts = devices.receipts()
    evidence = Evidence(
        baskets=baskets,
        windows=log.windows,
        books=day.books,
        receipts=receipts,
        kicks=day.kicks,
        restarts=restarts,
        kills=killer.kills,
    )
    return Outcome(chaos=chaos, evidence=evidence, killer=killer, seconds=seconds)


class _Day:
    """The cashier's work, with a look at the drawer after every sale."""

    def __init__(self, chaos: ChaosShop, killer: Killer, log: ScanLog, devices: SimulatorClient) -> None:
        self._chaos = chaos
        self._killer = killer
        self._devices = devices
        cable = FifoCable(chaos.sim_dir / "scanner")
        wedge = Wedge(cable.write, WedgeSettings(ms_per_char=0))
        self._cashier = PatientCashier(
            chaos.lane.run_dir,
            wedge.scan,
            log=log,
            reached=killer.reached,
            back=lambda: killer.back(Victim.TILL),
        )
        self.books: list[int] = []
        self.kicks: list[int] = []

    async def work(self, plan: Plan, rounds: Sequence[Round], steps: Sequence[tuple[Step, ...]]) -> None:
        """Sell all rounds."""
        lane = self._chaos.lane
        who = Identity(store=lane.store, till=lane.till, epoch=lane.epoch)
        await self._cashier.arrive()
        numbered: Iterator[tuple[int, tuple[Step, ...]]] = enumerate(steps)
        for turn, one in enumerate(rounds):
            await self._begin(plan, turn, one)
            for basket, (index, entered) in zip(one.baskets, numbered, strict=False):
                self._chaos.clock.set(basket.at_ms)
                await self._cashier.sell(index, entered, receipt_number(who, index + 1))
                await asyncio.to_thread(self._look_at_drawer)
                plan.progress(index + 1, self._killer.kills.total())

    async def close(self, supervisor: Supervisor) -> None:
        """Wait until everybody is back and HQ has the whole journal, and leave."""
        deadline_s = time.monotonic() + BACK_S
        while away := [victim for victim in Victim if self._is_away(victim, supervisor)]:
            if time.monotonic() > deadline_s:
                log = self._chaos.shop.root
                raise PosError(f"{', '.join(away)} did not come back", code="not_started", hint=f"logs: {log}")
            await asyncio.sleep(LOOK_S)
        await _acknowledged(self._chaos)
        await self._cashier.leave()

    def _is_away(self, victim: Victim, supervisor: Supervisor) -> bool:
        """Whether it does not run; of a screen also whether it has not painted since it was hit."""
        has_not_painted = victim is Victim.SCREEN and self._killer.is_away(victim)
        return has_not_painted or not supervisor.alive(victim)

    async def _begin(self, plan: Plan, turn: int, one: Round) -> None:
        """Let HQ publish the book of a round, and wait for it at the till."""
        self._killer.reached(Place(moment=Moment.BOOK, index=turn))
        version = await asyncio.to_thread(self._chaos.publish, one.week, plan.names)
        self.books.append(version)
        await self._cashier.see_book(version)

    def _look_at_drawer(self) -> None:
        """Count the pulses until now, and push the drawer shut."""
        self.kicks.append(self._devices.status().kicks)
        self._devices.act("drawer_close")


async def _acknowledged(chaos: ChaosShop) -> None:
    """Wait until HQ has what the till's journal has; `PosError` when it gets stuck."""
    lane = chaos.lane
    reader = JournalReader(lane.state_dir, epoch=lane.epoch)
    acked, seq = -1, 0
    deadline_s = time.monotonic() + ACKED_S
    with closing(SqliteStore(chaos.shop.hq_dir / "hq.db")) as store:
        while time.monotonic() < deadline_s:
            head, chain = reader.head(), store.journals.chain(lane.terminal, lane.epoch)
            seq, acked = head.seq if head is not None else 0, chain.acked if chain is not None else -1
            if acked == seq:
                return
            await asyncio.sleep(LOOK_S)
    raise PosError(f"HQ has {acked} of {seq} events", code="not_acknowledged")
