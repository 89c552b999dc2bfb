import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account, Entry, Place, entries_between, place_of, with_entries
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.coupons import MemberId

TODAY = "2026-03-18"
TIERS = (Tier(id="basic", min_spend=0), Tier(id="silver", min_spend=20000), Tier(id="gold", min_spend=50000))
NAIL = CountCardId("NAIL")
expiries = st.sampled_from([None, "2026-03-17", "2026-12-31", "2027-12-31"])
whole = st.integers(0, 900)


def member(key: str = "M1", **fields: object) -> Member:
    return Member(id=MemberId(key), **fields)  # type: ignore[arg-type]


@st.composite
def accounts(draw: st.DrawFn) -> PointsAccount:
    made = PointsAccount(debt=draw(whole))
    for expires, points in draw(st.dictionaries(expiries, st.integers(1, 500))).items():
        made = made.with_lot(expires, points)
    return made


cards = st.builds(CountCard, sku=st.sampled_from([Sku("WASH"), Sku("CUT")]), left=st.integers(-3, 20), until=expiries)
plain_members = st.builds(
    member,
    tier=st.sampled_from(["", "basic", "gold"]),
    status=st.sampled_from(["active", "lost"]),
    points=accounts(),
    stored=st.builds(StoredValue, principal=whole, bonus=whole),
    spend=st.integers(-500, 90_000),
    paid_until=expiries,
    paid_tier=st.sampled_from(["basic", "gold"]),
    counts=st.dictionaries(st.sampled_from([NAIL, CountCardId("HAIR")]), cards),
)


def _paid(someone: Member) -> Member:
    return someone if someone.paid_until else replace(someone, paid_tier="")


members = plain_members.map(_paid)


@given(members, members)
@example(member(counts={NAIL: CountCard(sku=Sku("CUT"), left=0)}), member())
@example(member(points=PointsAccount(debt=3)), member(points=PointsAccount(lots=(Lot(2),), debt=5)))
def test_entries_lead_from_one_state_to_the_other(before: Member, after: Member) -> None:
    assert with_entries(before, entries_between(before, after)) == after


@given(members)
def test_what_did_not_change_has_no_entries(someone: Member) -> None:
    assert entries_between(someone, someone) == ()


@given(members, st.lists(members, min_size=2, max_size=4), st.data())
def test_entries_of_several_tills_make_the_same_member_in_any_order(
    known: Member, states: list[Member], data: st.DataObject
) -> None:
    sums = [
        replace(state, tier=known.tier, status=known.status, paid_until=known.paid_until, paid_tier=known.paid_tier)
        for state in states
    ]
    entries = [entry for state in sums for entry in entries_between(known, replace(state, counts=known.counts))]
    shuffled = data.draw(st.permutations(entries))
    assert with_entries(known, shuffled) == with_entries(known, entries)


@given(st.lists(st.integers(1, 300), max_size=5), st.integers(0, 500), st.data())
def test_uses_of_a_count_card_may_arrive_before_the_card(uses: list[int], left: int, data: st.DataObject) -> None:
    came = entries_between(member(), member(counts={NAIL: CountCard(sku=Sku("CUT"), left=left, until=TODAY)}))
    used = [Entry(member=MemberId("M1"), account=Account.USES, amount=-pieces, card=NAIL) for pieces in uses]
    held = with_entries(member(), data.draw(st.permutations([*came, *used]))).counts
    assert held == {NAIL: CountCard(sku=Sku("CUT"), left=left - sum(uses), until=TODAY)}


def spend_points(points: int, expires: str | None) -> Entry:
    return Entry(member=MemberId("M1"), account=Account.POINTS, amount=-points, expires=expires)


def test_points_that_two_tills_spent_are_owed_in_the_end() -> None:
    known = member(points=PointsAccount(lots=(Lot(100, "2026-12-31"), Lot(50))))
    twice = [spend_points(100, "2026-12-31"), spend_points(80, "2026-12-31")]
    assert with_entries(known, twice).points == PointsAccount(lots=(Lot(50),), debt=80)


def test_a_lot_that_comes_later_covers_what_was_spent_of_it_before() -> None:
    gained = Entry(member=MemberId("M1"), account=Account.POINTS, amount=90, expires="2026-12-31")
    spent = spend_points(80, "2026-12-31")
    assert with_entries(member(), [spent, gained]).points == PointsAccount(lots=(Lot(10, "2026-12-31"),))


def test_a_debt_that_two_tills_let_be_paid_comes_back_as_points() -> None:
    owing = member(points=PointsAccount(debt=30))
    paid = entries_between(owing, member(points=owing.points.gain(30, TODAY)))
    assert with_entries(owing, [*paid, *paid]).points == PointsAccount(lots=(Lot(30),))


def test_entries_of_other_members_are_passed_over() -> None:
    someone = member(spend=500)
    assert with_entries(someone, entries_between(member("M2"), member("M2", spend=900))) == someone


def test_of_two_tills_that_raise_a_member_the_higher_tier_stays() -> None:
    raised = [Entry(member=MemberId("M1"), account=Account.TIER, value=tier) for tier in ("gold", "silver")]
    assert with_entries(member(tier="basic"), raised, TIERS).tier == "gold"
    assert with_entries(member(tier="basic"), reversed(raised), TIERS).tier == "gold"


def test_without_a_list_of_tiers_the_last_one_counts_and_so_it_is_with_status() -> None:
    known = member(tier="gold", status="lost")
    assert with_entries(known, entries_between(known, member(tier="basic"))) == member(tier="basic")


def test_uses_of_one_card_are_added_up_whatever_day_it_is_good_until() -> None:
    comes, goes = (Entry(member=MemberId("M1"), account=Account.USES, card=NAIL, expires=day) for day in (TODAY, None))
    assert place_of(comes) == place_of(goes) == Place(Account.USES, card=NAIL)


def buying(known: Member, tier: str, until: str) -> tuple[Entry, ...]:
    return entries_between(known, replace(known, paid_tier=tier, paid_until=until), today=TODAY)


@pytest.mark.parametrize("tier", ["silver", "gold"])
def test_what_another_till_sold_stays_when_a_membership_is_taken_back(tier: str) -> None:
    known = member()
    bought, others = buying(known, "silver", "2027-03-18"), buying(known, tier, "2027-03-18")
    here = with_entries(known, bought)
    back = entries_between(here, known, today=TODAY)
    assert with_entries(known, [*bought, *back], TIERS) == known
    both = with_entries(known, [*bought, *others], TIERS)
    assert (both.paid_tier, both.paid_until) == (tier, "2028-03-17")
    left = with_entries(both, back, TIERS)
    assert (left.paid_tier, left.paid_until) == (tier, "2027-03-18")


def test_the_days_of_another_till_run_from_the_sale_that_is_taken_back_if_the_time_before_is_over() -> None:
    known = member(paid_tier="gold", paid_until="2026-01-01")
    bought, others = buying(known, "silver", "2027-03-18"), buying(known, "silver", "2026-04-17")
    back = entries_between(with_entries(known, bought), known, today=TODAY)
    left = with_entries(known, [*bought, *others, *back], TIERS)
    assert (left.paid_tier, left.paid_until) == ("silver", "2026-04-17")


def test_a_tier_of_the_day_has_no_entry() -> None:
    known = member(tier="gold", own_tier="basic")
    assert entries_between(known, replace(known, tier="basic", own_tier=None)) == ()
    assert with_entries(known, ()) == member(tier="basic")
