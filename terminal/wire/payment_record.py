"""How facts about payments change what a till knows of them."""

from typing import assert_never

from msgspec.structs import replace

from terminal.domain.gateways import AttemptState
from terminal.domain.ids import SaleId
from terminal.domain.payments import NEVER_SENT, Payment
from terminal.domain.sale import Sale, TenderKind
from terminal.domain.text import SafeText
from terminal.wire import payment_events as pay
from terminal.wire.return_events import SaleReturned

Payments = tuple[Payment, ...]
_OfOne = (
    pay.PaymentAnswered
    | pay.PaymentGivenUp
    | pay.PaymentSettled
    | pay.PaymentChecked
    | pay.PaymentFound
    | pay.PaymentReturned
    | pay.RefundRefused
    | pay.RefundPaidInCash
    | pay.RefundCameLate
)


def after_payment(payments: Payments, fact: pay.PaymentStarted | _OfOne, sale: Sale | None) -> Payments:
    """Return the payments after a fact; one about a payment that is not there changes nothing.

    A tender of the open ``sale`` that is given up becomes a payment again.
    """
    if isinstance(fact, pay.PaymentStarted):
        return (*payments, _started(fact))
    if any(_is_about(fact, one) for one in payments):
        after = [_changed(one, fact) if _is_about(fact, one) else one for one in payments]
        return tuple(one for one in after if one is not None)
    if isinstance(fact, pay.PaymentGivenUp) and sale is not None:
        return (*payments, *_undone(sale, fact))
    return payments


def refunds_of(fact: SaleReturned) -> Payments:
    """Return what the payment host has to give back for a return: one payment an order.

    What a bank's terminal calls a payment means something else to that of another till.
    """
    own = not fact.terminal
    name = fact.act.rpartition(":")[2]
    return tuple(
        Payment(
            order=tender.order,
            sale_id=fact.sale_id or SaleId(""),
            kind=tender.kind,
            amount_fen=tender.amount_fen,
            code=SafeText(""),
            local_time=fact.local_time,
            state=AttemptState.PAID,
            found_fen=tender.amount_fen,
            refund=f"{name}R{number}",
            receipt_no=fact.receipt_no,
            return_no=fact.number,
            number=tender.reference if own and tender.kind is TenderKind.CARD else SafeText(""),
        )
        for number, tender in enumerate(fact.tenders)
        if tender.order and tender.amount_fen > 0
    )


def _is_about(fact: _OfOne, payment: Payment) -> bool:
    """Whether a fact is about this payment, and not about another refund of its order."""
    if fact.order != payment.order:
        return False
    match fact:
        case pay.PaymentReturned() | pay.RefundRefused() | pay.RefundPaidInCash() | pay.RefundCameLate():
            return fact.refund == payment.refund_number
        case pay.PaymentChecked():
            return fact.refund == (payment.refund_number if payment.found_fen else "")
        case _:
            return not payment.refund


def _started(fact: pay.PaymentStarted) -> Payment:
    return Payment(
        order=fact.order,
        sale_id=fact.sale_id,
        kind=fact.kind,
        amount_fen=fact.amount_fen,
        code=fact.code,
        local_time=fact.local_time,
    )


def _undone(sale: Sale, fact: pay.PaymentGivenUp) -> Payments:
    """Return the payment that a tender of a sale becomes."""
    return tuple(
        Payment(
            order=tender.order,
            sale_id=sale.id,
            kind=tender.kind,
            amount_fen=tender.amount_fen,
            code=SafeText(""),
            local_time=sale.local_time,
            state=AttemptState.REVERSING,
            given_up=fact.reason,
            taken=True,
        )
        for tender in sale.tenders
        if tender.order == fact.order
    )


def _changed(payment: Payment, fact: _OfOne) -> Payment | None:  # noqa: C901, PLR0911 - one row per kind of fact
    """Return a payment after a fact about it; None when nothing more can come of it."""
    match fact:
        case pay.PaymentAnswered(state=state):
            return replace(payment, state=state)
        case pay.PaymentGivenUp(reason=reason):
            return replace(payment, state=AttemptState.REVERSING, given_up=reason)
        case pay.PaymentReturned(amount_fen=amount_fen) if amount_fen < payment.found_fen:
            given_fen = payment.returned_fen + amount_fen
            return replace(payment, found_fen=payment.found_fen - amount_fen, returned_fen=given_fen)
        case pay.PaymentSettled(state=AttemptState.PAID) | pay.PaymentReturned() | pay.RefundCameLate():
            return None
        case pay.RefundRefused():
            return replace(payment, refused=True, checks=0)
        case pay.RefundPaidInCash():
            return replace(payment, in_cash=True, checks=0)
        case pay.PaymentSettled(state=AttemptState.DECLINED, reason=reason) if reason in NEVER_SENT:
            return None
        case pay.PaymentSettled(state=state):
            return replace(payment, state=state)
        case pay.PaymentChecked(closed=closed):
            return None if closed else replace(payment, checks=payment.checks + 1)
        case pay.PaymentFound(found_fen=found_fen):
            return replace(payment, found_fen=found_fen)
        case _:
            assert_never(fact)
