"""Coupons and limited rules of done sales, also after ``state.db`` was lost."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace as change
from pathlib import Path

import pytest
from msgspec.structs import replace

from lab.benchmarks.stage.sales import WHO, sale
from terminal.domain.ids import Sku
from terminal.domain.members.member import Member
from terminal.domain.pricing.uses import CouponUse, RuleUse, Share
from terminal.domain.promotions.conditions import NO_USES
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.promotions.kinds import RuleId
from terminal.offline.state import SqliteRecordStore
from terminal.wire import events as ev
from terminal.wire.record import TillRecord
from terminal.wire.return_events import ReturnKind, SaleReturned
from tests.unit.wire.returns import HEAD

ANNA = Member(id=MemberId("m1"))
SHARES = (Share(1, 10, 2),)
CHEAP = RuleUse(id=RuleId("CHEAP"), off_fen=10, shares=SHARES, limited=True)
ONCE = RuleUse(id=RuleId("ONCE"), off_fen=10, shares=(Share(1, 10),), limited=True)
FREE = RuleUse(id=RuleId("FREE"), off_fen=10, shares=(Share(1, 10),))
COUPON = CouponUse(code=CouponCode("C1"), off_fen=5, shares=())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    with closing(SqliteRecordStore(tmp_path, WHO)) as found:
        yield found


def sold(
    number: int, *uses: RuleUse, member: Member | None = ANNA, coupons: tuple[CouponUse, ...] = ()
) -> tuple[ev.Fact, ...]:
    """Return the facts of a sale in which some rules were applied."""
    facts: list[ev.Fact] = []
    for fact in sale(number):
        if isinstance(fact, ev.SaleCompleted):
            if member is not None:
                facts.append(ev.MemberBound(card="", member=member))  # type: ignore[arg-type]
            facts.append(replace(fact, applied=uses, coupons=coupons))
        else:
            facts.append(fact)
    return tuple(facts)


def first_sku(facts: tuple[ev.Fact, ...]) -> Sku:
    return next(fact.line.sku for fact in facts if isinstance(fact, ev.LineAdded))


def day_of(facts: tuple[ev.Fact, ...]) -> str:
    return next(fact.local_time[:10] for fact in facts if isinstance(fact, ev.SaleStarted))


def test_coupon_of_a_done_sale_is_used(store: SqliteRecordStore) -> None:
    assert not store.promotions.coupon_used(COUPON.code)
    store.take(1, sold(1, coupons=(COUPON,)), TillRecord())
    assert store.promotions.coupon_used(COUPON.code)
    assert not store.promotions.coupon_used(CouponCode("C2"))


def test_uses_of_rules_with_a_limit_are_counted_for_anybody_and_for_the_member(store: SqliteRecordStore) -> None:
    first = sold(1, CHEAP, ONCE, FREE)
    store.take(1, first, TillRecord())
    store.take(101, sold(2, CHEAP, member=None), TillRecord())
    today, promotions = day_of(first), store.promotions
    assert promotions.totals().total == {"CHEAP": 2, "ONCE": 1}
    uses = promotions.by_member(ANNA.id, today)
    assert (uses.member_ever, uses.member_today) == ({"CHEAP": 1, "ONCE": 1}, {"CHEAP": 1, "ONCE": 1})
    assert uses.units_today == {("CHEAP", first_sku(first)): 2}
    later = promotions.by_member(ANNA.id, "2099-01-01")
    assert (later.member_ever, later.member_today, later.units_today) == (uses.member_ever, {"CHEAP": 0, "ONCE": 0}, {})


def test_what_hq_has_counted_already_is_not_counted_again(store: SqliteRecordStore) -> None:
    first, second = sold(1, ONCE), sold(2, ONCE)
    store.take(1, first, TillRecord())
    store.take(101, second, TillRecord())
    seq = 1 + next(at for at, fact in enumerate(first) if isinstance(fact, ev.SaleCompleted))
    uses = store.promotions.by_member(ANNA.id, day_of(first), after=(WHO.epoch, seq))
    assert uses.member_ever == {"ONCE": 1}


def test_facts_that_are_told_twice_count_once(store: SqliteRecordStore) -> None:
    facts = sold(1, CHEAP, coupons=(COUPON,))
    for _ in range(2):
        store.take(1, facts, TillRecord())
    assert store.promotions.totals().total == {"CHEAP": 1}


def test_uses_of_an_earlier_epoch_still_count(tmp_path: Path) -> None:
    with closing(SqliteRecordStore(tmp_path, WHO)) as store:
        store.take(1, sold(1, CHEAP), TillRecord())
    with closing(SqliteRecordStore(tmp_path, change(WHO, epoch=2))) as store:
        store.take(1, sold(2, CHEAP, coupons=(COUPON,)), TillRecord())
        assert store.promotions.totals().total == {"CHEAP": 2}


def test_fact_without_a_sale_marks_its_coupons_and_counts_nothing(store: SqliteRecordStore) -> None:
    (completed,) = (fact for fact in sold(1, CHEAP, coupons=(COUPON,)) if isinstance(fact, ev.SaleCompleted))
    store.promotions.take(1, completed, TillRecord(), TillRecord())
    assert store.promotions.coupon_used(COUPON.code)
    assert store.promotions.totals() == NO_USES


def returned(facts: tuple[ev.Fact, ...], *rules: RuleUse, coupons: dict[CouponCode, str]) -> SaleReturned:
    """Return the fact that a sale came back as a whole: void if rules are named."""
    started = next(fact for fact in facts if isinstance(fact, ev.SaleStarted))
    kind = ReturnKind.VOID if rules else ReturnKind.REFUND
    return replace(HEAD, sale_id=started.sale_id, kind=kind, rules=tuple(use.id for use in rules), coupons=coupons)


def test_a_void_gives_uses_of_rules_and_coupons_back(store: SqliteRecordStore) -> None:
    first, second = sold(1, CHEAP, ONCE, coupons=(COUPON,)), sold(2, CHEAP)
    store.take(1, first, TillRecord())
    store.take(101, second, TillRecord())
    before = store.promotions.by_member(ANNA.id, day_of(second), after=(WHO.epoch, 200))
    for _ in range(2):
        store.take(201, (returned(first, CHEAP, ONCE, coupons={COUPON.code: "issued"}),), TillRecord())
    assert store.promotions.totals().total == {"CHEAP": 1}
    assert not store.promotions.coupon_used(COUPON.code)
    uses = store.promotions.by_member(ANNA.id, day_of(first))
    assert {rule: times for rule, times in uses.member_ever.items() if times} == {"CHEAP": 1}
    assert sum(units for units in uses.units_today.values()) == sum(share.units for share in SHARES)
    late = store.promotions.by_member(ANNA.id, day_of(first), after=(WHO.epoch, 200))
    assert (before.member_ever, late.member_ever) == ({}, {"CHEAP": -1, "ONCE": -1})


def test_a_refund_gives_coupons_back_and_no_uses(store: SqliteRecordStore) -> None:
    first = sold(1, ONCE, coupons=(COUPON,))
    store.take(1, first, TillRecord())
    store.take(101, (returned(first, coupons={COUPON.code: "expired"}),), TillRecord())
    assert store.promotions.totals().total == {"ONCE": 1}
    assert not store.promotions.coupon_used(COUPON.code)


def test_a_coupon_that_another_sale_used_stays_used(store: SqliteRecordStore) -> None:
    first = sold(1, coupons=(COUPON,))
    store.take(1, first, TillRecord())
    store.take(101, (returned(sold(2), coupons={COUPON.code: "issued"}),), TillRecord())
    assert store.promotions.coupon_used(COUPON.code)
    store.take(102, (returned(first, coupons={COUPON.code: "issued"}),), TillRecord())
    assert not store.promotions.coupon_used(COUPON.code)
