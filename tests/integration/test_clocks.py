"""A wrong clock: never an earlier business date, receipt numbers without gaps."""

from datetime import UTC, datetime

from terminal.checkout.messages import Say
from terminal.offline.clock import SystemClock, Trust
from terminal.ports.clock import DOUBTED
from terminal.wire.clock_events import ClockDoubted, ClockMended
from terminal.wire.events import SaleCompleted
from tests.integration.shop import COLA
from tests.integration.tills import Cashier, Lane

NS_PER_S = 1_000_000_000
TRUST = Trust()


class Hands:
    """A clock on the wall that anybody may turn; time itself goes on."""

    def __init__(self, local: str) -> None:
        self.mono_ns = 0
        self.turn(local)

    def turn(self, local: str) -> None:
        self._wall_ns = int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) * NS_PER_S

    def wall(self) -> int:
        return self._wall_ns

    def clock(self, *, trust: Trust = TRUST) -> SystemClock:
        return SystemClock("UTC", wall_ns=self.wall, mono_ns=lambda: self.mono_ns, trust=trust)


async def sell(lane: Lane, cashier: Cashier) -> str:
    lane.wedge.scan(COLA)
    await cashier.sees(lambda view: len(view.lines) == 1)
    return (await cashier.pay()).receipt_no


def dates(lane: Lane) -> list[str]:
    return [row.biz_date for row in lane.rows()]


async def test_pain_25_clock_that_jumps_back_changes_no_date_and_no_number_comes_twice(lane: Lane) -> None:
    hands = Hands("2025-11-23T10:00:00")
    numbers = []
    async with lane.selling(clock=hands.clock()) as cashier:
        numbers.append(await sell(lane, cashier))
        hands.turn("2019-01-01T00:00:00")
        numbers.append(await sell(lane, cashier))
    async with lane.till(clock=hands.clock()) as cashier:
        numbers.append(await sell(lane, cashier))
    assert numbers == [f"S01-T03-1-{number:06d}" for number in (1, 2, 3)]
    assert set(dates(lane)) == {"2025-11-23"}
    times = [row.wall_ms for row in lane.rows()]
    assert times == sorted(times)
    assert [fact.completed_ms for fact in lane.facts(SaleCompleted)] == sorted(
        fact.completed_ms for fact in lane.facts(SaleCompleted)
    )


async def test_clock_that_jumps_ahead_and_is_put_right_keeps_the_dates_in_order(lane: Lane) -> None:
    hands = Hands("2025-11-23T10:00:00")
    async with lane.selling(clock=hands.clock()) as cashier:
        await sell(lane, cashier)
        hands.turn("2025-11-25T09:00:00")
        await sell(lane, cashier)
        hands.turn("2025-11-24T09:00:00")
        await sell(lane, cashier)
    assert dates(lane) == sorted(dates(lane))
    assert [fact.receipt_count for fact in lane.facts(SaleCompleted)] == [1, 2, 3]


def utc_ms(local: str) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) * 1000


def sale_dates(lane: Lane) -> list[str]:
    return [row.biz_date for row in lane.rows() if row.kind == "SaleCompleted"]


async def test_pain_25_one_start_with_a_clock_of_another_year_sets_no_date(lane: Lane) -> None:
    """The till sells on in doubt, and the day after the clock was mended is the right one, without a new epoch."""
    async with lane.selling(clock=Hands("2026-11-29T10:00:00").clock()) as cashier:
        await sell(lane, cashier)
    async with lane.till(clock=Hands("2038-02-17T08:00:00").clock()) as cashier:
        assert cashier.view.header.clock == "10:00?"
        await sell(lane, cashier)
    (doubted,) = lane.facts(ClockDoubted)
    assert (doubted.machine_ms, doubted.last_ms) == (utc_ms("2038-02-17T08:00:00"), utc_ms("2026-11-29T10:00:00"))
    marked = [row for row in lane.rows() if row.clk_q == DOUBTED]
    assert {(row.wall_ms, row.wall_ms - row.clk_off_ms) for row in marked} == {(doubted.last_ms, doubted.machine_ms)}
    async with lane.till(clock=Hands("2026-11-30T09:00:00").clock()) as cashier:
        assert cashier.view.header.clock == "09:00"
        await sell(lane, cashier)
    assert sale_dates(lane) == ["2026-11-29", "2026-11-29", "2026-11-30"]
    assert [fact.now_ms for fact in lane.facts(ClockMended)] == [utc_ms("2026-11-30T09:00:00")]
    assert {row.clk_q for row in lane.rows()[-3:]} == {-1}


async def test_dead_battery_and_no_hq_stamp_no_sale_with_1970(lane: Lane) -> None:
    async with lane.selling(clock=Hands("1970-01-01T00:00:03").clock()) as cashier:
        await sell(lane, cashier)
    async with lane.till(clock=Hands("2026-11-29T10:00:00").clock()) as cashier:
        await sell(lane, cashier)
    async with lane.till(clock=Hands("1970-01-01T00:00:03").clock()) as cashier:
        await cashier.told(Say.CLOCK_DOUBTED)
        await sell(lane, cashier)
    assert sale_dates(lane) == ["2025-01-01", "2026-11-29", "2026-11-29"]


async def test_hqs_time_mends_the_date_while_the_till_runs(lane: Lane) -> None:
    """The first start of all was in another year: nobody could know, until HQ said what time it is."""
    hands = Hands("2038-02-17T08:00:00")
    clock = hands.clock()
    async with lane.selling(clock=clock) as cashier:
        await sell(lane, cashier)
        clock.set_hq_time(utc_ms("2026-11-29T10:00:00"), 12)
        await sell(lane, cashier)
    async with lane.till(clock=Hands("2026-11-29T10:05:00").clock()) as cashier:
        await sell(lane, cashier)
    assert sale_dates(lane) == ["2038-02-17", "2026-11-29", "2026-11-29"]
    (mended,) = lane.facts(ClockMended)
    assert (mended.was_ms, mended.now_ms) == (utc_ms("2038-02-17T08:00:00"), utc_ms("2026-11-29T10:00:00"))


async def test_technician_who_saw_that_the_clock_is_right_mends_the_date_without_hq(lane: Lane) -> None:
    async with lane.selling(clock=Hands("2038-02-17T08:00:00").clock()) as cashier:
        await sell(lane, cashier)
    async with lane.till(clock=Hands("2026-11-29T10:00:00").clock()) as cashier:
        assert cashier.view.header.clock == "08:00?"
        await sell(lane, cashier)
    trust = Trust(checked_ms=utc_ms("2026-11-29T00:00:00"))
    async with lane.till(clock=Hands("2026-11-29T11:00:00").clock(trust=trust)) as cashier:
        await sell(lane, cashier)
    async with lane.till(clock=Hands("2026-12-01T11:00:00").clock()) as cashier:
        await sell(lane, cashier)
    assert sale_dates(lane) == ["2038-02-17", "2038-02-17", "2026-11-29", "2026-12-01"]


async def test_new_epoch_goes_on_from_the_time_of_the_old_one(lane: Lane) -> None:
    async with lane.selling(clock=Hands("2026-11-29T10:00:00").clock()) as cashier:
        await sell(lane, cashier)
    lane.epoch = 2
    async with lane.till(clock=Hands("2038-02-17T08:00:00").clock()) as cashier:
        assert cashier.view.header.clock == "10:00?"
