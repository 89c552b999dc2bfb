"""A till that dies in the middle of a payment: what it knows when it comes up, and that it charges nobody twice."""

import pytest

from terminal.checkout.inputs import BookOffered, Fired
from terminal.checkout.messages import No
from terminal.checkout.modes import Completed, Locked, Paying, Tendering
from terminal.checkout.payments.errand import LOST_MS, TIMER
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.state import is_finished
from terminal.domain.gateways import AttemptState
from terminal.domain.payments import Reason
from terminal.domain.sale import TenderKind
from terminal.wire.events import decode_fact, encode_fact
from terminal.wire.gateway import OrderState, Query, Refund, Reverse
from terminal.wire.record import apply
from tests.unit.checkout.memory_shop import (
    WATER,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import ALIPAY, PayBench, at_tender, begun


def test_a_payment_that_may_have_been_said_is_asked_about_and_never_said_again() -> None:
    bench = begun(WECHAT).restarted()
    assert (bench.mode, bench.notice) == (Paying(bench.payment.order), PaySay.OPEN)
    assert isinstance(bench.asked(), Query)
    bench.paid()
    assert (bench.mode, bench.calls()) == (Completed(), ["query"])
    assert bench.completed().tenders[0].kind is TenderKind.WECHAT


def test_a_payment_of_which_the_host_never_heard_is_reversed_soon_after_a_restart() -> None:
    bench = begun(ALIPAY).restarted()
    began_ms = bench.now_ms
    while not isinstance(bench.asked(), Reverse):
        bench.hear(OrderState.NONE)
        bench.wait()
    assert bench.now_ms - began_ms < 25_000
    bench.hear(OrderState.REVERSED)
    assert bench.mode == Tendering()


def test_a_reversal_goes_on_after_a_restart_and_is_not_forgotten() -> None:
    bench = begun(WECHAT)
    bench.paid(1)
    again = bench.restarted()
    assert again.payment.given_up is Reason.WRONG_AMOUNT
    assert isinstance(again.asked(), Reverse)
    again.hear(OrderState.REVERSED)
    assert (again.mode, again.tenders) == (Tendering(), ())


def test_escape_while_a_payment_is_waited_for_says_that_numbers_begin_anew() -> None:
    bench = begun(WECHAT)
    bench.paid(1)
    again = bench.restarted()
    again.press("escape")
    again.hear(OrderState.REVERSED)
    again.press("f12")
    assert again.mode == Completed()


def test_an_unknown_payment_stays_on_the_list_over_restarts() -> None:
    bench = begun(ALIPAY)
    bench.silent()
    while bench.payment.state is not AttemptState.UNKNOWN:
        bench.wait() if not bench.out() else bench.silent()
    for _ in range(3):
        bench = bench.restarted()
        assert (bench.payment.state, bench.mode.name) == (AttemptState.UNKNOWN, "paying")
        bench.silent()
    bench.hear(OrderState.REVERSED)
    assert bench.mode == Tendering()


def test_what_is_to_be_given_back_is_given_back_after_a_restart() -> None:
    bench = begun(WECHAT)
    bench.hear(OrderState.DECLINED)
    bench.wait()
    bench.paid()
    again = bench.restarted()
    request = again.asked()
    assert isinstance(request, Refund)
    assert (request.amount, request.refund) == (350, f"{again.payment.order}R")
    again.hear(OrderState.REFUNDED)
    assert again.counter.durable.payments == ()


def test_what_waited_is_there_after_a_restart() -> None:
    bench = begun(WECHAT)
    bench.scan(WATER)
    again = bench.restarted()
    assert len(again.counter.durable.queued) == 1
    again.paid()
    assert (again.mode.name, again.quantities) == ("sale", [1])


def test_a_reversal_of_a_tender_may_have_been_heard_before_the_restart() -> None:
    bench = at_tender()
    bench.write("1")
    bench.scan(WECHAT)
    bench.paid(100)
    bench.press("/", "enter")
    again = bench.restarted()
    assert (again.mode.name, again.payment.taken) == ("paying", True)
    again.hear(OrderState.REVERSED)
    assert (again.mode, again.tenders) == (Tendering(), ())


def test_nobody_signed_in_still_looks_payments_up() -> None:
    bench = begun(ALIPAY)
    bench.silent()
    while bench.payment.state is not AttemptState.UNKNOWN:
        bench.wait() if not bench.out() else bench.silent()
    bench.press("f16")
    again = bench.restarted()
    assert again.mode == Locked()
    assert len(again.out()) == 1


def test_a_payment_that_ends_before_there_is_a_book_waits_for_the_cashier() -> None:
    bench = begun(WECHAT)
    again = PayBench(record=bench.counter.durable, shops=bench.shops, offer=None, now_ms=bench.now_ms)
    again.send(Fired(TIMER))
    again.paid()
    assert (again.mode.name, len(again.tenders)) == ("no_book", 1)
    again.send(BookOffered(1))
    again.press("escape", "f12")
    assert again.completed().total_fen == 350


def test_whoever_ends_the_till_over_a_payment_interrupts_it() -> None:
    bench = begun(WECHAT)
    assert not is_finished(bench.counter)
    bench.paid()
    assert is_finished(bench.counter)


def test_an_answer_that_could_not_be_written_down_is_asked_for_again() -> None:
    bench = begun(WECHAT)
    bench.refusing = "disk_full"
    bench.paid()
    assert (bench.notice, bench.mode.name, bench.tenders) == (No.DISK_FULL, "paying", ())
    bench.refusing = ""
    assert bench.wait() == LOST_MS
    assert isinstance(bench.asked(), Query)
    bench.paid()
    assert (bench.mode, bench.calls()) == (Completed(), ["pay", "query"])


def test_a_payment_that_could_not_be_written_down_is_not_asked_for() -> None:
    bench = at_tender()
    bench.refusing = "disk_full"
    bench.scan(WECHAT)
    assert (bench.notice, bench.mode, bench.counter.durable.payments) == (No.DISK_FULL, Tendering(), ())
    assert bench.counter.errands == ()


@pytest.mark.parametrize("state", [OrderState.PAID, OrderState.DECLINED, OrderState.PENDING])
def test_the_facts_alone_tell_how_a_payment_stands(state: OrderState) -> None:
    bench = begun(WECHAT)
    bench.scan(WATER)
    bench.hear(state, 350)
    record = bench.start
    for fact in bench.facts:
        record = apply(record, decode_fact(encode_fact(fact)))
    assert record == bench.counter.durable
