from functools import reduce

import pytest
from msgspec.structs import replace

from terminal.domain.gateways import Answer, AttemptState, Call
from terminal.domain.ids import ActionId, OrderNumber, SaleId
from terminal.domain.payments import NO_ROUTE, NOT_SENT, Payment, Reason
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText, clean
from terminal.wire import events as ev
from terminal.wire import payment_events as pay
from terminal.wire import store_events as sev
from terminal.wire.payment_record import refunds_of
from terminal.wire.record import TillRecord, apply, decode_record, encode_record
from tests.unit.domain.baskets import make_sale
from tests.unit.wire.examples import (
    RETURNED,
    SALE,
    WANG,
)

ORDER = OrderNumber("0a")
STARTED = pay.PaymentStarted(
    order=ORDER,
    sale_id=SALE,
    kind=TenderKind.WECHAT,
    amount_fen=1280,
    code=clean("wechat:18:9f"),
    staff=WANG,
    started_ms=1_795_000_000_000,
    local_time="2026-11-23T19:30:00",
)
QUEUED = pay.ScanQueued(device="gun", code=clean("6901"))
EMPTY = TillRecord()


def settled(state: AttemptState, reason: str = "", order: OrderNumber = ORDER) -> pay.PaymentSettled:
    return pay.PaymentSettled(order=order, sale_id=SALE, state=state, reason=SafeText(reason))


def answered(state: AttemptState) -> pay.PaymentAnswered:
    return pay.PaymentAnswered(order=ORDER, call=Call.QUERY, answer=Answer.PENDING, state=state)


def after(*facts: ev.Fact, record: TillRecord = EMPTY) -> TillRecord:
    return reduce(apply, facts, record)


def test_a_payment_is_undecided_from_its_start_to_its_end() -> None:
    record = after(STARTED)
    assert record.undecided() == record.undecided(SALE) == record.payments[0]
    assert record.undecided(SaleId("another")) is None
    assert after(answered(AttemptState.PENDING), record=record).undecided() is not None
    assert after(settled(AttemptState.UNKNOWN), record=record).undecided() is not None
    assert after(settled(AttemptState.REVERSED), record=record).undecided() is None


def test_what_is_paid_or_was_never_sent_is_over_and_the_rest_is_looked_after() -> None:
    record = after(STARTED)
    assert after(settled(AttemptState.PAID), record=record).payments == ()
    for reason in (NOT_SENT, NO_ROUTE):
        assert after(settled(AttemptState.DECLINED, reason), record=record).payments == ()
    for state in (AttemptState.DECLINED, AttemptState.REVERSED, AttemptState.UNKNOWN):
        assert after(settled(state), record=record).payments[0].state is state


def test_checks_close_a_payment_and_a_return_ends_what_was_found() -> None:
    ended = after(STARTED, settled(AttemptState.REVERSED))
    once = after(pay.PaymentChecked(order=ORDER), record=ended)
    assert once.payments[0].checks == 1
    assert after(pay.PaymentChecked(order=ORDER, closed=True), record=once).payments == ()
    found = after(pay.PaymentFound(order=ORDER, sale_id=SALE, found_fen=1280), record=once)
    assert found.payments[0].found_fen == 1280
    returned = pay.PaymentReturned(order=ORDER, sale_id=SALE, amount_fen=1280, refund="0aR")
    assert after(returned, record=found).payments == ()


def test_a_tender_that_is_given_up_becomes_a_payment_again() -> None:
    tender = Tender(kind=TenderKind.ALIPAY, amount_fen=500, order=ORDER)
    sale = make_sale()
    record = TillRecord(sale=sale)
    given_up = pay.PaymentGivenUp(order=ORDER, sale_id=sale.id, reason=Reason.REMOVED, staff=WANG)
    assert after(given_up, record=record).payments == ()
    record = after(ev.TenderAdded(sale_id=sale.id, tender=tender), given_up, record=record)
    (payment,) = record.payments
    assert (payment.taken, payment.state, payment.amount_fen) == (True, AttemptState.REVERSING, 500)
    assert len(record.payments) == 1


def owed(number: int) -> Payment:
    """Return what the host is to give back of one order, under a number."""
    return Payment(
        order=ORDER,
        sale_id=SALE,
        kind=TenderKind.WECHAT,
        amount_fen=500,
        code=SafeText(""),
        state=AttemptState.PAID,
        found_fen=500,
        refund=f"r{number}",
    )


def refused(number: int) -> pay.RefundRefused:
    return pay.RefundRefused(order=ORDER, sale_id=SALE, refund=f"r{number}", kind=TenderKind.WECHAT, amount_fen=500)


def in_cash(number: int) -> pay.RefundPaidInCash:
    return pay.RefundPaidInCash(
        act=ActionId(f"instead:{number}"),
        order=ORDER,
        sale_id=SALE,
        refund=f"r{number}",
        kind=TenderKind.WECHAT,
        amount_fen=500,
        staff=WANG,
        paid_ms=1,
    )


def test_refunds_of_one_order_are_told_apart() -> None:
    record = TillRecord(payments=(owed(1), owed(2)))
    record = after(refused(1), pay.PaymentChecked(order=ORDER, refund="r1"), record=record)
    assert [(one.refused, one.checks) for one in record.payments] == [(True, 1), (False, 0)]
    record = after(in_cash(1), record=record)
    assert [(one.in_cash, one.checks, one.is_owed) for one in record.payments] == [(True, 0, False), (False, 0, True)]
    returned = pay.PaymentReturned(order=ORDER, sale_id=SALE, amount_fen=500, refund="r2")
    record = after(returned, settled(AttemptState.REVERSED), record=record)
    assert [one.refund for one in record.payments] == ["r1"]
    late = pay.RefundCameLate(order=ORDER, sale_id=SALE, refund="r1", kind=TenderKind.WECHAT, amount_fen=500)
    assert after(late, record=record).payments == ()


def test_a_part_that_went_back_leaves_the_rest() -> None:
    part = pay.PaymentReturned(order=ORDER, sale_id=SALE, amount_fen=200, refund="r1")
    (payment,) = after(part, part, record=TillRecord(payments=(owed(1),))).payments
    assert (payment.found_fen, payment.returned_fen) == (100, 400)
    assert after(replace(part, amount_fen=100), record=TillRecord(payments=(payment,))).payments == ()


@pytest.mark.parametrize(("kind", "number"), [(TenderKind.CARD, "4200"), (TenderKind.WECHAT, "")])
def test_a_refund_to_a_card_knows_what_the_terminal_calls_its_payment(kind: TenderKind, number: str) -> None:
    back = Tender(kind=kind, amount_fen=500, order=ORDER, reference=clean("4200"))
    (payment,) = refunds_of(replace(RETURNED, tenders=(back,), terminal="", epoch=0))
    assert (payment.number, payment.found_fen, payment.kind) == (number, 500, kind)


@pytest.mark.parametrize("fact", [answered(AttemptState.PAID), settled(AttemptState.PAID)])
def test_a_fact_about_a_payment_that_is_not_there_changes_nothing(fact: ev.Fact) -> None:
    assert after(fact) == EMPTY


def test_what_waits_is_taken_up_when_the_payment_has_an_end_that_is_known() -> None:
    record = after(STARTED, QUEUED, QUEUED)
    assert record.queued == (QUEUED, QUEUED)
    assert after(settled(AttemptState.UNKNOWN), record=record).queued == (QUEUED, QUEUED)
    assert after(settled(AttemptState.DECLINED), record=record).queued == ()


def test_a_training_has_no_payments_and_takes_none_away() -> None:
    record = after(STARTED, settled(AttemptState.REVERSED), sev.TrainingBegan(staff=WANG))
    assert (record.current.payments, len(record.payments)) == ((), 1)
    record = after(pay.PaymentChecked(order=ORDER, closed=True), record=record)
    assert (record.payments, record.training is None) == ((), False)


def test_a_record_with_payments_is_stored_and_read_back() -> None:
    record = after(STARTED, QUEUED)
    assert decode_record(encode_record(record)) == record


def test_what_a_terminal_calls_a_payment_is_told_to_no_terminal_of_another_till() -> None:
    back = Tender(kind=TenderKind.CARD, amount_fen=200, order=OrderNumber("b" * 32), reference=SafeText("000000000001"))
    (own,) = refunds_of(replace(RETURNED, tenders=(back,), terminal="", epoch=0))
    (others,) = refunds_of(replace(RETURNED, tenders=(back,), terminal="S01-T02", epoch=1))
    assert (own.number, others.number) == ("000000000001", "")
