"""HQ and broker away for whole sales: the till sells, and HQ gets every sale once when they are back."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from hq.store.port import AlarmKind
from terminal.checkout.messages import Say
from terminal.offline.clock import SystemClock
from terminal.wire.counter.panels import HeldPanel, NoBookPanel
from terminal.wire.device_events import ReceiptActed
from terminal.wire.events import SaleCompleted
from tests.integration.chain import Chain
from tests.integration.shop import COLA, WATER
from tests.integration.tills import Cashier, until
from tests.integration.uplink.journals import TERMINAL


async def sell(chain: Chain, cashier: Cashier, *codes: str) -> None:
    for number, code in enumerate(codes, start=1):
        chain.lane.wedge.scan(code)
        await cashier.sees(lambda view, number=number: len(view.lines) == number)  # type: ignore[misc]
    await cashier.pay()


def hq_sales(chain: Chain) -> list[tuple[str, int, bool]]:
    """Return receipt number, total, and whether HQ comes to the same, oldest first."""
    with chain.world.store() as store:
        newest = store.sales.newest(terminal=TERMINAL, biz_date=None, limit=100)
    return [(sale.receipt_no, sale.total_fen, sale.is_right) for sale in reversed(newest)]


async def test_pain_1_sales_made_without_broker_and_hq_arrive_once_when_they_are_back(chain: Chain) -> None:
    chain.publish(cola_fen=350)
    async with chain.lane.till() as cashier, chain.uplink():
        with chain.hq():
            await cashier.sign_in()
            await sell(chain, cashier, COLA)
            await cashier.sees(lambda view: view.uplink.state == "online")
            await chain.acknowledged()
        chain.broker.kill()
        await cashier.sees(lambda view: view.uplink.state == "offline")
        await sell(chain, cashier, COLA, WATER)
        await sell(chain, cashier, WATER)
        await cashier.sees(lambda view: view.uplink.queue > 0)
        assert len(hq_sales(chain)) == 1
        chain.broker.start()
        with chain.hq():
            await chain.acknowledged()
            await cashier.sees(lambda view: view.uplink.state == "online" and view.uplink.queue == 0)
    assert hq_sales(chain) == [
        ("S01-T03-1-000001", 350, True),
        ("S01-T03-1-000002", 550, True),
        ("S01-T03-1-000003", 200, True),
    ]


async def test_pain_3_uplink_that_dies_is_no_reason_to_stop_and_its_next_one_sends_what_waits(chain: Chain) -> None:
    chain.publish(cola_fen=350)
    with ExitStack() as stack:
        stack.enter_context(chain.hq())
        async with chain.lane.till() as cashier:
            async with chain.uplink():
                await cashier.sign_in()
                await sell(chain, cashier, COLA)
            await cashier.sees(lambda view: view.uplink.state == "absent")
            await sell(chain, cashier, WATER)
            async with chain.uplink():
                await chain.acknowledged()
                await cashier.sees(lambda view: view.uplink.state == "online")
    assert [total for _, total, _ in hq_sales(chain)] == [350, 200]
    assert [sale.total_fen for sale in chain.lane.facts(SaleCompleted)] == [350, 200]


async def test_pain_power_cut_that_damages_the_journal_costs_an_epoch_and_no_sale(chain: Chain) -> None:
    """The rows are gone at the till; HQ has them, and gets those of the new epoch."""
    chain.publish(cola_fen=350)
    with chain.hq():
        async with chain.uplink():
            async with chain.lane.till() as cashier:
                await cashier.sign_in()
                await sell(chain, cashier, COLA)
                await chain.acknowledged()
            damage(chain.lane.folder / "till" / "journal-1-1.db")
            async with chain.lane.till() as cashier:
                assert cashier.view.header.receipt_no == "S01-T03-1-000001", "the page of the last sale is back"
                await sell(chain, cashier, WATER)
                await until(lambda: len(hq_sales(chain)) == 2, what="the sale of the new epoch")
    assert [(number[:10], total, is_right) for number, total, is_right in hq_sales(chain)] == [
        ("S01-T03-1-", 350, True),
        ("S01-T03-2-", 200, True),
    ]


async def test_epoch_that_the_site_file_begins_keeps_the_open_and_the_held_sale_and_says_so(chain: Chain) -> None:
    """The way out that operations.md names for a copy that was put back, and doctor for a forked journal."""
    chain.publish(cola_fen=350)
    with chain.hq():
        async with chain.uplink(), chain.lane.till() as cashier:
            await cashier.sign_in()
            await sell(chain, cashier, COLA)
            await cashier.told(Say.COMPLETED)
            await until(lambda: len(chain.lane.facts(ReceiptActed)) == 1, what="the receipt")
            chain.lane.wedge.scan(WATER)
            await cashier.sees(lambda view: len(view.lines) == 1)
            cashier.keys("f5")
            await cashier.told(Say.HELD)
            chain.lane.wedge.scan(COLA)
            await cashier.sees(lambda view: len(view.lines) == 1)
            await chain.acknowledged()
        chain.lane.epoch = 2
        async with chain.uplink(), chain.lane.till() as cashier:
            assert (cashier.view.notice.message, cashier.view.notice.params) == (Say.EPOCH_BEGAN, {"epoch": "2"})
            assert len(cashier.view.lines) == 1
            cashier.keys("escape")
            await cashier.told(Say.TYPE_ANEW)
            assert (await cashier.pay()).receipt_no == "S01-T03-2-000001"
            cashier.keys("f6")
            await cashier.sees(lambda view: isinstance(view.panel, HeldPanel))
            cashier.keys("enter")
            await cashier.sees(lambda view: len(view.lines) == 1)
            assert (await cashier.pay()).receipt_no == "S01-T03-2-000002"
            await until(lambda: len(hq_sales(chain)) == 3, what="the sales of the new epoch")
    assert hq_sales(chain) == [
        ("S01-T03-1-000001", 350, True),
        ("S01-T03-2-000001", 350, True),
        ("S01-T03-2-000002", 200, True),
    ]
    with chain.world.store() as store:
        assert store.tills.alarms() == []


async def test_pain_journal_that_is_lost_while_the_uplink_is_down_too_costs_no_later_sale(chain: Chain) -> None:
    """HQ has more of the old epoch than the till: its uplink goes on with the new one."""
    chain.publish(cola_fen=350)
    with chain.hq():
        async with chain.uplink(), chain.lane.till() as cashier:
            await cashier.sign_in()
            await sell(chain, cashier, COLA)
            await chain.acknowledged()
        (chain.lane.folder / "till" / "journal-1-1.db").write_bytes(b"nonsense" * 1024)
        async with chain.lane.till() as cashier, chain.uplink():
            await sell(chain, cashier, WATER)
            await until(lambda: len(hq_sales(chain)) == 2, what="the sale of the new epoch")
    assert [(number[:10], total) for number, total, _ in hq_sales(chain)] == [("S01-T03-1-", 350), ("S01-T03-2-", 200)]


async def test_clock_of_another_year_is_put_right_by_hq_as_soon_as_the_uplink_has_its_time(chain: Chain) -> None:
    """What the uplink hands on is HQ's time by the monotonic clock: the two need not agree about the machine's."""
    chain.publish(cola_fen=350)
    first = datetime.now(tz=UTC).date().isoformat()
    years_ns = 12 * 365 * 86_400 * 1_000_000_000
    with chain.hq():
        async with chain.uplink(), chain.lane.till(clock=SystemClock("UTC")) as cashier:
            await cashier.sign_in()
            await sell(chain, cashier, COLA)
        async with chain.lane.till(clock=SystemClock("UTC", wall_ns=lambda: time.time_ns() + years_ns)) as cashier:
            assert cashier.view.header.clock.endswith("?")
            await sell(chain, cashier, COLA)
            async with chain.uplink():
                await cashier.sees(lambda view: not view.header.clock.endswith("?"))
                await sell(chain, cashier, WATER)
                await chain.acknowledged()
    with chain.world.store() as store:
        assert [alarm.kind for alarm in store.tills.alarms()] == [AlarmKind.CLOCK]
        days = store.sales.days(terminal=TERMINAL)
    assert sum(day.sales for day in days) == 3
    assert all(first <= day.biz_date <= datetime.now(tz=UTC).date().isoformat() for day in days)


async def test_pain_price_book_that_is_damaged_on_the_disk_is_fetched_again_and_used(chain: Chain) -> None:
    chain.publish(cola_fen=350)
    with chain.hq():
        async with chain.uplink(), chain.lane.till() as cashier:
            await cashier.sign_in()
            await sell(chain, cashier, COLA)
        (book,) = (chain.lane.folder / "books").glob("catalog-*.db")
        book.write_bytes(b"nonsense" * 1024)
        async with chain.lane.till() as cashier:
            await cashier.sees(lambda view: isinstance(view.panel, NoBookPanel))
            async with chain.uplink():
                await cashier.sees(lambda view: not isinstance(view.panel, NoBookPanel))
                await sell(chain, cashier, COLA)


def damage(path: Path) -> None:
    """Overwrite what stands behind the file's header, as a torn write does."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
