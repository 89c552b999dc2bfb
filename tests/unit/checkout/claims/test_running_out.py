"""A claim that runs out under an open sale stays good for what the sale spends of it, and for nothing else."""

import pytest
from msgspec.structs import replace

from terminal.checkout.handlers.books import MINUTE
from terminal.checkout.inputs import Fired
from terminal.domain.paying import OfflineLimits
from terminal.wire import claim_events as cle
from terminal.wire.asking import ReserveAsk
from terminal.wire.doorbell import Failure
from terminal.wire.events import SaleCompleted
from terminal.wire.record import TillRecord
from tests.unit.checkout.asked_hq import LASTS_MS
from tests.unit.checkout.claims.test_leases import HOURS_MS, LEASED, leased, leases, till
from tests.unit.checkout.claims.test_money_last import with_coupon
from tests.unit.checkout.claims.test_spending import kinds, reserve, returned
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    WECHAT,
)
from tests.unit.checkout.tendering.tender_bench import PROGRAM, done, online, settling, shop


def spent_and_drawn(bench: Bench) -> tuple[int, int]:
    """Return the stored value that paid a done sale, and what of it was drawn of claims."""
    sale = next(fact for fact in reversed(bench.facts) if isinstance(fact, SaleCompleted))
    paid = sum(tender.stored.total for tender in sale.tenders if tender.stored is not None)
    return paid, sum(part.amount for one in sale.drawn for part in one.parts)


def minute_later(bench: Bench, passed_ms: int) -> Bench:
    bench.now_ms += passed_ms
    bench.send(Fired(MINUTE))
    return bench


def test_lease_that_a_tender_stands_on_is_kept_until_the_sale_has_ended() -> None:
    bench = settling(leased(), chips=2)
    bench.write("7", "f11")
    minute_later(bench, HOURS_MS + 1)
    assert returned(bench) == []
    bench.press("f12")
    assert spent_and_drawn(bench) == (700, 700)
    assert kinds(bench.facts)[-2:] == ["SaleCompleted", "ClaimsReturned"]
    assert returned(bench) == [cle.GivenBack.EXPIRED]


def test_lease_that_ran_out_takes_no_more_tenders_of_a_sale_that_stands_on_it() -> None:
    bench = settling(leased(), chips=2)
    bench.write("7", "f11")
    minute_later(bench, HOURS_MS + 1)
    bench.write("1", "f11")
    assert bench.notice == "error.offline_nothing"


def test_lease_goes_back_when_the_sale_that_stood_on_it_is_voided() -> None:
    bench = settling(leased(), chips=2)
    bench.write("7", "f11")
    minute_later(bench, HOURS_MS + 1)
    bench.press("escape")
    bench.press("f9")
    bench.approve()
    bench.press("1")
    minute_later(bench, 1)
    assert returned(bench) == [cle.GivenBack.EXPIRED]


@pytest.mark.parametrize("amount", [(), tuple("7")])
def test_lease_that_ran_out_pays_nothing_from_the_first_key_on(amount: tuple[str, ...]) -> None:
    bench = settling(leased(), chips=2)
    bench.now_ms += HOURS_MS + 1
    bench.press(*amount, "f11")
    assert bench.notice == "error.offline_nothing"
    assert returned(bench) == [cle.GivenBack.EXPIRED]
    assert "TenderAdded" not in kinds(bench.facts)


@pytest.mark.parametrize("away", [True, False])
def test_reservation_that_a_tender_stands_on_is_drawn_though_it_ran_out_and_hq_is_silent(*, away: bool) -> None:
    bench = shop()
    settling(bench, chips=2)
    bench.write("7", "f11")
    if away:
        online(bench, now=False)
    bench.hq.failing = Failure.TIMEOUT
    minute_later(bench, LASTS_MS + 1)
    bench.press("f12")
    assert spent_and_drawn(bench) == (700, 700)
    assert len([one for one in bench.hq.asked if isinstance(one, ReserveAsk)]) == 1


def unclaimed(limits: OfflineLimits, key: str) -> Bench:
    """Return a till without HQ whose open sale was paid in part with 7.00 or points, of a claim that is gone."""
    bench = till(offline=limits) if key == "f11" else shop(replace(PROGRAM, redeem_step=1), offline=limits)
    settling(bench, chips=2)
    bench.write("7", "f11") if key == "f11" else bench.press("f8", "enter")
    bench.counter = replace(bench.counter, durable=replace(bench.counter.durable, claims=TillRecord().claims))
    return online(bench, now=False)


@pytest.mark.parametrize(
    ("key", "limits", "ends"),
    [
        ("f11", OfflineLimits(), False),
        ("f11", OfflineLimits(stored_per_sale=699), False),
        ("f11", OfflineLimits(stored_per_sale=700), True),
        ("f8", OfflineLimits(stored_per_sale=700), False),
        ("f8", OfflineLimits(points=True), True),
    ],
)
def test_what_has_no_claim_is_spent_without_hq_only_by_the_rules_of_offline(
    key: str, limits: OfflineLimits, *, ends: bool
) -> None:
    bench = unclaimed(limits, key)
    bench.press("f12")
    assert (kinds(bench.facts)[-1] == "SaleCompleted") is ends
    assert ends or bench.notice == "error.needs_hq"


def test_lease_that_the_open_sale_stands_on_is_not_renewed_under_it() -> None:
    bench = settling(leased(), chips=2)
    bench.write("7", "f11")
    bench.now_ms += HOURS_MS // 2
    online(bench)
    bench.press("f12")
    assert spent_and_drawn(bench) == (700, 700)
    settling(bench)
    assert (
        sum(part.amount for one in leases(bench)[-1].unspent for part in one.parts)
        == sum(part.amount for part in LEASED) - 700
    )


@pytest.mark.parametrize("paying", ["slip", "code"])
def test_coupon_of_a_sale_of_which_some_is_paid_is_kept_past_its_time(paying: str) -> None:
    bench = with_coupon()
    bench.write("10")
    if paying == "slip":
        bench.press("f10")
        bench.write("123456", "enter")
    else:
        bench.scan(WECHAT)
        assert kinds(bench.facts)[-1] == "PaymentStarted"
    online(bench, now=False)
    minute_later(bench, LASTS_MS + 1)
    assert returned(bench) == []
    if paying == "slip":
        bench.press("f12")
        assert [one.coupons for one in done(bench).drawn] == [reserve(bench).coupons]


def test_coupon_of_a_sale_of_which_nothing_is_paid_goes_back_in_time() -> None:
    bench = with_coupon()
    bench.press("f10", "escape")
    minute_later(bench, LASTS_MS + 1)
    assert returned(bench) == [cle.GivenBack.EXPIRED]
