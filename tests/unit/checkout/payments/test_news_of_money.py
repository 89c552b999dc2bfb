"""What a payment host does by itself is seen: the next page or scan does not cover it before it has stood."""

import pytest

from terminal.checkout.messages import No
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.settling import NOTICE_MS
from terminal.wire.gateway import OrderState, Reverse
from tests.unit.checkout.after.test_by_code import given_back, paid_by_code
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import PayBench, begun


def refused() -> PayBench:
    """Return a till whose payment host has just refused a refund."""
    bench = given_back(paid_by_code())
    bench.hear(OrderState.DECLINED, reason="ACCOUNT_CLOSED")
    return bench


def test_news_of_money_stand_while_a_page_opens_and_goods_are_scanned() -> None:
    bench = refused()
    bench.press("escape")
    assert bench.notice == PaySay.NOT_RETURNED
    serial = bench.counter.notice.serial
    bench.scan(COLA)
    assert (bench.notice, bench.quantities, bench.counter.notice.serial) == (PaySay.NOT_RETURNED, [1], serial)


@pytest.mark.parametrize("given_up", [True, False])
def test_goods_that_waited_do_not_cover_that_nothing_was_paid(given_up: bool) -> None:
    bench = begun(WECHAT)
    bench.scan(WATER)
    if given_up:
        bench.press("escape")
        while not isinstance(bench.asked(), Reverse):
            bench.hear(OrderState.PENDING)
            bench.wait()
        bench.hear(OrderState.REVERSED)
    else:
        bench.hear(OrderState.DECLINED)
    told = PaySay.REVERSED if given_up else PaySay.DECLINED
    assert (bench.notice, bench.quantities) == (told, [1, 1])


@pytest.mark.parametrize("what", ["scan", "page"])
def test_news_that_stood_for_their_time_go_as_all_others(what: str) -> None:
    bench = refused()
    bench.press("escape")
    bench.now_ms += NOTICE_MS
    bench.scan(COLA) if what == "scan" else bench.press("f1")
    assert bench.notice != PaySay.NOT_RETURNED
    assert bench.counter.news is None or bench.counter.notice is not bench.counter.news


def test_a_refusal_is_seen_at_once_and_the_news_come_back_after_it() -> None:
    bench = refused()
    bench.press("escape")
    bench.press("f2")
    assert bench.notice == No.EMPTY_SALE
    bench.now_ms += NOTICE_MS
    bench.press("escape")
    assert bench.notice == PaySay.NOT_RETURNED
    bench.now_ms += NOTICE_MS
    bench.press("f1")
    assert bench.notice == ""


def test_what_was_typed_and_dropped_is_told_before_the_news() -> None:
    bench = refused()
    bench.press("escape", "2")
    bench.scan(COLA)
    assert bench.counter.notice.dropped == "2"
    bench.scan(COLA)
    assert bench.notice == PaySay.NOT_RETURNED
