"""A payment by code at the counter: said once, waited for, decided; and what a cashier can do meanwhile."""

import pytest
from msgspec.structs import replace

from terminal.checkout.deeds.ending import complete, void_sale
from terminal.checkout.deeds.extras import hold
from terminal.checkout.deeds.paying import add_voucher
from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.inputs import Answered, LinkReported
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Completed, Help, Locked, Paying, Selling, Status, Tendering
from terminal.checkout.outcome import Permit, Rejected
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.checkout.payments.removing import remove_last
from terminal.checkout.payments.starting import start, undo
from terminal.domain.barcode import PayChannel
from terminal.domain.gateways import AttemptState
from terminal.domain.ids import OrderNumber
from terminal.domain.payments import PACES, Reason
from terminal.domain.sale import Sale, Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire import payment_events as pay
from terminal.wire.counter.panels import PayingPanel, StatusPanel, TenderPanel
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.events import LineAdded, ScanHandled, TenderAdded
from terminal.wire.gateway import OrderState, Query, Reverse
from tests.unit.checkout.counter_bench import CHIPS, COLA, MEMBER_CARD, WATER, WECHAT, Bench
from tests.unit.checkout.payments.paybench import ALIPAY, UNIONPAY, PayBench, at_tender, begun, pay_of

OTHER_WECHAT = "134567890123456780"
WAITING, NONE, DECLINED, REVERSED = OrderState.PENDING, OrderState.NONE, OrderState.DECLINED, OrderState.REVERSED


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


def unknown() -> PayBench:
    """Return a bench with a payment that nobody knows about: the host has gone silent."""
    bench = begun(ALIPAY)
    bench.silent()
    while bench.payment.state is not AttemptState.UNKNOWN:
        bench.wait() if not bench.out() else bench.silent()
    return bench


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


def taken() -> PayBench:
    """Return a bench with a part paid by code."""
    bench = at_tender()
    bench.write("1")
    bench.scan(WECHAT)
    bench.paid(100)
    return bench


@pytest.mark.parametrize("key", ["/", "backspace"])
def test_a_payment_is_reversed_before_its_tender_goes_and_only_after_a_yes(key: str) -> None:
    bench = taken()
    bench.press(key)
    assert (bench.mode.name, bench.calls()) == ("confirm", ["pay"])
    bench.press("enter")
    assert (bench.mode, bench.notice, len(bench.tenders)) == (Paying(bench.payment.order), PaySay.REVERSING, 1)
    assert isinstance(bench.asked(), Reverse)
    bench.hear(REVERSED)
    assert (bench.mode, bench.tenders, bench.payment.state) == (Tendering(), (), AttemptState.REVERSED)


def test_a_tender_whose_reversal_was_not_sent_stands() -> None:
    bench = taken()
    bench.press("/", "enter")
    bench.silent(Failure.NOT_SENT)
    assert (bench.mode, bench.notice, len(bench.tenders)) == (Tendering(), PaySay.KEPT, 1)
    assert bench.counter.durable.payments == ()
    bench.press("f12")
    assert bench.completed().total_fen == 350


def test_a_tender_whose_reversal_may_have_been_heard_does_not_stand_again() -> None:
    bench = taken()
    bench.press("/", "enter")
    bench.silent()
    bench.wait()
    bench.silent(Failure.NOT_SENT)
    assert (bench.mode.name, bench.payment.state) == ("paying", AttemptState.REVERSING)


def test_nothing_is_reversed_without_an_uplink() -> None:
    bench = taken()
    bench.send(LinkReported(None))
    bench.press("/", "enter")
    assert (bench.notice, len(bench.tenders), bench.calls()) == (PayNo.NO_WAY_TO_HOST, 1, ["pay"])


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


def test_the_page_says_how_it_stands() -> None:
    bench = begun(WECHAT)
    bench.hear(WAITING)
    bench.wait()
    assert bench.view.panel == PayingPanel(tender="tender.wechat", amount="3.50", stage="pending", waited_s=4)  # type: ignore[union-attr]
    bench = unknown()
    assert isinstance(bench.view.panel, PayingPanel)  # type: ignore[union-attr]
    assert bench.view.panel.stage == "unknown"  # type: ignore[union-attr]


def test_a_tender_by_code_is_shown_with_the_end_of_its_number() -> None:
    bench = taken()
    assert isinstance(bench.view.panel, TenderPanel)  # type: ignore[union-attr]
    (row,) = bench.view.panel.rows  # type: ignore[union-attr]
    assert (row.kind, row.amount, row.note) == ("tender.wechat", "1.00", "****2345")


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
        "voucher": add_voucher(counter, 100),
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


def test_a_sale_with_a_tender_is_not_put_aside() -> None:
    bench = taken()
    outcome = hold(bench.counter, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.PARTLY_PAID


def test_who_is_not_signed_in_takes_nothing_back() -> None:
    bench = Bench()
    outcome = undo(bench.counter, VOUCHER, bench.moment())
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.NO_TENDER


VOUCHER = Tender(kind=TenderKind.VOUCHER, amount_fen=100)


def sale_of(bench: PayBench) -> Sale:
    sale = bench.counter.record.sale
    assert sale is not None
    return sale
