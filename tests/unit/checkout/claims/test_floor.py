"""Without HQ and without a lease a till spends no more stored value than day, outage and old balances leave."""

from terminal.checkout.inputs import LinkReported
from terminal.domain.paying import OfflineLimits
from terminal.wire.claim_events import OutageEnded
from terminal.wire.doorbell import LinkChanged
from terminal.wire.events import MemberBound, SaleCompleted
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER
from tests.unit.checkout.memory_shop import (
    CHIPS,
)
from tests.unit.checkout.tendering.tender_bench import settling, shop

OFFLINE = LinkReported(LinkChanged(online=False, acked_seq=0))
BACK = LinkReported(LinkChanged(online=True, acked_seq=0))
LIMITS = OfflineLimits(stored_per_sale=300, stored_per_day=500)


def cut_off(limits: OfflineLimits = LIMITS) -> Bench:
    """Return a till without HQ, on the tender page of a member's sale."""
    bench = settling(shop(offline=limits), chips=10)
    bench.send(OFFLINE)
    return bench


def next_sale(bench: Bench) -> None:
    bench.press("f12", "escape")
    bench.scan(MEMBER)
    for _ in range(3):
        bench.scan(CHIPS)
    bench.press("enter")


def test_the_day_of_a_member_is_bounded_over_sales_and_restarts() -> None:
    bench = cut_off()
    bench.write("3", "f11")
    assert bench.notice == "notice.tender_taken"
    next_sale(bench)
    bench.write("2.01", "f11")
    assert bench.notice != "notice.tender_taken"
    bench.press("escape")
    bench.press("enter")
    bench.write("2", "f11")
    assert bench.notice == "notice.tender_taken"
    bench.press("f12")
    assert bench.counter.durable.claims.floor.outage_fen == 500
    assert sum(isinstance(fact, SaleCompleted) for fact in bench.facts) == 2


def test_when_hq_is_back_the_outage_is_over_and_told_once() -> None:
    bench = cut_off()
    bench.write("3", "f11")
    bench.press("f12")
    bench.send(BACK)
    bench.send(BACK)
    assert [fact.spent_fen for fact in bench.facts if isinstance(fact, OutageEnded)] == [300]
    assert bench.counter.durable.claims.floor.outage_fen == 0


def test_balances_of_before_yesterday_pay_nothing() -> None:
    bench = settling(shop(offline=LIMITS), chips=10)
    bench.press("escape", "f19")
    bench.approve()
    bench.members.as_of_ms = 1
    bench.send(OFFLINE)
    bench.day = "2026-11-25"
    bench.scan(MEMBER)
    bench.scan(CHIPS)
    bound = [fact for fact in bench.facts if isinstance(fact, MemberBound)][-1]
    assert bound.as_of == "2026-11-23T09:02:00"
    bench.press("enter")
    bench.write("1", "f11")
    assert bench.notice != "notice.tender_taken"
