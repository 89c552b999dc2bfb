"""A payment by code that is given up, or that nobody knows about: looked up, reversed, never paid twice."""

from terminal.checkout.modes import Completed, Locked, Paying, Tendering
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.domain.gateways import AttemptState
from terminal.domain.payments import PACES, Reason
from terminal.domain.sale import TenderKind
from terminal.wire import payment_events as pay
from terminal.wire.counter.panels import PayingPanel
from terminal.wire.doorbell import Ask
from terminal.wire.gateway import OrderState, Query, Reverse
from tests.unit.checkout.memory_shop import (
    WECHAT,
)
from tests.unit.checkout.payments.paybench import ALIPAY, begun, unknown

OTHER_WECHAT = "134567890123456780"
WAITING, NONE, DECLINED, REVERSED = OrderState.PENDING, OrderState.NONE, OrderState.DECLINED, OrderState.REVERSED


def test_esc_looks_first_and_takes_what_is_paid() -> None:
    bench = begun(WECHAT)
    bench.hear(WAITING)
    bench.press("escape")
    assert (bench.notice, bench.calls()) == (PaySay.CANCELLING, ["pay", "query"])
    bench.paid()
    assert bench.mode == Completed()


def test_esc_reverses_what_is_not_paid_but_a_wechat_payment_not_before_fifteen_seconds() -> None:
    bench = begun(WECHAT)
    began_ms = bench.now_ms
    bench.hear(WAITING)
    bench.press("escape")
    while not isinstance(bench.asked(), Reverse):
        bench.hear(WAITING)
        bench.wait()
    assert 15_000 <= bench.now_ms - began_ms < 19_000
    bench.hear(REVERSED)
    assert (bench.mode, bench.payment.given_up) == (Tendering(), Reason.CANCELLED)


def test_esc_reverses_an_alipay_payment_as_soon_as_it_was_looked_up() -> None:
    bench = begun(ALIPAY)
    bench.press("escape")
    bench.hear(WAITING)
    assert isinstance(bench.asked(), Query)
    bench.hear(WAITING)
    assert isinstance(bench.asked(), Reverse)
    bench.hear(REVERSED)
    assert bench.calls() == ["pay", "query", "reverse"]


def test_a_payment_of_which_the_host_never_heard_is_not_waited_for() -> None:
    bench = begun(ALIPAY)
    began_ms = bench.now_ms
    bench.silent()
    bench.wait()
    while not isinstance(bench.asked(), Reverse):
        bench.hear(NONE)
        if not bench.out():
            bench.wait()
    assert bench.now_ms - began_ms < 25_000
    assert bench.payment.given_up is Reason.UNHEARD


def test_what_cannot_be_reversed_is_unknown_and_nothing_else_is_paid() -> None:
    bench = unknown()
    assert (bench.mode, bench.notice, bench.payment.state) == (
        Paying(bench.payment.order),
        PaySay.UNKNOWN,
        AttemptState.UNKNOWN,
    )
    record = bench.counter.record
    for key in ("enter", "f12", "f8", "/", "delete", "f19", "f5", "f6", "1", "f9", "f10", "f11"):
        bench.press(key)
        assert (bench.notice, bench.counter.record) == (PayNo.UNDER_WAY, record)
    bench.scan(OTHER_WECHAT)
    assert (bench.notice, bench.counter.record) == (PayNo.UNDECIDED, record)


def test_an_unknown_payment_is_looked_up_until_it_is_reversed() -> None:
    bench = unknown()
    before = len(bench.calls())
    assert bench.wait() == PACES[TenderKind.ALIPAY].unknown_ms
    bench.silent()
    bench.silent()
    assert bench.wait() == PACES[TenderKind.ALIPAY].unknown_ms
    bench.hear(WAITING)
    bench.hear(REVERSED)
    assert bench.calls()[before:] == ["query", "reverse", "query", "reverse"]
    assert (bench.mode, bench.notice) == (Tendering(), PaySay.REVERSED)


def test_an_unknown_payment_that_turns_out_declined_is_over() -> None:
    bench = unknown()
    bench.wait()
    bench.hear(DECLINED)
    assert (bench.mode, bench.payment.state) == (Tendering(), AttemptState.REVERSED)


def test_a_payment_that_is_given_up_is_never_believed_to_be_paid_again() -> None:
    bench = unknown()
    bench.wait()
    bench.paid()
    assert isinstance(bench.asked(), Reverse)
    assert (bench.mode.name, bench.tenders) == ("paying", ())
    bench.hear(REVERSED)
    assert (bench.mode, bench.tenders) == (Tendering(), ())


def test_esc_looks_an_unknown_payment_up_at_once() -> None:
    bench = unknown()
    bench.press("escape")
    assert (bench.notice, len(bench.out())) == (PaySay.ASKING, 1)
    bench.press("escape")
    assert len(bench.out()) == 1


def test_a_till_may_be_locked_over_an_unknown_payment_only() -> None:
    bench = begun(WECHAT)
    bench.press("f16")
    assert bench.notice == PayNo.UNDER_WAY
    bench = unknown()
    bench.press("f16")
    assert bench.mode == Locked()
    bench.wait()
    bench.hear(DECLINED)
    assert bench.mode == Locked()
    bench.sign_in()
    assert bench.mode.name == "sale"


def test_who_signs_in_over_an_unknown_payment_sees_it() -> None:
    bench = unknown()
    bench.press("f16")
    bench.sign_in()
    assert bench.mode == Paying(bench.payment.order)


def test_another_amount_is_told_reversed_and_named() -> None:
    bench = begun(WECHAT)
    facts = bench.paid(1)
    assert bench.notice == PaySay.WRONG_AMOUNT
    (given_up,) = [fact for fact in facts if isinstance(fact, pay.PaymentGivenUp)]
    assert (given_up.reason, given_up.paid_fen) == (Reason.WRONG_AMOUNT, 1)
    bench.wait()
    bench.hear(REVERSED)
    assert (bench.mode, bench.tenders) == (Tendering(), ())


def test_a_late_charge_after_the_reversal_is_found_and_given_back() -> None:
    bench = begun(ALIPAY)
    bench.press("escape")
    bench.hear(WAITING)
    bench.hear(WAITING)
    bench.hear(REVERSED)
    bench.press("f12")
    assert bench.wait() == PACES[TenderKind.ALIPAY].watch_ms[0]
    bench.paid()
    assert (bench.notice, bench.payment.found_fen) == (PaySay.FOUND, 350)
    request = bench.asked()
    assert (type(request).__name__, getattr(request, "amount", 0)) == ("Refund", 350)
    bench.silent()
    assert bench.wait() == PACES[TenderKind.ALIPAY].again_ms
    bench.hear(OrderState.REFUNDED)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.RETURNED, ())
    refunds = {effect.body.split(b'"refund":')[-1] for effect in bench.effects if isinstance(effect, Ask)}
    assert len([one for one in refunds if b"R" in one]) == 1


def test_what_ended_without_money_is_looked_after_twice_and_then_over() -> None:
    bench = begun(WECHAT)
    bench.hear(DECLINED)
    bench.wait()
    bench.silent()
    bench.wait()
    bench.hear(WAITING)
    bench.wait()
    bench.hear(DECLINED)
    assert bench.payment.checks == 1
    assert bench.wait() == PACES[TenderKind.WECHAT].watch_ms[1]
    bench.hear(NONE)
    assert bench.counter.durable.payments == ()
    assert bench.kinds()[-2:] == ["PaymentChecked", "PaymentChecked"]


def test_the_page_says_how_it_stands() -> None:
    bench = begun(WECHAT)
    bench.hear(WAITING)
    bench.wait()
    assert bench.view.panel == PayingPanel(tender="tender.wechat", amount="3.50", stage="pending", waited_s=4)  # type: ignore[union-attr]
    bench = unknown()
    assert isinstance(bench.view.panel, PayingPanel)  # type: ignore[union-attr]
    assert bench.view.panel.stage == "unknown"  # type: ignore[union-attr]
