"""What the payment host is asked, and when."""

from collections.abc import Iterable
from typing import assert_never

from msgspec import UNSET
from msgspec.structs import replace

from terminal.checkout.effects import Arm, Effect
from terminal.checkout.inputs import Moment
from terminal.checkout.payments.course import pace_of
from terminal.checkout.payments.errand import TIMER, Errand
from terminal.checkout.state import Counter
from terminal.domain.gateways import AttemptState, Call
from terminal.domain.payments import DEADLINES_MS, Payment, next_call, waits_for_people
from terminal.domain.sale import TenderKind
from terminal.wire.doorbell import Ask
from terminal.wire.gateway import CARD, PAYMENT, Pay, Query, Refund, Request, Reverse, encode_request

MS_PER_S = 1000


def errand_of(counter: Counter, payment: Payment, moment: Moment) -> Errand:
    """Return what is known here of a payment; one that the till came up with is due at once."""
    known = next((one for one in counter.errands if one.key == payment.key), None)
    return _found(payment, moment) if known is None else known


def first_ask(counter: Counter, payment: Payment, code: str, moment: Moment) -> tuple[Errand, Ask]:
    """Return the one question that charges a customer, and the errand that waits for its answer."""
    ask_id = _ask_id(payment, Call.PAY, moment)
    request = Pay(
        id=ask_id,
        order=payment.order,
        terminal=counter.identity.terminal,
        channel=payment.kind.value,
        code=code,
        amount=payment.amount_fen,
        currency=counter.settings.currency,
    )
    errand = Errand(order=payment.order, since_ms=moment.mono_ms, due_ms=moment.mono_ms, asked=ask_id, last=Call.PAY)
    return errand, _ask(counter, payment, request, Call.PAY)


def tend(counter: Counter, errands: Iterable[Errand], moment: Moment) -> tuple[tuple[Errand, ...], tuple[Effect, ...]]:
    """Return the errands of all payments of the record, the questions that are due now, and the timer of the next."""
    known = {one.key: one for one in errands}
    tended, effects = [], []
    for payment in counter.durable.payments:
        errand = known.get(payment.key) or _found(payment, moment)
        if waits_for_people(payment, pace_of(counter, payment)):
            continue
        if not errand.asked and errand.due_ms <= moment.mono_ms:
            call = next_call(payment, errand.last)
            request = _request(payment, call, _ask_id(payment, call, moment))
            waited_s = (moment.mono_ms - errand.since_ms) // MS_PER_S
            errand = replace(errand, asked=request.id, last=call, waited_s=waited_s)
            effects.append(_ask(counter, payment, request, call))
        tended.append(errand)
    waits_ms = [one.due_ms - moment.mono_ms for one in tended if not one.asked]
    timer = (Arm(TIMER, min(waits_ms)),) if waits_ms else ()
    return tuple(tended), (*effects, *timer)


def ask_now(counter: Counter, moment: Moment) -> tuple[tuple[Errand, ...], tuple[Effect, ...]]:
    """Return the errands with all payments that are not decided asked about now: there is a way to the host again."""
    undecided = {one.key for one in counter.durable.payments if one.is_undecided}
    due = (replace(one, due_ms=moment.mono_ms) if one.key in undecided else one for one in counter.errands)
    return tend(counter, due, moment)


def _found(payment: Payment, moment: Moment) -> Errand:
    now_ms = moment.mono_ms
    is_reversing = payment.state in {AttemptState.REVERSING, AttemptState.UNKNOWN}
    return Errand(
        order=payment.order,
        refund=payment.refund,
        since_ms=now_ms,
        due_ms=now_ms,
        reversing_ms=now_ms if is_reversing else None,
    )


def _ask_id(payment: Payment, call: Call, moment: Moment) -> str:
    return f"{moment.fresh_id}:{call.value}:{payment.refund or payment.order}"


def _request(payment: Payment, call: Call, ask_id: str) -> Request:
    """Return a request about a payment; whoever does not know whether it was begun asks how it stands."""
    order = payment.order
    match call:
        case Call.PAY | Call.QUERY:
            refund = payment.refund or UNSET
            return Query(id=ask_id, order=order, refund=refund)
        case Call.REVERSE:
            return Reverse(id=ask_id, order=order)
        case Call.REFUND:
            number = payment.number or UNSET
            return Refund(id=ask_id, order=order, refund=payment.refund_number, amount=payment.found_fen, number=number)
        case _:
            assert_never(call)


def _ask(counter: Counter, payment: Payment, request: Request, call: Call) -> Ask:
    """Return the question: the bank's own terminal answers it, or the payment host."""
    kind = CARD if payment.kind is TenderKind.CARD else PAYMENT
    deadline_ms = DEADLINES_MS[call] // counter.hurry
    return Ask(id=request.id, kind=kind, deadline_ms=deadline_ms, body=encode_request(request))
