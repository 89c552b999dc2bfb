"""A payment by code at the counter: said once, waited for, decided; and what waits meanwhile."""

import pytest
from msgspec.structs import replace

from terminal.checkout.deeds.ending import complete, void_sale
from terminal.checkout.deeds.extras import hold
from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.inputs import Answered
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Completed, Help, Paying, Selling, Status, Tendering
from terminal.checkout.outcome import Permit, Rejected
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.checkout.payments.removing import remove_last
from terminal.checkout.payments.starting import start
from terminal.checkout.tendering.taking import take_voucher
from terminal.domain.barcode import PayChannel
from terminal.domain.gateways import AttemptState
from terminal.domain.ids import OrderNumber
from terminal.domain.payments import PACES, Reason
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire.counter.panels import PayingPanel, StatusPanel
from terminal.wire.doorbell import Answer, Failure
from terminal.wire.events import LineAdded, ScanHandled, TenderAdded
from terminal.wire.gateway import OrderState, Query, Reverse
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import (
    ALIPAY,
    UNIONPAY,
    PayBench,
    at_tender,
    begun,
    pay_of,
    sale_of,
)

OTHER_WECHAT = "134567890123456780"
WAITING, NONE, DECLINED, REVERSED = OrderState.PENDING, OrderState.NONE, OrderState.DECLINED, OrderState.REVERSED
VOUCHER = Tender(kind=TenderKind.VOUCHER, amount_fen=100)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(WECHAT, TenderKind.WECHAT), (ALIPAY, TenderKind.ALIPAY), (UNIONPAY, TenderKind.UNIONPAY)],
)
def test_a_scanned_code_pays_what_is_left_and_the_sale_is_done(code: str, kind: TenderKind) -> None:
    bench = begun(code)
    request = pay_of(bench)
    assert (request.channel, request.code, request.amount, request.currency) == (kind.value, code, 350, "CNY")
    assert (bench.mode, bench.notice) == (Paying(bench.payment.order), PaySay.STARTED)
    bench.paid()
    done = bench.completed()
    reference = SafeText("4200012345")
    order = OrderNumber(request.order)
    assert done.tenders == (Tender(kind=kind, amount_fen=350, order=order, reference=reference),)
    assert (done.total_fen, done.change_fen, bench.mode, bench.notice) == (350, 0, Completed(), Say.COMPLETED)
    assert bench.counter.durable.payments == ()
    assert bench.kinds() == ["PaymentStarted", "PaymentAnswered", "PaymentSettled", "TenderAdded", "SaleCompleted"]
    assert [type(effect) for effect in bench.effects if isinstance(effect, PrintReceipt | PulseDrawer)] == [
        PrintReceipt
    ]


def test_the_fact_is_there_before_the_question_and_never_has_the_code() -> None:
    bench = at_tender()
    facts = bench.scan(WECHAT)
    assert [type(fact).__name__ for fact in facts] == ["PaymentStarted", "ScanHandled"]
    assert not [fact for fact in bench.facts if WECHAT in repr(fact)]
    assert WECHAT not in repr(bench.effects)
    assert bench.payment.code.startswith("wechat:18:")


def test_a_payment_is_asked_about_until_it_is_paid_and_said_only_once() -> None:
    bench = begun(WECHAT)
    bench.hear(WAITING)
    waits = []
    for _ in range(3):
        waits.append(bench.wait())
        assert isinstance(bench.asked(), Query)
        bench.hear(WAITING)
    bench.wait()
    bench.paid()
    assert waits == [PACES[TenderKind.WECHAT].query_ms] * 3
    assert bench.calls() == ["pay", "query", "query", "query", "query"]
    assert bench.mode == Completed()
    assert bench.kinds().count("PaymentAnswered") == 2


@pytest.mark.parametrize("code", [WECHAT, ALIPAY])
def test_a_payment_that_stays_undecided_is_reversed_when_its_window_ends(code: str) -> None:
    bench = begun(code)
    began_ms = bench.now_ms
    while not isinstance(bench.asked(), Reverse):
        bench.hear(WAITING)
        bench.wait()
    pace = PACES[bench.payment.kind]
    assert pace.window_ms <= bench.now_ms - began_ms <= pace.window_ms + pace.query_ms
    assert bench.payment.given_up is Reason.TOO_LONG
    bench.hear(REVERSED)
    assert (bench.mode, bench.notice, bench.tenders) == (Tendering(), PaySay.REVERSED, ())
    assert bench.payment.state is AttemptState.REVERSED


def test_silence_is_asked_about_and_never_said_again() -> None:
    bench = begun(WECHAT)
    bench.silent()
    bench.wait()
    bench.paid()
    assert (bench.calls(), bench.mode) == (["pay", "query"], Completed())


def test_a_declined_payment_leaves_the_sale_to_be_paid_otherwise() -> None:
    bench = begun(WECHAT)
    bench.hear(DECLINED)
    assert (bench.mode, bench.notice, bench.payment.state) == (
        Tendering(),
        PaySay.DECLINED,
        AttemptState.DECLINED,
    )
    bench.scan(ALIPAY)
    bench.paid()
    assert [tender.kind for tender in bench.completed().tenders] == [TenderKind.ALIPAY]


@pytest.mark.parametrize(
    ("failure", "message"),
    [(Failure.NOT_SENT, PaySay.NOT_SENT), (Failure.NO_ROUTE, PaySay.NO_HOST)],
)
def test_what_was_not_sent_is_declined_at_once_and_over(failure: Failure, message: Say) -> None:
    bench = begun(WECHAT)
    bench.silent(failure)
    assert (bench.mode, bench.notice, bench.counter.durable.payments) == (Tendering(), message, ())
    bench.press("f12")
    assert bench.mode == Completed()


def test_the_same_code_while_it_is_under_way_is_no_second_payment() -> None:
    bench = begun(WECHAT)
    (fact,) = bench.scan(WECHAT)
    assert isinstance(fact, ScanHandled)
    assert (fact.outcome, fact.reason, bench.notice) == ("applied", "same_code", PaySay.SAME_CODE)
    (fact,) = bench.scan(OTHER_WECHAT)
    assert isinstance(fact, ScanHandled)
    assert (fact.outcome, fact.reason, bench.notice) == ("rejected", "payment_undecided", PayNo.UNDECIDED)
    assert bench.calls() == ["pay"]


def test_goods_that_are_scanned_meanwhile_wait_for_the_next_sale() -> None:
    bench = begun(WECHAT)
    bench.scan(WATER)
    bench.scan(CHIPS)
    assert isinstance(bench.view.panel, PayingPanel)  # type: ignore[union-attr]
    assert (bench.view.panel.queued, bench.notice) == (2, PaySay.SCAN_QUEUED)  # type: ignore[union-attr]
    bench.paid()
    assert (bench.completed().total_fen, bench.mode, bench.quantities) == (350, Selling(), [1, 1])
    assert (bench.counter.durable.queued, bench.due) == ((), "8.90")


def test_goods_that_waited_go_into_the_sale_when_it_is_not_paid() -> None:
    bench = begun(WECHAT)
    bench.scan(WATER)
    bench.scan(MEMBER_CARD)
    bench.hear(DECLINED)
    assert (bench.mode, bench.quantities) == (Selling(), [1, 1])
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.is_member


def test_twenty_codes_wait_and_no_more() -> None:
    bench = begun(WECHAT)
    for _ in range(20):
        bench.scan(WATER)
    (fact,) = bench.scan(WATER)
    assert isinstance(fact, ScanHandled)
    assert (fact.reason, len(bench.counter.durable.queued)) == ("queue_full", 20)
    bench.paid()
    assert len([fact for fact in bench.facts if isinstance(fact, LineAdded)]) == 21


def test_a_bank_number_never_waits() -> None:
    bench = begun(WECHAT)
    (fact,) = bench.scan("6212345678901232")
    assert isinstance(fact, ScanHandled)
    assert fact.reason == "payment_under_way"


def test_an_amount_that_stands_typed_is_what_the_code_pays() -> None:
    bench = at_tender()
    bench.write("1.50")
    bench.scan(WECHAT)
    assert pay_of(bench).amount == 150
    bench.paid(150)
    assert (bench.mode, bench.notice, [tender.amount_fen for tender in bench.tenders]) == (
        Tendering(),
        PaySay.TAKEN,
        [150],
    )
    bench.press("f12")
    assert [(tender.kind, tender.amount_fen) for tender in bench.completed().tenders] == [
        (TenderKind.WECHAT, 150),
        (TenderKind.CASH, 200),
    ]


def test_an_amount_before_a_code_from_a_keyboard_counts_too() -> None:
    bench = at_tender()
    bench.write("1.50")
    bench.chunk(*WECHAT, "enter")
    assert pay_of(bench).amount == 150


def test_a_code_that_is_typed_pays() -> None:
    bench = at_tender()
    bench.write(WECHAT, "enter")
    assert pay_of(bench).code == WECHAT


@pytest.mark.parametrize(("text", "no"), [("3.51", No.OVER_TENDER), ("0", No.BAD_AMOUNT), ("1.2.3", No.BAD_AMOUNT)])
def test_an_amount_that_cannot_be_paid_asks_nobody(text: str, no: No) -> None:
    bench = at_tender()
    bench.write(text)
    bench.scan(WECHAT)
    assert (bench.notice, bench.calls(), bench.counter.text) == (no, [], "")


def test_a_code_pays_nothing_where_nothing_is_left() -> None:
    bench = at_tender()
    bench.write("3.50", "f8")
    bench.scan(WECHAT)
    assert (bench.notice, bench.calls()) == (No.OVER_TENDER, [])


def test_a_page_over_a_payment_ends_with_it() -> None:
    for key, page in (("f1", Help), ("f18", Status)):
        bench = begun(WECHAT)
        bench.press(key)
        assert isinstance(bench.mode, page)
        bench.paid()
        assert bench.mode.name == "completed"


def test_the_status_page_lists_payments_without_an_end() -> None:
    bench = begun(WECHAT)
    bench.press("f18")
    assert isinstance(bench.view.panel, StatusPanel)  # type: ignore[union-attr]
    (row,) = bench.view.panel.payments  # type: ignore[union-attr]
    assert (row.tender, row.amount, row.state, row.time) == ("tender.wechat", "3.50", "payment.pending", "10:16")
    bench.hear(DECLINED)
    bench.press("f18")
    assert bench.view.panel.payments[0].state == "payment.watched"  # type: ignore[union-attr]
    bench.wait()
    bench.paid()
    assert bench.view.panel.payments[0].state == "payment.returning"  # type: ignore[union-attr]


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    bench = begun(WECHAT)
    (ask,) = bench.out()
    bench.paid()
    count = len(bench.facts)
    bench.effects.append(ask)
    bench.send(Answered(Answer(id=ask.id, failure=Failure.TIMEOUT)))
    assert len(bench.facts) == count


@pytest.mark.parametrize("order", ["f" * 32])
def test_an_answer_about_another_order_is_silence(order: str) -> None:
    bench = begun(WECHAT)
    bench.hear(OrderState.PAID, 350, order=order)
    assert (bench.mode.name, bench.payment.state) == ("paying", AttemptState.PENDING)


def test_in_a_training_nobody_is_asked_for_money() -> None:
    bench = PayBench()
    bench.sign_in("2001")
    bench.press("f15", "enter")
    assert bench.counter.is_training
    bench.scan(COLA)
    bench.press("enter")
    bench.write("1")
    bench.scan(WECHAT)
    assert (bench.mode, bench.notice) == (Tendering(), PaySay.TAKEN)
    bench.press("/")
    bench.scan(WECHAT)
    assert (bench.mode, bench.calls(), bench.counter.durable.payments) == (Completed(), [], ())


def test_nonsense_of_the_host_is_silence() -> None:
    bench = begun(WECHAT)
    (ask,) = bench.out()
    bench.send(Answered(Answer(id=ask.id, body=b"\xff")))
    assert (bench.mode.name, bench.payment.state) == ("paying", AttemptState.PENDING)


def test_nothing_is_paid_by_code_without_goods() -> None:
    bench = at_tender()
    bench.press("escape", "-")
    bench.counter = replace(bench.counter, mode=Tendering())
    bench.scan(WECHAT)
    assert (bench.notice, bench.calls()) == (No.EMPTY_SALE, [])


def test_esc_on_the_page_of_no_payment_leaves_it() -> None:
    bench = at_tender()
    bench.counter = replace(bench.counter, mode=Paying(OrderNumber("00")))
    assert bench.view is not None
    bench.press("f1", "escape")
    assert bench.view.panel == PayingPanel(tender="", amount="", stage="pending")
    bench.press("escape")
    assert bench.mode.name == "sale"


@pytest.mark.parametrize("text", ["", "9"])
def test_in_a_training_a_code_pays_what_a_real_one_could(text: str) -> None:
    bench = PayBench()
    bench.sign_in("2001")
    bench.press("f15", "enter")
    bench.counter = replace(bench.counter, mode=Tendering())
    if text:
        bench.counter = replace(bench.counter, mode=Selling())
        bench.scan(COLA)
        bench.press("enter", text)
    bench.scan(WECHAT)
    assert bench.notice == (No.OVER_TENDER if text else No.EMPTY_SALE)


def test_an_open_payment_stands_against_every_other_end_of_its_sale() -> None:
    bench = begun(WECHAT)
    permit = Permit(moment=bench.moment())
    counter = bench.counter
    outcomes = {
        "cash": complete(counter, permit, given_fen=None),
        "drop": void_sale(counter, permit),
        "hold": hold(counter, permit),
        "voucher": take_voucher(counter, 100, permit),
        "remove": remove_last(
            replace(counter, durable=ahead(counter, (TenderAdded(sale_id=sale_of(bench).id, tender=VOUCHER),)).durable),
            permit,
        ),
        "code": start(counter, PayChannel.ALIPAY, ALIPAY, bench.moment()),
    }
    refused = {name: outcome.no for name, outcome in outcomes.items() if isinstance(outcome, Rejected)}
    assert refused == {
        **dict.fromkeys(("cash", "voucher", "remove", "code"), PayNo.UNDECIDED),
        "drop": No.PARTLY_PAID,
        "hold": No.PARTLY_PAID,
    }
