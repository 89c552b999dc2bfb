"""Paid membership: a fee brings a tier for a time."""

import pytest

from terminal.domain.ids import Sku
from terminal.domain.members.member import Member
from terminal.domain.members.membership import Membership, as_of, ends_soon, is_over, joined, left
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.coupons import MemberId

TIERS = (Tier(id="basic", min_spend=0), Tier(id="silver", min_spend=20_000), Tier(id="gold", min_spend=50_000))
YEAR = Membership(sku=Sku("FEE"), tier="silver", days=365)
TODAY = "2026-03-18"


def member(tier: str = "basic", paid_until: str | None = None, spend: int = 0) -> Member:
    return Member(id=MemberId("M1"), tier=tier, paid_until=paid_until, spend=spend)


@pytest.mark.parametrize(
    ("before", "pieces", "after"),
    [
        (None, 1, "2027-03-18"),
        ("2026-01-01", 1, "2027-03-18"),
        ("2026-06-01", 1, "2027-06-01"),
        (None, 2, "2028-03-17"),
    ],
)
def test_time_begins_today_or_is_added_to_what_is_left(before: str | None, pieces: int, after: str) -> None:
    someone = joined(member(paid_until=before), [(YEAR.sku, pieces)], [YEAR], today=TODAY, tiers=TIERS)
    assert (someone.tier, someone.paid_until) == ("silver", after)


def test_a_higher_tier_stays() -> None:
    assert joined(member("gold"), [(YEAR.sku, 1)], [YEAR], today=TODAY, tiers=TIERS).tier == "gold"


@pytest.mark.parametrize("before", [None, "2026-01-01", "2026-06-01"])
def test_a_fee_that_is_given_back_takes_its_time_with_it(before: str | None) -> None:
    fee = [(YEAR.sku, 2)]
    someone = joined(member(paid_until=before), fee, [YEAR], today=TODAY, tiers=TIERS)
    back = left(someone, [*fee, (Sku("COLA"), 1), (YEAR.sku, 0)], [YEAR], since=TODAY)
    assert back.paid_until == ("2026-06-01" if before == "2026-06-01" else "2026-03-17")
    assert is_over(back, TODAY) is (before != "2026-06-01")


def test_one_of_two_years_that_comes_back_leaves_the_other() -> None:
    someone = joined(member(), [(YEAR.sku, 2)], [YEAR], today=TODAY, tiers=TIERS)
    assert left(someone, [(YEAR.sku, 1)], [YEAR], since=TODAY).paid_until == "2027-03-18"
    assert left(member(), [(YEAR.sku, 1)], [YEAR], since=TODAY) == member()


@pytest.mark.parametrize("bought", [[(Sku("COLA"), 1)], [(YEAR.sku, -1)], []])
def test_other_goods_bring_none(bought: list[tuple[Sku, int]]) -> None:
    assert joined(member(), bought, [YEAR], today=TODAY, tiers=TIERS) == member()


@pytest.mark.parametrize(
    ("until", "over", "soon"),
    [
        (None, False, False),
        ("2026-03-17", True, False),
        (TODAY, False, True),
        ("2026-04-17", False, True),
        ("2026-04-18", False, False),
    ],
)
def test_the_last_day_counts_and_a_month_before_is_soon(until: str | None, over: bool, soon: bool) -> None:
    someone = member(paid_until=until)
    assert (is_over(someone, TODAY), ends_soon(someone, TODAY)) == (over, soon)


def test_when_the_time_is_over_the_tier_is_that_of_the_spending() -> None:
    assert as_of(member("gold", "2026-03-17", spend=20_000), TODAY, TIERS).tier == "silver"
    assert as_of(member("gold", TODAY, spend=20_000), TODAY, TIERS).tier == "gold"
    assert as_of(member("gold", spend=20_000), TODAY, TIERS).tier == "gold"
    assert as_of(member("gold", "2026-03-17"), TODAY, ()).tier == "gold"
