"""A wrong clock: never an earlier business date, receipt numbers without gaps."""

from datetime import UTC, datetime

from terminal.offline.clock import SystemClock
from terminal.wire.events import SaleCompleted
from tests.integration.shop import COLA
from tests.integration.tills import Cashier, Lane

NS_PER_S = 1_000_000_000


class Hands:
    """A clock on the wall that anybody may turn; time itself goes on."""

    def __init__(self, local: str) -> None:
        self.mono_ns = 0
        self.turn(local)

    def turn(self, local: str) -> None:
        self._wall_ns = int(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) * NS_PER_S

    def wall(self) -> int:
        return self._wall_ns

    def clock(self) -> SystemClock:
        return SystemClock("UTC", wall_ns=self.wall, mono_ns=lambda: self.mono_ns)


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
    before, after, _ = (fact.completed_ms for fact in lane.facts(SaleCompleted))
    assert before <= after


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
