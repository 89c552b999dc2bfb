"""Paid membership: a fee brings a tier for a time."""

import pytest
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.member import Member
from terminal.domain.members.membership import (
    Joined,
    Kinds,
    Membership,
    SoldUnits,
    as_of,
    ends_soon,
    is_over,
    joined,
    joined_until,
    left,
    merged_membership,
)
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.coupons import MemberId

TIERS = (Tier(id="basic", min_spend=0), Tier(id="silver", min_spend=20_000), Tier(id="gold", min_spend=50_000))
YEAR = Membership(sku=Sku("FEE"), tier="silver", days=365)
BEST = Membership(sku=Sku("BEST"), tier="gold", days=365)
KINDS = (YEAR, BEST)
TODAY = "2026-03-18"


def member(tier: str = "basic", paid_until: str | None = None, paid_tier: str = "", spend: int = 0) -> Member:
    return Member(id=MemberId("M1"), tier=tier, paid_until=paid_until, paid_tier=paid_tier, spend=spend)


def after_buying(before: Member, membership: Membership, pieces: int = 1, day: str = TODAY) -> tuple[Member, Joined]:
    after = joined(before, [(membership.sku, pieces)], KINDS, today=day, tiers=TIERS)
    did = joined_until(before, after.paid_until, day=day)
    assert did is not None
    return after, did


def all_back(someone: Member, did: Joined, membership: Membership, day: str = TODAY) -> Member:
    return left(someone, did, [SoldUnits(membership.sku, 1, 1, 0)], Kinds(KINDS, TIERS), since=day)


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
    someone, _ = after_buying(member(paid_until=before, paid_tier="silver" if before else ""), YEAR, pieces)
    assert (someone.tier, someone.paid_tier, someone.paid_until) == ("basic", "silver", after)


def test_a_higher_tier_stays_and_so_does_a_paid_one_while_it_runs() -> None:
    assert as_of(after_buying(member("gold"), YEAR)[0], TODAY, TIERS).tier == "gold"
    running, over = member(paid_until=TODAY, paid_tier="gold"), member(paid_until="2026-03-17", paid_tier="gold")
    assert after_buying(running, YEAR)[0].paid_tier == "gold"
    assert after_buying(over, YEAR)[0].paid_tier == "silver"


@pytest.mark.parametrize(
    "before",
    [
        member("gold", spend=20_000),
        member(""),
        member(paid_until="2026-01-01", paid_tier="gold"),
        member(paid_until="2026-06-01", paid_tier="gold"),
        member("silver", paid_until="2026-06-01", paid_tier="silver"),
    ],
)
@pytest.mark.parametrize("membership", [YEAR, BEST])
def test_a_fee_that_comes_back_leaves_all_as_it_was(before: Member, membership: Membership) -> None:
    assert all_back(*after_buying(before, membership), membership) == before


def test_one_of_two_years_that_comes_back_leaves_the_other() -> None:
    before = member(paid_until="2026-06-01", paid_tier="silver")
    someone, did = after_buying(before, BEST, 2)
    someone = left(someone, did, [SoldUnits(BEST.sku, 2, 2, 1)], Kinds(KINDS, TIERS), since=TODAY)
    assert (someone.paid_tier, someone.paid_until) == ("gold", "2027-06-01")
    assert left(someone, did, [SoldUnits(BEST.sku, 2, 1, 0)], Kinds(KINDS, TIERS), since=TODAY) == before


@pytest.mark.parametrize("first_back", [0, 1])
@pytest.mark.parametrize("before", [member(), member(paid_until="2026-01-01", paid_tier="gold")])
def test_of_two_sales_the_days_of_each_go_with_it(before: Member, first_back: int) -> None:
    first, did_first = after_buying(before, YEAR)
    second, did_second = after_buying(first, BEST, day="2026-04-01")
    both = [(did_first, YEAR, TODAY), (did_second, BEST, "2026-04-01")]
    one, other = both[first_back], both[1 - first_back]
    someone = all_back(second, *one)
    assert (someone.paid_tier, someone.paid_until) == (("gold", "silver")[first_back], "2027-03-18")
    someone = all_back(someone, *other)
    assert not is_running(someone)
    assert as_of(someone, TODAY, TIERS).tier == "basic"


def test_of_two_that_ran_before_nothing_is_left_when_all_is_back() -> None:
    before = member(paid_until="2026-06-01", paid_tier="silver")
    first, did_first = after_buying(before, YEAR)
    second, did_second = after_buying(first, BEST)
    someone = all_back(all_back(second, did_first, YEAR), did_second, BEST)
    assert someone.paid_until == "2026-06-01"


@pytest.mark.parametrize("now", [(Membership(sku=YEAR.sku, tier="silver", days=30),), ()])
def test_what_hq_calls_a_membership_since_then_changes_nothing(now: tuple[Membership, ...]) -> None:
    someone, did = after_buying(member(), YEAR)
    tea = SoldUnits(Sku("TEA"), 1, 1, 1)
    kept = left(
        someone, did, [SoldUnits(YEAR.sku, 1, 1, 1), SoldUnits(Sku("TEA"), 1, 1, 0)], Kinds(now, TIERS), since=TODAY
    )
    assert kept == someone
    assert left(someone, did, [SoldUnits(YEAR.sku, 1, 1, 0)], Kinds(now, TIERS), since=TODAY) == member()
    assert left(member(), did, [SoldUnits(YEAR.sku, 1, 1, 0), tea], Kinds(now, TIERS), since=TODAY) == member()


@pytest.mark.parametrize(
    ("before", "tier"),
    [
        (member(), "silver"),
        (member(paid_until="2026-06-01", paid_tier="gold"), "gold"),
        (member(paid_until="2026-01-01", paid_tier="gold"), "silver"),
    ],
)
def test_the_tier_of_a_fee_goes_back_with_it_when_a_lower_one_of_the_sale_is_kept(before: Member, tier: str) -> None:
    """Otherwise the low fee would buy the high tier."""
    someone = joined(before, [(YEAR.sku, 1), (BEST.sku, 1)], KINDS, today=TODAY, tiers=TIERS)
    did = joined_until(before, someone.paid_until, day=TODAY)
    assert did is not None
    lines = [SoldUnits(YEAR.sku, 1, 1, 1), SoldUnits(BEST.sku, 1, 1, 0)]
    kept = left(someone, did, lines, Kinds(KINDS, TIERS), since=TODAY)
    assert kept == replace(after_buying(before, YEAR)[0], paid_tier=tier)


def test_a_fee_that_hq_has_raised_since_raises_nothing() -> None:
    someone, did = after_buying(member(), YEAR, 2)
    now = (replace(YEAR, tier="gold"),)
    kept = left(someone, did, [SoldUnits(YEAR.sku, 2, 2, 1)], Kinds(now, TIERS), since=TODAY)
    assert (kept.paid_tier, kept.paid_until) == ("silver", "2027-03-18")


def is_running(someone: Member) -> bool:
    return someone.paid_until is not None and not is_over(someone, TODAY)


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


def test_a_paid_tier_counts_while_its_time_runs_and_then_the_own_one() -> None:
    paid = member("silver", TODAY, "gold")
    of_day = as_of(paid, TODAY, TIERS)
    assert (of_day.tier, of_day.own) == ("gold", "silver")
    assert as_of(of_day, "2026-03-19", TIERS).tier == "silver"
    assert as_of(paid, TODAY, ()).tier == "gold"
    assert as_of(replace(of_day, paid_until=None), TODAY, TIERS) == member("silver", paid_tier="gold")


def test_who_has_no_tier_of_their_own_has_what_the_spending_reaches() -> None:
    imported = member("", "2026-03-17", "gold", spend=20_000)
    assert as_of(imported, TODAY, TIERS).tier == "silver"
    assert as_of(imported, TODAY, ()).tier == ""
    assert as_of(imported, "2026-03-01", TIERS).tier == "gold"


def test_a_tier_that_an_older_till_sold_for_a_time_goes_with_that_time() -> None:
    """Older tills set the tier itself, and a date beside it that names no tier."""
    sold = member("gold", "2026-03-17", spend=20_000)
    assert as_of(sold, TODAY, TIERS).tier == "silver"
    assert as_of(sold, "2026-03-17", TIERS).tier == "gold"
    assert as_of(sold, TODAY, ()).tier == "gold"


def test_a_tier_that_an_older_till_sold_is_paid_for_when_it_is_renewed_and_no_own_one() -> None:
    sold = member("gold", "2026-06-01", spend=20_000)
    renewed, did = after_buying(as_of(sold, TODAY, TIERS), YEAR)
    assert (renewed.own, renewed.paid_tier, renewed.paid_until) == ("", "gold", "2027-06-01")
    assert [as_of(renewed, day, TIERS).tier for day in (TODAY, "2027-06-02")] == ["gold", "silver"]
    assert did == Joined(tier="gold", until="2026-06-01", days=365)
    back = all_back(renewed, did, YEAR)
    assert [as_of(back, day, TIERS).tier for day in (TODAY, "2026-06-02")] == ["gold", "silver"]
    over, _ = after_buying(member("gold", "2026-03-01", spend=20_000), YEAR)
    assert (over.own, over.paid_tier) == ("", "silver")


def paying(tier: str, until: str) -> Member:
    return member(paid_until=until, paid_tier=tier)


@pytest.mark.parametrize(
    ("into", "gone", "paid"),
    [
        (member(), member(), ("", None)),
        (paying("silver", TODAY), member(), ("silver", TODAY)),
        (member(), paying("silver", TODAY), ("silver", TODAY)),
        (paying("gold", "2026-03-17"), paying("silver", TODAY), ("silver", TODAY)),
        (paying("gold", TODAY), paying("silver", "2026-05-01"), ("gold", "2026-05-01")),
        (paying("silver", "2026-01-01"), paying("gold", "2026-03-17"), ("gold", "2026-03-17")),
    ],
)
def test_time_that_is_over_gives_its_tier_to_none_that_runs(
    into: Member, gone: Member, paid: tuple[str, str | None]
) -> None:
    assert merged_membership(into, gone, TODAY, TIERS) == paid
