"""Stored value that nobody set aside: bounded by sale, by member and day, by outage, and by the age of the balances."""

import pytest

from terminal.domain.members.floor import Floor
from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.coupons import MemberId

M1, M2 = MemberId("M1"), MemberId("M2")
NOON = "2026-11-23T12:00:00"
DAY = NOON[:10]
LIMITS = OfflineLimits(stored_per_sale=300, stored_per_day=500, stored_per_outage=900)


def test_a_member_has_a_day_and_all_together_have_an_outage() -> None:
    floor = Floor().spent(M1, 300, DAY)
    assert [floor.left_fen(LIMITS, member, NOON) for member in (M1, M2)] == [200, 300]
    floor = floor.spent(M1, 200, DAY).spent(M2, 300, DAY)
    assert [floor.left_fen(LIMITS, member, NOON) for member in (M1, M2)] == [0, 100]


def test_the_next_day_a_member_begins_anew_and_the_outage_goes_on() -> None:
    floor = Floor().spent(M1, 500, DAY).spent(M2, 300, DAY)
    assert floor.left_fen(LIMITS, M1, "2026-11-24T09:00:00") == 100
    assert floor.spent(M1, 100, "2026-11-24").of_day == {M1: 100}


def test_when_hq_is_back_the_outage_begins_anew_and_the_day_goes_on() -> None:
    floor = Floor().spent(M1, 500, DAY).spent(M2, 300, DAY).ended()
    assert (floor.outage_fen, floor.left_fen(LIMITS, M1, NOON), floor.left_fen(LIMITS, M2, NOON)) == (0, 0, 200)


def test_where_hq_says_nothing_a_day_is_a_sale_and_an_outage_is_ten() -> None:
    limits = OfflineLimits(stored_per_sale=300)
    floor = Floor().spent(M1, 300, DAY)
    assert [floor.left_fen(limits, member, NOON) for member in (M1, M2)] == [0, 300]
    for number in range(9):
        floor = floor.spent(MemberId(f"N{number}"), 300, DAY)
    assert floor.left_fen(limits, M2, NOON) == 0


@pytest.mark.parametrize(
    ("as_of", "left_fen"), [("2026-11-22T12:00:00", 300), ("2026-11-22T11:59:59", 0), ("", 300), (NOON, 300)]
)
def test_balances_that_are_older_than_a_day_are_not_believed(as_of: str, left_fen: int) -> None:
    assert Floor(as_of=as_of).left_fen(LIMITS, M1, NOON) == left_fen
