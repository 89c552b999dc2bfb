"""Paid memberships in HQ's ledger: what is taken back leaves what other tills sold, in any order of their journals."""

from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest

from hq.store.members.port import Act
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Entry, entries_between, with_entries
from terminal.domain.members.member import Member
from terminal.domain.members.membership import Membership, joined
from terminal.domain.members.tiers import Tier
from tests.unit.hq.members.acts import M1

TODAY = "2026-11-23"
TIERS = (Tier(id="basic", min_spend=0), Tier(id="silver", min_spend=1), Tier(id="gold", min_spend=2))


def sold(before: Member, tier: str) -> tuple[Member, tuple[Entry, ...]]:
    kind = Membership(sku=Sku("FEE"), tier=tier, days=365)
    after = joined(before, [(kind.sku, 1)], [kind], today=TODAY, tiers=TIERS)
    return after, entries_between(before, after, today=TODAY)


def booked(path: Path, before: Member, *acts: tuple[str, int, tuple[Entry, ...]]) -> Member:
    with closing(SqliteStore(path)) as store, store.transaction():
        store.ledger.post(store.ledger.next_act("Imported", at_ms=1), entries_between(Member(id=M1), before))
        for till, ms, entries in acts:
            store.ledger.post(Act(terminal=till, epoch=1, seq=ms, kind="x", at_ms=ms), entries, tiers=TIERS)
        assert store.ledger.differences() == []
        return store.ledger.balance(M1)


@pytest.mark.parametrize(("tier", "until"), [("", None), ("gold", "2026-01-31"), ("gold", "2026-12-31")])
def test_what_is_taken_back_leaves_what_was_there_before(tmp_path: Path, tier: str, until: str | None) -> None:
    before = Member(id=M1, tier="basic", paid_tier=tier, paid_until=until)
    after, bought = sold(before, "silver")
    back = entries_between(after, before, today=TODAY)
    assert booked(tmp_path / "hq.db", before, ("S01-T01", 5, bought)) == after
    assert booked(tmp_path / "2.db", before, ("S01-T01", 5, bought), ("S01-T01", 6, back)) == before


def test_tier_that_an_older_till_sold_for_a_time_ends_with_what_is_renewed(tmp_path: Path) -> None:
    before = Member(id=M1, tier="gold", paid_until="2026-12-31")
    after, bought = sold(before, "silver")
    assert (after.tier, after.paid_tier, after.paid_until) == ("", "gold", "2027-12-31")
    assert booked(tmp_path / "hq.db", before, ("S01-T01", 5, bought)) == after
    assert with_entries(before, bought, TIERS) == after


@pytest.mark.parametrize("other", ["silver", "gold"])
def test_what_another_till_sold_stays_whatever_comes_first(tmp_path: Path, other: str) -> None:
    before = Member(id=M1, tier="basic")
    after, bought = sold(before, "silver")
    _, elsewhere = sold(before, other)
    back = entries_between(after, before, today=TODAY)
    acts = (("S01-T01", 5, bought), ("S01-T01", 7, back), ("S01-T02", 6, elsewhere))
    for n, order in enumerate(permutations(acts)):
        if order.index(acts[0]) < order.index(acts[1]):
            left = booked(tmp_path / f"{n}.db", before, *order)
            assert (left.tier, left.paid_tier, left.paid_until) == ("basic", other, "2027-11-23")
