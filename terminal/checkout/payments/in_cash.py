"""What the payment host refused to give back is paid out of the drawer, once."""

from msgspec.structs import replace

from terminal.checkout.after.finding import hindered
from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.effects import Effect, PrintSlip, PulseDrawer
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.payments.asking import errand_of, tend
from terminal.checkout.payments.course import ahead, pace_of
from terminal.checkout.payments.drafts import PayInCash
from terminal.checkout.payments.messages import PayAsk, PayNo, PaySay
from terminal.checkout.payments.starting import tender_id
from terminal.checkout.state import Counter
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.payments import Payment
from terminal.domain.slips.instead import InsteadSlip
from terminal.domain.staff import Right
from terminal.wire import payment_events as pay
from terminal.wire.counter.view import Level

NO_NUMBER = "-"
"""What stands for the receipt of money that was taken for nothing."""


def listed(counter: Counter) -> tuple[Payment, ...]:
    """Return the payments of which something may still come: those that wait for people, then the oldest first."""
    return tuple(sorted(counter.durable.payments, key=lambda one: not is_for_people(one)))


def is_for_people(payment: Payment) -> bool:
    """Whether the host refused to give it back, holds it, and nobody else has given it."""
    return payment.refused and payment.is_owed and (payment.refund != "" or payment.checks > 0)


def _refused(counter: Counter, action: PayInCash) -> Payment | None:
    payments = (one for one in counter.durable.payments if one.refund_number == action.refund)
    return next((one for one in payments if is_for_people(one)), None)


def about(counter: Counter, action: PayInCash) -> Doubt:
    """Return what stands against it: a manager's right, and one more yes."""
    payment = _refused(counter, action)
    if payment is None:
        return Doubt()
    params = {
        "tender": tender_id(payment.kind),
        "amount": format_fen(payment.found_fen),
        "receipt_no": payment.receipt_no or NO_NUMBER,
    }
    right = Right.REFUND_IN_CASH
    return Doubt(question=PayAsk.IN_CASH, params=params, right=right, amount_fen=payment.found_fen, again=True)


def pay_out(counter: Counter, action: PayInCash, permit: Permit) -> Outcome:
    """Pay it out in one fact, then open the drawer and print a paper; the host is looked at from now on."""
    staff, payment, no = counter.record.staff, _refused(counter, action), hindered(counter)
    if staff is None:
        return reject(No.LOCKED)
    if no is not None:
        return reject(no)
    if payment is None:
        return reject(PayNo.NOT_REFUSED)
    moment = permit.moment
    fact = _fact(payment, staff.number, permit)
    others = tuple(one for one in counter.errands if one.key != payment.key)
    due_ms = moment.mono_ms + pace_of(counter, payment).refused_ms[0]
    errand = replace(errand_of(counter, payment, moment), due_ms=due_ms)
    errands, asks = tend(ahead(counter, (fact,)), (*others, errand), moment)
    effects: tuple[Effect, ...] = (
        PulseDrawer(ActionId(f"drawer:instead:{moment.fresh_id}")),
        PrintSlip(action=ActionId(f"slip:instead:{moment.fresh_id}"), slip=_slip(fact)),
    )
    said = say(PaySay.IN_CASH, Level.MONEY, tender=tender_id(payment.kind), amount=format_fen(fact.amount_fen))
    after = replace(counter, errands=errands, text="")
    return Applied(counter=after, facts=(fact,), effects=(*effects, *asks), said=said)


def _fact(payment: Payment, staff: StaffNumber, permit: Permit) -> pay.RefundPaidInCash:
    return pay.RefundPaidInCash(
        act=ActionId(f"instead:{permit.moment.fresh_id}"),
        order=payment.order,
        sale_id=payment.sale_id,
        refund=payment.refund_number,
        kind=payment.kind,
        amount_fen=payment.found_fen,
        staff=staff,
        paid_ms=permit.moment.wall_ms,
        receipt_no=payment.receipt_no,
        return_no=payment.return_no,
        approved_by=permit.approver,
    )


def _slip(fact: pay.RefundPaidInCash) -> InsteadSlip:
    return InsteadSlip(
        kind=fact.kind,
        amount_fen=fact.amount_fen,
        order=fact.order,
        receipt_no=fact.receipt_no,
        return_no=fact.return_no,
        staff=fact.staff,
        at_ms=fact.paid_ms,
        approved_by=fact.approved_by,
    )
