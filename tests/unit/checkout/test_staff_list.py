"""Without HQ nobody lends a right for ever: who left the shop may still stand in the staff list of the till."""

import pytest

from terminal.checkout.handlers.books import MINUTE
from terminal.checkout.inputs import BookOffered, Fired, LinkReported
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Selling
from terminal.wire.doorbell import LinkChanged
from terminal.wire.events import SaleVoided
from terminal.wire.staff_events import StaffListConfirmed
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    Shop,
)

DAY_MS = 24 * 3_600_000
HEARD = LinkReported(LinkChanged(online=True, acked_seq=0, hq_quality=20))
NOT_HEARD_YET = LinkReported(LinkChanged(online=True, acked_seq=0))
CUT_OFF = LinkReported(LinkChanged(online=False, acked_seq=0, hq_quality=20))


def cut_off(days: int, bench: Bench | None = None) -> Bench:
    """Return a till that heard of HQ last so many days ago, with an article in the sale."""
    bench = selling() if bench is None else bench
    bench.send(HEARD)
    bench.send(CUT_OFF)
    bench.now_ms += days * DAY_MS
    bench.scan(COLA)
    return bench


def confirmations(bench: Bench) -> list[int]:
    return [fact.at_ms for fact in bench.facts if isinstance(fact, StaffListConfirmed)]


def test_a_list_of_29_days_ago_lends_rights_and_one_of_30_days_ago_does_not() -> None:
    bench = cut_off(29)
    bench.press("f19")
    assert bench.mode.name == "confirm"
    bench.press("escape")
    bench.now_ms += DAY_MS
    bench.press("f19")
    assert (bench.notice, bench.counter.notice.params) == (No.STAFF_TOO_OLD, {"days": "30"})
    assert bench.mode == Selling()


def test_hq_may_set_the_age() -> None:
    bench = cut_off(10, with_settings(staff_max_days=10))
    bench.press("f19")
    assert bench.notice == No.STAFF_TOO_OLD


@pytest.mark.parametrize("days", [30, 400])
def test_selling_goes_on_and_so_does_signing_in(days: int) -> None:
    bench = cut_off(days)
    bench.press("enter", "f12", "escape", "f16")
    bench.sign_in("2001")
    bench.scan(COLA)
    bench.press("f19", "enter")
    assert bench.of_kind(SaleVoided)


@pytest.mark.parametrize("days", [30, 400])
def test_when_hq_is_back_rights_are_lent_at_once(days: int) -> None:
    bench = cut_off(days)
    bench.send(HEARD)
    bench.press("f19")
    bench.approve()
    assert bench.of_kind(SaleVoided)


def test_a_broker_without_hq_says_nothing_of_the_staff() -> None:
    bench = cut_off(30)
    bench.send(NOT_HEARD_YET)
    bench.press("f19")
    assert bench.notice == No.STAFF_TOO_OLD
    assert len(confirmations(bench)) == 1


def test_a_till_that_never_heard_is_not_locked_out() -> None:
    bench = selling()
    bench.now_ms += 400 * DAY_MS
    bench.scan(COLA)
    bench.press("f19")
    assert isinstance(bench.mode, Confirming)


def test_the_age_goes_on_over_a_restart() -> None:
    before = cut_off(30)
    bench = Bench(record=before.counter.durable, now_ms=before.now_ms)
    bench.send(CUT_OFF)
    bench.press("f19")
    assert bench.notice == No.STAFF_TOO_OLD


def test_a_clock_that_goes_back_locks_nobody_out_and_is_forgotten_with_hq() -> None:
    bench = cut_off(40)
    bench.send(HEARD)
    ahead_ms = bench.now_ms
    bench.now_ms -= 39 * DAY_MS
    bench.send(CUT_OFF)
    bench.press("f19")
    assert isinstance(bench.mode, Confirming)
    bench.send(HEARD)
    assert confirmations(bench)[-1] < ahead_ms


def test_a_day_with_hq_is_told_once() -> None:
    bench = selling()
    for _ in range(3):
        bench.send(HEARD)
        bench.send(Fired(MINUTE))
    bench.now_ms += DAY_MS
    bench.send(Fired(MINUTE))
    bench.send(Fired(MINUTE))
    first, second = confirmations(bench)
    assert second - first >= DAY_MS


def test_a_newer_book_of_an_hq_that_is_gone_lends_nothing() -> None:
    bench = cut_off(30, selling(shops={1: Shop(), 2: Shop(version=2)}))
    bench.press("f19")
    assert bench.notice == No.STAFF_TOO_OLD
    bench.send(BookOffered(2))
    bench.press("f19")
    assert bench.notice == No.STAFF_TOO_OLD
