"""Runs a replay: one shop with its broker and HQ, a lane per store, one book per store and week."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from pathlib import Path

from hq.store.sqlite import SqliteStore
from lab.brokers import Mosquitto, free_port, wait_for_port
from lab.replay.data import StoreWeek
from lab.replay.lane import StoreLane, terminal_of
from lab.replay.people import enrol, household_of
from lab.replay.report import Paid, Standing, Tally
from lab.supervise import Supervisor
from lab.world import Broker, Lane, Shop
from terminal.domain.errors import PosError
from terminal.domain.paying import cash_fen
from terminal.domain.promotions.coupons import CouponCode
from terminal.offline.reader import JournalReader
from terminal.wire.events import SaleCompleted, decode_fact

ACKED_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to replay, and where. ``names`` are the names of the articles; ``progress`` hears of every basket.

    ``lanes`` stores sell at once, each at its own till.
    """

    root: Path
    weeks: Iterable[StoreWeek]
    names: dict[int, str]
    progress: Callable[[int], None]
    limit: int | None = None
    lanes: int = 1
    through_screen: bool = False


async def replay(plan: Plan) -> Tally:
    """Sell everything of the plan and compare."""
    tally = Tally()
    stores = [tuple(weeks) for _, weeks in groupby(_limited(plan.weeks, plan.limit), key=lambda week: week.store)]
    stores.sort(key=_lines, reverse=True)
    async with _shop(plan.root, [terminal_of(weeks[0].store) for weeks in stores]) as shop:
        members = enrol(shop.hq_dir, _households(stores))
        for start in range(0, len(stores), plan.lanes):
            await _sell_side_by_side(shop, plan, stores[start : start + plan.lanes], tally, members=members)
        _settle(shop, tally)
    return tally


def _settle(shop: Shop, tally: Tally) -> None:
    """Compare how members stand when all is sold, and tell what HQ found odd."""
    tally.stand("the tills", Standing(points=tally.points_of_tills, coupons=frozenset(tally.coupons_of_tills)))
    with closing(SqliteStore(shop.hq_dir / "hq.db")) as store:
        tally.stand("HQ", _hq_standing(store, tally))
        tally.mismatches += [f"alarm of HQ: {alarm.terminal} {alarm.detail}" for alarm in store.tills.alarms()]


def _hq_standing(store: SqliteStore, tally: Tally) -> Standing:
    used = (code for code in tally.coupons if store.coupons.status(CouponCode(code)) == "used")
    return Standing(
        points={
            household_of(member): sum(lot.points for lot in store.ledger.balance(member).points.lots)
            for member in store.ledger.holders()
        },
        coupons=frozenset(used),
    )


def _limited(weeks: Iterable[StoreWeek], limit: int | None) -> Iterator[StoreWeek]:
    """Yield the weeks with at most so many baskets in all."""
    for week in weeks:
        if limit is None:
            yield week
        elif limit > 0:
            yield replace(week, baskets=week.baskets[:limit])
            limit -= len(week.baskets)


def _lines(weeks: Sequence[StoreWeek]) -> int:
    """How much a store sells: stores that sell about as much stand side by side, so that none waits long."""
    return sum(len(basket.lines) for week in weeks for basket in week.baskets)


def _households(stores: Iterable[Sequence[StoreWeek]]) -> Iterator[int]:
    return (basket.household for weeks in stores for week in weeks for basket in week.baskets)


async def _sell_side_by_side(
    shop: Shop, plan: Plan, stores: Sequence[Sequence[StoreWeek]], tally: Tally, *, members: int
) -> None:
    """Sell week after week of some stores: first all get their books, then all sell; only selling is timed."""
    async with AsyncExitStack() as stack:
        lanes = [StoreLane(shop, weeks[0].store, through_screen=plan.through_screen) for weeks in stores]
        await asyncio.gather(*(stack.enter_async_context(lane) for lane in lanes))
        await asyncio.gather(*(lane.know(members) for lane in lanes))
        for weeks in zip_longest(*stores):
            turn = [(lane, week) for lane, week in zip(lanes, weeks, strict=True) if week is not None]
            await asyncio.gather(*(lane.activate(week, plan.names) for lane, week in turn))
            started = time.perf_counter()
            await asyncio.gather(*(lane.sell(week, plan.progress) for lane, week in turn))
            tally.selling_s += time.perf_counter() - started
            tally.entered += sum(len(basket.entered) for _, week in turn for basket in week.baskets)
        for lane in lanes:
            await _reconcile(lane, tally)


@asynccontextmanager
async def _shop(root: Path, terminals: Iterable[str]) -> AsyncIterator[Shop]:
    """Run HQ and a broker for these lanes."""
    shop = Shop(root, Broker(port=free_port(), password=secrets.token_hex(16)))
    shop.lay_out()
    supervisor = Supervisor()
    mosquitto = shop.mosquitto(*terminals) if Mosquitto.is_installed() else None
    try:
        if mosquitto is not None:
            mosquitto.start()
        else:
            await supervisor.start(shop.amqtt())
            await asyncio.to_thread(wait_for_port, shop.broker.port)
        await supervisor.start(shop.hq())
        yield shop
    finally:
        await supervisor.stop()
        if mosquitto is not None:
            mosquitto.stop()


async def _reconcile(lane: StoreLane, tally: Tally) -> None:
    """Wait until HQ has everything, and compare what was sold with what the till and HQ keep."""
    done = tuple(_done(JournalReader(lane.lane.state_dir, epoch=lane.lane.epoch)))
    tally.note(done)
    tally.reconcile(lane.sold, _paid(done), await _hq_paid(lane.lane))


def _done(reader: JournalReader) -> Iterator[SaleCompleted]:
    """Yield the done sales of a till's journal."""
    seq = 0
    while rows := reader.read(seq):
        facts = (decode_fact(row.body) for row in rows if row.kind == SaleCompleted.__name__)
        yield from (fact for fact in facts if isinstance(fact, SaleCompleted))
        seq = rows[-1].seq


def _paid(done: Iterable[SaleCompleted]) -> Paid:
    """Return what was paid of each sale: a maker's coupon is a voucher, not money."""
    return _by_receipt((fact.receipt_no, cash_fen(fact.tenders)) for fact in done)


async def _hq_paid(lane: Lane) -> Paid:
    """Return the same from the sales that HQ keeps, when it has the journal's head; `PosError` when it gets stuck.

    A sale whose document HQ does not come to itself has no amount, so that it is reported.
    """
    head = JournalReader(lane.state_dir, epoch=lane.epoch).head()
    if head is None:
        raise PosError(f"{lane.terminal} has no journal", code="not_started")
    with closing(SqliteStore(lane.shop.hq_dir / "hq.db")) as store:
        await _acknowledged(store, lane, head.seq)
        sales = store.sales.newest(terminal=lane.terminal, biz_date=None, limit=head.seq)
    return _by_receipt((sale.receipt_no, sale.cash_fen if sale.is_right else None) for sale in sales)


def _by_receipt(sales: Iterable[tuple[str, int | None]]) -> Paid:
    paid: dict[str, tuple[int | None, ...]] = {}
    for number, fen in sales:
        paid[number] = (*paid.get(number, ()), fen)
    return paid


async def _acknowledged(store: SqliteStore, lane: Lane, seq: int) -> None:
    deadline = time.monotonic() + ACKED_S
    while True:
        chain = store.journals.chain(lane.terminal, lane.epoch)
        if chain is not None and chain.acked >= seq:
            return
        if time.monotonic() > deadline:
            raise PosError(f"HQ has {chain.acked if chain else 0} of {seq} events", code="not_acknowledged")
        await asyncio.sleep(0.05)
