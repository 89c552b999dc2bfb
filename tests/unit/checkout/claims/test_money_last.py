"""Coupons and uses of count cards are set aside before a card or a customer's code is charged."""

import pytest
from msgspec.structs import replace

from terminal.checkout.modes import Paying, Prompting, Tendering
from terminal.domain.members.claims import parts_of
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.member import CountCardId
from terminal.domain.promotions.coupons import CouponCode
from terminal.wire import asking
from terminal.wire.doorbell import Failure
from terminal.wire.payment_events import PaymentStarted
from tests.unit.checkout.claims.test_spending import kinds, reserve
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER
from tests.unit.checkout.memory_shop import (
    CHIPS,
    WATER,
    WECHAT,
)
from tests.unit.checkout.tendering.tender_bench import done, online, settling, shop

USES = Place(Account.USES, card=CountCardId("C1"))


def with_coupon() -> Bench:
    bench = settling(chips=10)
    bench.press("f8")
    while not _coupons(bench):
        bench.press("down", "enter")
    return bench


def _coupons(bench: Bench) -> tuple[CouponCode, ...]:
    sale = bench.counter.record.sale
    assert sale is not None
    return tuple(one.code for one in sale.coupons)


def with_use() -> Bench:
    """Return the sale of a member whose count card pays for the water."""
    bench = shop()
    bench.scan(WATER)
    bench.scan(MEMBER)
    bench.scan(CHIPS)
    bench.press("f4", "up")
    bench.counter = replace(bench.counter, selected=1)
    bench.press("f8", "escape")
    return bench


def test_coupon_is_set_aside_before_the_slip_of_a_card_is_asked_for() -> None:
    bench = with_coupon()
    assert kinds(bench.press("f10")) == ["ClaimAsked", "ClaimGranted"]
    assert (reserve(bench).coupons, reserve(bench).parts) == (_coupons(bench), ())
    assert isinstance(bench.mode, Prompting)
    facts = kinds(bench.write("123456", "enter"))
    assert facts == ["TenderAdded", "SaleCompleted"]
    assert [one.coupons for one in done(bench).drawn] == [reserve(bench).coupons]


def test_coupon_that_hq_refuses_stops_the_card_and_may_be_taken_back() -> None:
    bench = with_coupon()
    bench.hq.refusing = asking.No.COUPON_TAKEN
    bench.press("f10")
    assert (bench.notice, bench.mode) == ("error.coupon_taken", Tendering())
    bench.press("f8", "down", "enter")
    assert _coupons(bench) == ()
    bench.press("f10")
    bench.write("123456", "enter")
    assert [tender.reference for tender in done(bench).tenders] == ["123456"]


def test_no_card_is_charged_for_a_coupon_of_which_hq_says_nothing() -> None:
    bench = with_coupon()
    bench.hq.failing = Failure.TIMEOUT
    bench.press("f10")
    assert (bench.notice, bench.mode) == ("error.coupon_offline", Tendering())


@pytest.mark.parametrize("key", ["f10", "f11"])
def test_without_hq_no_tender_is_taken_for_a_use_that_is_not_set_aside(key: str) -> None:
    bench = online(with_use(), now=False)
    bench.press(key)
    assert "TenderAdded" not in kinds(bench.facts)
    assert not isinstance(bench.mode, Prompting)


def test_use_is_set_aside_with_the_first_stored_value() -> None:
    bench = with_use()
    bench.write("1", "f11")
    assert {part.account for part in reserve(bench).parts} == {Account.USES, Account.BONUS}
    before = len(bench.hq.asked)
    bench.press("f12")
    assert len(bench.hq.asked) == before
    assert parts_of({USES: 1})[0] in {part for one in done(bench).drawn for part in one.parts}


def test_code_is_charged_when_hq_has_set_the_coupon_aside() -> None:
    bench = with_coupon()
    bench.hq.holding_back = True
    bench.write("10")
    assert [kind for kind in kinds(bench.scan(WECHAT)) if kind.startswith("Payment")] == []
    assert bench.notice == "notice.asking_hq"
    bench.hear_hq()
    (started,) = (fact for fact in bench.facts if isinstance(fact, PaymentStarted))
    assert (started.amount_fen, isinstance(bench.mode, Paying)) == (1000, True)
    assert WECHAT not in repr(bench.counter)


def test_code_is_not_charged_for_a_coupon_that_hq_refuses() -> None:
    bench = with_coupon()
    bench.hq.refusing = asking.No.COUPON_TAKEN
    bench.scan(WECHAT)
    assert (bench.notice, bench.mode, bench.of_kind(PaymentStarted)) == ("error.coupon_taken", Tendering(), [])
