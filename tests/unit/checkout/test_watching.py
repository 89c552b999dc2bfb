"""What is odd about a done sale: told to the cashier and, as a fact, to HQ."""

import pytest
from msgspec.structs import replace

from terminal.domain.ids import StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.staff import Right
from terminal.domain.watching import Watch, WatchKind
from terminal.wire.events import InTraining, SaleCompleted
from terminal.wire.record import apply
from terminal.wire.watch_events import MisuseNoticed
from tests.unit.checkout.after.desk import MANAGER, give_back, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, PEOPLE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    SETTINGS,
    Rules,
    Shop,
)
from tests.unit.checkout.tendering.tender_bench import PROGRAM, online

ANNA = PEOPLE[0].member.id


def shop(watch: Watch) -> Bench:
    settings = replace(SETTINGS, watch=watch)
    rules = {1: Rules(settings={"points": PROGRAM})}
    bench = Bench(shops={1: Shop(settings=settings)}, rules=rules, offer_rules=1, members=MemoryMembers(rows=PEOPLE))
    return online(bench.sign_in())


def sell(bench: Bench, *keys: str) -> list[MisuseNoticed]:
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    facts = bench.press("enter", *keys)
    assert any(isinstance(fact, SaleCompleted) for fact in facts)
    return [fact for fact in facts if isinstance(fact, MisuseNoticed)]


def test_third_redemption_in_ten_minutes_is_told_where_two_are_allowed() -> None:
    bench = shop(Watch(redemptions=2, minutes=10))
    assert sell(bench, "f11") == []
    assert sell(bench, "f11") == []
    (odd,) = sell(bench, "f11")
    assert (odd.kind, odd.staff, odd.member, odd.count, odd.minutes) == (
        WatchKind.REDEMPTIONS,
        "1001",
        ANNA,
        3,
        10,
    )
    assert bench.notice == "notice.completed_often"
    assert bench.counter.notice.params == {"total": "6.90", "change": "0.00", "count": "3", "minutes": "10"}


def test_cash_is_no_redemption_and_old_ones_do_not_count() -> None:
    bench = shop(Watch(redemptions=1, minutes=10))
    assert sell(bench, "f11") == []
    assert sell(bench, "f12") == []
    bench.now_ms += 11 * 60_000
    assert sell(bench, "f11") == []
    assert bench.notice == "notice.completed"


def test_redemptions_are_remembered_over_a_restart() -> None:
    bench = shop(Watch(redemptions=1, minutes=10))
    sell(bench, "f11")
    record = bench.start
    for fact in bench.facts:
        record = apply(record, fact)
    assert [(one.kind, one.who) for one in record.watched] == [(WatchKind.REDEMPTIONS, ANNA)]
    assert record.watched == bench.counter.record.watched


def test_cashier_who_sells_on_the_own_card_is_told_however_it_is_paid() -> None:
    bench = shop(Watch(members={StaffNumber("1001"): ANNA}))
    (odd,) = sell(bench, "f12")
    assert (odd.kind, odd.count, bench.notice) == (WatchKind.OWN_CARD, 0, "notice.completed_own_card")


@pytest.mark.parametrize("members", [{StaffNumber("1002"): ANNA}, {StaffNumber("1001"): MemberId("other")}])
def test_card_of_somebody_else_is_none(members: dict[StaffNumber, MemberId]) -> None:
    assert sell(shop(Watch(members=members)), "f12") == []


def test_sale_of_nobody_is_never_odd() -> None:
    bench = shop(Watch(redemptions=0, members={StaffNumber("1001"): ANNA}))
    bench.scan(CHIPS)
    facts = bench.press("f12")
    assert [fact for fact in facts if isinstance(fact, MisuseNoticed)] == []


def test_cashier_who_takes_too_much_back_without_a_receipt_is_told() -> None:
    settings = replace(SETTINGS, watch=Watch(no_receipt=1, no_receipt_minutes=120))
    rules = {1: Rules((), (), {"no_receipt_max": 5_000})}
    bench = till(MANAGER, rules=rules, offer_rules=1, shops={1: Shop(settings=settings)})
    told: list[list[MisuseNoticed]] = []
    for _ in range(2):
        bench.press("f7", "f2")
        bench.scan(CHIPS)
        seen = len(bench.facts)
        give_back(bench)
        told.append([fact for fact in bench.facts[seen:] if isinstance(fact, MisuseNoticed)])
        bench.press("enter")
    first, (odd,) = told
    assert first == []
    assert (odd.kind, odd.staff, odd.count, odd.minutes) == (WatchKind.NO_RECEIPT, MANAGER, 2, 120)
    assert (odd.number, odd.sale_id, odd.member) == ("S01-T03-1-R00002", None, None)


def test_what_is_practised_is_told_as_practised() -> None:
    bench = shop(Watch(members={StaffNumber("1001"): ANNA}))
    bench.press("f15")
    bench.approve("2001")
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    facts = bench.press("f12")
    practised = [fact.fact for fact in facts if isinstance(fact, InTraining)]
    assert any(isinstance(fact, MisuseNoticed) for fact in practised)
    assert Right.TRAINING in {grant.right for grant in SETTINGS.rights}
