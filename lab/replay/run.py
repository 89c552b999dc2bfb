"""Runs a replay: one shop with its broker and HQ, one lane per store, one book per store and week."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Self

from hq.keys import load_key
from hq.publisher import Publisher
from hq.service import wall_ms
from hq.store.sqlite import SqliteStore
from lab.brokers import Mosquitto, free_port, wait_for_port
from lab.operator import Operator
from lab.replay.books import PIN, STAFF, content
from lab.replay.cashier import Cashier, Sold, Till
from lab.replay.data import StoreWeek
from lab.replay.real_screen import RealScreen
from lab.replay.report import Tally
from lab.supervise import Supervisor
from lab.world import Broker, Lane, Shop, short_folder
from simulators.cables.pipe import FifoCable
from simulators.wedge import Wedge, WedgeSettings
from terminal.config.schema import DeviceConfig
from terminal.domain.errors import PosError
from terminal.domain.sale import TenderKind
from terminal.offline.lab_clock import ClockFile
from terminal.offline.reader import JournalReader
from terminal.wire.chain import Row
from terminal.wire.counter.panels import LoginPanel, SalePanel
from terminal.wire.events import SaleCompleted, decode_fact

ACTIVATED_S = 30.0
ACKED_S = 60.0
READ_ROWS = 2000
TILL = "T01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to replay, and where. ``names`` are the names of the articles; ``progress`` hears of every basket."""

    root: Path
    weeks: Iterable[StoreWeek]
    names: dict[int, str]
    progress: Callable[[int], None]
    limit: int | None = None
    through_screen: bool = False


async def replay(plan: Plan) -> Tally:
    """Sell everything of the plan, store after store, and compare."""
    tally = Tally()
    left = plan.limit
    async with _shop(plan.root) as (shop, supervisor):
        for store, weeks in groupby(plan.weeks, key=lambda week: week.store):
            async with _Store(shop, supervisor, store, through_screen=plan.through_screen) as lane:
                for week in weeks:
                    if left is not None and left <= 0:
                        break
                    left = await _sell_week(lane, plan, week, left, tally)
                await lane.reconcile(tally)
    return tally


async def _sell_week(lane: "_Store", plan: Plan, week: StoreWeek, left: int | None, tally: Tally) -> int | None:
    baskets = week.baskets if left is None else week.baskets[:left]
    await lane.activate(week, plan.names)
    started = time.perf_counter()
    for basket in baskets:
        lane.clock.set(basket.at_ms)
        lane.sold.append(await lane.cashier.sell(basket))
        tally.entered += len(basket.entered)
        plan.progress(len(basket.lines))
    tally.selling_s += time.perf_counter() - started
    return None if left is None else left - len(baskets)


@asynccontextmanager
async def _shop(root: Path) -> AsyncIterator[tuple[Shop, Supervisor]]:
    """Run broker and HQ."""
    shop = Shop(root, Broker(port=free_port(), username="guitai", password=secrets.token_hex(16)))
    shop.lay_out()
    supervisor = Supervisor()
    broker = shop.broker
    mosquitto = (
        Mosquitto(root / "broker", username=broker.username, password=broker.password, port=broker.port)
        if Mosquitto.is_installed()
        else None
    )
    try:
        if mosquitto is not None:
            mosquitto.start()
        else:
            await supervisor.start(shop.amqtt())
            await asyncio.to_thread(wait_for_port, broker.port)
        await supervisor.start(shop.hq())
        yield shop, supervisor
    finally:
        await supervisor.stop()
        if mosquitto is not None:
            mosquitto.stop()


class _Store:
    """One lane: its services, its scanner's cable, its clock, and who stands at it."""

    def __init__(self, shop: Shop, supervisor: Supervisor, store: int, *, through_screen: bool) -> None:
        self._supervisor = supervisor
        self._screen = RealScreen() if through_screen else None
        self._lane = Lane(shop=shop, root=shop.root / f"store-{store}", store=f"R{store}", till=TILL)
        self._cable = FifoCable(short_folder(self._lane.root / "sim") / "scanner")
        self.sold: list[Sold] = []

    async def __aenter__(self) -> Self:
        lane = self._lane
        self._cable.path.parent.mkdir(parents=True, exist_ok=True)
        self._cable.plug()
        lane.root.mkdir(parents=True, exist_ok=True)
        self.clock = ClockFile(lane.root / "clock", 0)
        scanner = DeviceConfig(name="scanner", driver="wedge", address=self._cable.address)
        lane.lay_out((scanner,), language="en", lab=True, lab_clock_file=str(lane.root / "clock"), time_zone="UTC")
        for service in ("till", "uplink"):
            await self._supervisor.start(lane.program(service))
        socket = "counter.sock" if self._screen is None else "observer.sock"
        self._operator = await Operator.connect(lane.run_dir, socket=socket)
        await self._operator.until_open("scanner")
        if self._screen is not None:
            await self._screen.start(lane.program("screen"))
        wedge = Wedge(self._cable.write, WedgeSettings(ms_per_char=0))
        self.cashier = Cashier(self._till, wedge.scan)
        return self

    @property
    def _till(self) -> Till:
        """What the cashier stands at."""
        return self._operator if self._screen is None else self._screen

    async def __aexit__(self, *_: object) -> None:
        if self._screen is not None:
            await self._screen.close()
        await self._operator.close()
        for service in ("uplink", "till"):
            await self._supervisor.end(service)
        self._cable.unplug()

    async def activate(self, week: StoreWeek, names: dict[int, str]) -> None:
        """Let HQ publish the week's book, and wait until the till has it; sign in when nobody is."""
        self.clock.set(week.baskets[0].at_ms)
        shop = self._lane.shop
        version = await asyncio.to_thread(_publish, shop, self._lane.store, week, names)
        await self._operator.until(lambda seen: seen.uplink.book_version == version, timeout_s=ACTIVATED_S)
        if isinstance(self._operator.seen.panel, LoginPanel):
            await self._till.until(lambda seen: isinstance(seen.panel, LoginPanel))
            await self.cashier.sign_in(STAFF, PIN)
        elif not isinstance(self._operator.seen.panel, SalePanel):
            self._till.keys("escape")
            await self._till.until(lambda seen: isinstance(seen.panel, SalePanel))

    async def reconcile(self, tally: Tally) -> None:
        """Wait until HQ has everything, and compare every basket on its three sides."""
        lane = self._lane
        till = _till_paid(JournalReader(lane.state_dir, epoch=lane.epoch))
        hq = await _hq_paid(lane)
        for sold in self.sold:
            tally.add(sold, till, hq)


def _publish(shop: Shop, store: str, week: StoreWeek, names: dict[int, str]) -> int:
    with closing(SqliteStore(shop.hq_dir / "hq.db")) as database:
        signer = load_key(shop.hq_dir / "signing-key.pem")
        publisher = Publisher(database, signer, shop.hq_dir / "books", now_ms=wall_ms)
        return publisher.publish(content(week, names), audience=f"s/{store}").ver


def _till_paid(reader: JournalReader) -> dict[str, int]:
    """Return receipt number → what the customer paid, from the till's journal."""
    paid: dict[str, int] = {}
    seq = 0
    while rows := reader.read(seq):
        paid |= _paid_in(rows)
        seq = rows[-1].seq
    return paid


async def _hq_paid(lane: Lane) -> dict[str, int]:
    """Return the same from HQ's database, when it has the journal's head; `PosError` when it gets stuck.

    A sale whose document HQ does not come to itself is left out, so that it is reported.
    """
    head = JournalReader(lane.state_dir, epoch=lane.epoch).head()
    if head is None:
        raise PosError(f"{lane.terminal} has no journal", code="not_started")
    with closing(SqliteStore(lane.shop.hq_dir / "hq.db")) as store:
        await _acknowledged(store, lane, head.seq)
        paid: dict[str, int] = {}
        seq = 0
        while rows := store.journals.read(lane.terminal, lane.epoch, after=seq, limit=READ_ROWS):
            paid |= _paid_in(rows)
            seq = rows[-1].seq
        sales = store.sales.newest(terminal=lane.terminal, biz_date=None, limit=len(paid) + 1)
    right = {sale.receipt_no for sale in sales if sale.is_right}
    return {receipt_no: fen for receipt_no, fen in paid.items() if receipt_no in right}


async def _acknowledged(store: SqliteStore, lane: Lane, seq: int) -> None:
    deadline = time.monotonic() + ACKED_S
    while True:
        chain = store.journals.chain(lane.terminal, lane.epoch)
        if chain is not None and chain.acked >= seq:
            return
        if time.monotonic() > deadline:
            raise PosError(f"HQ has {chain.acked if chain else 0} of {seq} events", code="not_acknowledged")
        await asyncio.sleep(0.05)


def _paid_in(rows: Iterable[Row]) -> dict[str, int]:
    """Return receipt number → cash of the done sales among the rows: a maker's coupon is a voucher, not money."""
    paid: dict[str, int] = {}
    for row in rows:
        if row.kind == SaleCompleted.__name__:
            fact = decode_fact(row.body)
            if isinstance(fact, SaleCompleted):
                cash = (tender.amount_fen for tender in fact.tenders if tender.kind is TenderKind.CASH)
                paid[fact.receipt_no] = sum(cash)
    return paid
