"""From what the payment host said to what may be believed of it."""

import msgspec

from terminal.domain.gateways import Answer, Call
from terminal.domain.payments import NEVER_SENT, Heard, Payment
from terminal.domain.sale import TenderKind
from terminal.domain.text import clean
from terminal.wire import doorbell
from terminal.wire.gateway import OrderState, Reply, decode_reply

LONGEST = 64
"""Characters of a number or a reason of the host that are kept."""
SILENCE = Heard(answer=Answer.TIMEOUT)
_OF_PAYMENT = {
    OrderState.PAID: Answer.OK,
    OrderState.DECLINED: Answer.FAIL,
    OrderState.REVERSED: Answer.FAIL,
    OrderState.REFUNDED: Answer.FAIL,
}
_OF_REVERSAL = {
    OrderState.REVERSED: Answer.OK,
    OrderState.DECLINED: Answer.OK,
    OrderState.REFUNDED: Answer.OK,
    OrderState.PAID: Answer.FAIL,
}
_OF_REFUND = {OrderState.REFUNDED: Answer.OK, OrderState.DECLINED: Answer.FAIL}
_WITH_AMOUNT = frozenset({OrderState.PAID, OrderState.REFUNDED})
_MEANING = {Call.PAY: _OF_PAYMENT, Call.QUERY: _OF_PAYMENT, Call.REVERSE: _OF_REVERSAL, Call.REFUND: _OF_REFUND}


def heard_of(payment: Payment, call: Call, answer: doorbell.Answer) -> Heard:
    """Return what was heard of a call. What is no reply to it, or about another order, is silence."""
    if answer.failure is not None:
        return _unanswered(payment, call, answer.failure)
    try:
        reply = decode_reply(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return SILENCE
    if reply.order != payment.order:
        return SILENCE
    return _heard(Call.REFUND if payment.found_fen and payment.refund else call, reply)


def _unanswered(payment: Payment, call: Call, failure: doorbell.Failure) -> Heard:
    """A payment that was not sent is declined, and so is a refund to a card where there is no bank's terminal at all.

    Of any other call nothing is known then.
    """
    reason = clean(failure.value)
    is_over = call is Call.PAY and failure.value in NEVER_SENT
    is_over |= call is Call.REFUND and payment.kind is TenderKind.CARD and failure is doorbell.Failure.NO_ROUTE
    return Heard(answer=Answer.FAIL if is_over else Answer.TIMEOUT, reason=reason)


def _heard(call: Call, reply: Reply) -> Heard:
    meaning = _MEANING[call]
    return Heard(
        answer=meaning.get(reply.state, Answer.PENDING),
        paid_fen=reply.amount if reply.state in _WITH_AMOUNT else 0,
        number=clean(reply.number, limit=LONGEST),
        unheard=reply.state is OrderState.NONE,
        reason=clean(reply.reason, limit=LONGEST),
    )
