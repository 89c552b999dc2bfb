"""Bank cards where the till tells the bank's own terminal the amount: as careful as with a customer's code."""

import pytest

from terminal.checkout.inputs import DeviceReported, LinkReported
from terminal.checkout.messages import Ask as Question
from terminal.checkout.modes import Completed, Confirming, Paying, Prompting, Tendering
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.checkout.tendering.messages import TenderNo, TenderSay
from terminal.domain.gateways import AttemptState
from terminal.domain.payments import NOT_SENT, Reason
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.ports.devices import DeviceKind, DeviceState, DeviceStatus, LinkState
from terminal.wire.counter.panels import PayingPanel
from terminal.wire.doorbell import Failure
from terminal.wire.gateway import CARD, OrderState, Pay, Query, Reverse
from terminal.wire.payment_events import PaymentSettled, PaymentStarted, RefundRefused
from tests.unit.checkout.memory_shop import (
    COLA,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import DUE_FEN, PayBench, at_tender, pay_of, refund_of
from tests.unit.checkout.shown import page


def connect(bench: PayBench, link: LinkState = LinkState.OPEN) -> PayBench:
    state = DeviceState.IDLE if link is LinkState.OPEN else DeviceState.CLOSED
    status = DeviceStatus(name="bank", kind=DeviceKind.CARD_TERMINAL, link=link, state=state)
    bench.send(DeviceReported(status))
    return bench


def charging(*keys: str) -> PayBench:
    bench = connect(at_tender())
    bench.press(*keys, "f10")
    return bench


def test_f10_tells_the_terminal_the_amount_when_that_is_on_the_disk() -> None:
    bench = charging()
    (started,) = bench.of_kind(PaymentStarted)
    assert isinstance(started, PaymentStarted)
    (ask,) = bench.out()
    request = pay_of(bench)
    assert (ask.kind, request.order, request.amount) == (CARD, started.order, DUE_FEN)
    assert (request.channel, request.code, request.currency) == ("card", "", "CNY")
    assert (started.kind, started.code, bench.mode) == (TenderKind.CARD, "", Paying(started.order))
    assert (bench.notice, bench.calls()) == (PaySay.CARD_STARTED, ["pay"])
    assert bench.view is not None
    assert isinstance(bench.view.panel, PayingPanel)
    assert bench.view.panel.stage == "card"


def test_an_approved_card_ends_the_sale_and_keeps_what_the_terminal_calls_it() -> None:
    bench = charging()
    bench.hear(OrderState.PAID, DUE_FEN, reason="CUP 622202******1234")
    (tender,) = bench.completed().tenders
    order = pay_of_first(bench)
    assert tender == Tender(kind=TenderKind.CARD, amount_fen=DUE_FEN, order=order.order, reference=clean("4200012345"))
    assert bench.mode == Completed()


def pay_of_first(bench: PayBench) -> PaymentStarted:
    (started,) = bench.of_kind(PaymentStarted)
    assert isinstance(started, PaymentStarted)
    return started


def test_an_amount_before_the_key_is_a_part() -> None:
    bench = charging("2")
    assert pay_of(bench).amount == 200
    bench.paid(200)
    assert (bench.mode, [one.amount_fen for one in bench.tenders]) == (Tendering(), [200])


def test_a_declined_card_takes_nothing_and_another_tender_may_follow() -> None:
    bench = charging()
    bench.hear(OrderState.DECLINED, reason="Refusal")
    assert (bench.notice, bench.mode, bench.tenders) == (PaySay.DECLINED, Tendering(), ())


def test_a_terminal_that_heard_nothing_leaves_the_slip() -> None:
    bench = charging()
    bench.silent(Failure.NOT_SENT)
    (settled,) = bench.of_kind(PaymentSettled)
    assert isinstance(settled, PaymentSettled)
    assert (settled.state, settled.reason, bench.notice) == (AttemptState.DECLINED, NOT_SENT, PaySay.CARD_NOT_SENT)
    connect(bench, LinkState.ABSENT)
    bench.press("f10")
    assert (bench.mode.name, bench.notice) == ("prompt", TenderSay.BY_HAND)
    bench.write("100234567890", "enter")
    assert bench.completed().tenders[0].reference == "100234567890"


def test_without_a_terminal_on_a_cable_the_slip_is_asked_for_without_a_word() -> None:
    bench = at_tender()
    bench.press("f10")
    assert isinstance(bench.mode, Prompting)
    assert bench.notice != TenderSay.BY_HAND


def test_a_customer_who_takes_long_is_asked_about_until_the_answer_comes() -> None:
    bench = charging()
    bench.silent()
    assert bench.wait() <= 3_000
    bench.hear(OrderState.PENDING)
    bench.wait()
    assert isinstance(bench.asked(), Query)
    bench.paid()
    assert (bench.mode, bench.calls()) == (Completed(), ["pay", "query", "query"])


def test_another_amount_than_was_asked_is_reversed() -> None:
    bench = charging()
    bench.paid(1)
    assert bench.payment.given_up is Reason.WRONG_AMOUNT
    assert isinstance(bench.asked(), Reverse)
    bench.hear(OrderState.REVERSED)
    assert (bench.mode, bench.tenders) == (Tendering(), ())


def test_while_nobody_knows_nothing_else_is_charged_also_after_a_restart() -> None:
    bench = charging()
    bench.silent()
    bench.scan(WECHAT)
    assert bench.notice == PayNo.UNDECIDED
    again = bench.restarted()
    (ask,) = again.out()
    assert (ask.kind, type(again.asked()), again.mode) == (CARD, Query, Paying(again.payment.order))
    connect(again)
    again.paid()
    assert again.completed().tenders[0].kind is TenderKind.CARD
    assert bench.calls() + again.calls() == ["pay", "query"]


def test_escape_asks_and_then_reverses() -> None:
    bench = charging()
    bench.silent()
    bench.press("escape")
    bench.hear(OrderState.PENDING)
    assert isinstance(bench.asked(), Reverse)
    bench.hear(OrderState.DECLINED)
    assert (bench.notice, bench.mode) == (PaySay.REVERSED, Tendering())


def test_what_the_terminal_charged_and_will_not_reverse_pays_the_sale_after_all() -> None:
    bench = charging()
    bench.silent()
    bench.press("escape")
    bench.hear(OrderState.PENDING)
    bench.silent()
    bench.wait()
    assert isinstance(bench.asked(), Reverse)
    bench.paid()
    assert (bench.notice, bench.mode, bench.counter.durable.payments) == (PaySay.KEPT, Tendering(), ())
    assert [one.reference for one in bench.tenders] == ["4200012345"]
    bench.press("f12")
    assert bench.completed().total_fen == DUE_FEN


def test_another_amount_that_the_terminal_will_not_reverse_pays_nothing() -> None:
    bench = charging()
    bench.paid(1)
    bench.paid(1)
    assert (bench.mode.name, bench.tenders, bench.payment.given_up) == ("paying", (), Reason.WRONG_AMOUNT)


def test_a_charged_part_is_given_back_by_the_terminal_on_purpose_only() -> None:
    bench = charging("2")
    bench.paid(200)
    bench.press("/")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == Question.REVERSE_PAYMENT
    bench.press("enter")
    assert isinstance(bench.asked(), Reverse)
    bench.hear(OrderState.REVERSED)
    assert bench.tenders == ()


def test_what_cannot_be_told_to_the_terminal_stays_paid() -> None:
    bench = charging("2")
    bench.paid(200)
    connect(bench, LinkState.ABSENT)
    bench.press("/")
    assert (bench.notice, len(bench.tenders)) == (PayNo.NO_TERMINAL, 1)


def test_a_card_is_charged_without_hq_and_without_the_uplink() -> None:
    bench = connect(at_tender())
    bench.send(LinkReported(None))
    bench.press("f10")
    assert isinstance(bench.asked(), Pay)


def test_goods_that_come_back_go_back_to_the_card_through_the_terminal() -> None:
    bench = charging()
    bench.paid()
    bench.press("escape", "f7", "enter", "+", "f12", "1")
    bench.approve("9002", "1111")
    (ask,) = bench.out()
    request = refund_of(bench)
    assert (ask.kind, request.amount, request.number) == (CARD, DUE_FEN, "4200012345")
    assert [row[2] for row in page(bench).rows] == ["give.returning_card"]
    bench.hear(OrderState.REFUNDED)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.RETURNED, ())
    assert [row[2] for row in page(bench).rows] == ["give.returned_card"]


def test_where_no_terminal_is_left_at_all_a_refund_to_a_card_is_for_people() -> None:
    bench = charging()
    bench.paid()
    bench.press("escape", "f7", "enter", "+", "f12", "1")
    bench.approve("9002", "1111")
    bench.silent(Failure.NOT_SENT)
    bench.wait()
    assert refund_of(bench).amount == DUE_FEN
    bench.silent(Failure.NO_ROUTE)
    (refused,) = bench.of_kind(RefundRefused)
    assert isinstance(refused, RefundRefused)
    assert (refused.reason, bench.notice, bench.payment.refused) == ("no_route", PaySay.NOT_RETURNED, True)


def test_in_a_training_the_slip_is_asked_for_and_no_card_is_charged() -> None:
    bench = connect(PayBench())
    bench.sign_in("2001")
    bench.press("f15", "enter")
    bench.scan(COLA)
    bench.press("enter", "f10")
    assert (bench.mode.name, bench.calls()) == ("prompt", [])


@pytest.mark.parametrize("amount", ["9", "0"])
def test_what_does_not_pay_is_refused_before_anything_is_asked(amount: str) -> None:
    bench = charging(amount)
    assert (bench.calls(), bench.mode) == ([], Tendering())
    assert bench.notice != TenderNo.SLIP_HOW
