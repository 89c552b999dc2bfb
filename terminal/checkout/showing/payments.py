"""Payments by code, as the wire has them."""

from terminal.checkout.payments.in_cash import is_for_people, listed
from terminal.checkout.payments.starting import tender_id
from terminal.checkout.state import Counter
from terminal.domain.gateways import AttemptState
from terminal.domain.money import format_fen
from terminal.domain.payments import Payment
from terminal.domain.sale import TenderKind
from terminal.wire.counter.panels import PayingPanel, PaymentRow

_STAGES = {AttemptState.REVERSING: "reversing", AttemptState.UNKNOWN: "unknown"}


def paying(counter: Counter) -> PayingPanel:
    """Return the page of the payment that is under way."""
    payment = counter.durable.undecided()
    if payment is None:
        return PayingPanel(tender="", amount="", stage="pending")
    errand = next((one for one in counter.errands if one.order == payment.order), None)
    return PayingPanel(
        tender=tender_id(payment.kind),
        amount=format_fen(payment.amount_fen),
        stage=_STAGES.get(payment.state, "card" if payment.kind is TenderKind.CARD else "pending"),
        waited_s=0 if errand is None else errand.waited_s,
        queued=len(counter.durable.queued),
    )


def rows(counter: Counter) -> tuple[PaymentRow, ...]:
    """Return the payments of which something may still come, as they are listed; a digit picks what people may pay."""
    return tuple(_row(payment, number) for number, payment in enumerate(listed(counter), 1))


def _row(payment: Payment, number: int) -> PaymentRow:
    return PaymentRow(
        time=payment.local_time[11:16],
        tender=tender_id(payment.kind),
        amount=format_fen(payment.found_fen or payment.amount_fen),
        state=f"payment.{_state(payment)}",
        pick=str(number) if is_for_people(payment) else "",
    )


def _state(payment: Payment) -> str:
    if payment.in_cash:
        return "in_cash"
    if payment.is_owed:
        return "refused" if payment.refused else "returning"
    return _STAGES.get(payment.state, "pending") if payment.is_undecided else "watched"
