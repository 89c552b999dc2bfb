"""What becomes of a refund when the payment host answers: made, refused, made in part, or made after all."""

from msgspec.structs import replace

from terminal.checkout.outcome import Outcome
from terminal.checkout.payments.course import pace_of
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.payments.news import News, ended, said_of
from terminal.domain.gateways import Answer
from terminal.domain.payments import Pace, Payment, is_closed
from terminal.domain.text import SafeText
from terminal.wire import payment_events as pay
from terminal.wire.counter.view import Level

WRONG_AMOUNT = SafeText("wrong_amount")
"""The reason of a refusal of the rest, where the host gave back less than it was asked for."""


def refunded(news: News) -> Outcome:
    """Take what the host says of a refund, or of one that it had refused. One without an amount is all that was asked.

    Of money that was taken for nothing it is asked at once how the order stands: what it has reversed it does not hold,
    and need not give back. No cash is paid before it has said that it does.
    """
    payment, pace = news.payment, pace_of(news.counter, news.payment)
    if payment.refused and not payment.refund:
        return _of_order(news, pace)
    match news.heard.answer:
        case Answer.OK:
            named_fen = news.heard.paid_fen
            return _given_back(news, pace, named_fen - payment.returned_fen if named_fen else payment.found_fen)
        case Answer.FAIL if not payment.refused:
            errand = replace(news.errand, due_ms=news.now_ms + (pace.refused_ms[0] if payment.refund else 0))
            said = said_of(PaySay.NOT_RETURNED, Level.ATTENTION, payment, payment.found_fen)
            fact = _refusal(payment, payment.found_fen, news.heard.reason)
            return ended(news, news.counter, errand, (fact,), said)
        case Answer.FAIL | Answer.PENDING if payment.refused:
            return _not_given_back(news, pace)
        case _:
            return _not_heard(news, pace)


def _of_order(news: News, pace: Pace) -> Outcome:
    """Take what the host says of the order itself: what it does not hold is with the customer."""
    payment = news.payment
    match news.heard.answer:
        case Answer.FAIL:
            return _given_back(news, pace, payment.found_fen)
        case Answer.OK:
            return _given_back(news, pace, payment.found_fen - news.heard.paid_fen)
        case Answer.PENDING if payment.in_cash:
            return _not_given_back(news, pace)
        case _:
            return _not_heard(news, pace)


def _not_heard(news: News, pace: Pace) -> Outcome:
    """Nothing is known: it is asked again."""
    return ended(news, news.counter, replace(news.errand, due_ms=news.now_ms + pace.again_ms), ())


def _given_back(news: News, pace: Pace, given_fen: int) -> Outcome:
    """The customer has money: all that is owed, less, more, or what a drawer had paid out already."""
    payment, owed_fen = news.payment, news.payment.found_fen
    if given_fen <= 0:
        return _not_given_back(news, pace)
    if payment.in_cash or given_fen > owed_fen:
        facts: tuple[pay.OfPayments, ...] = () if payment.in_cash else (_returned(payment, owed_fen),)
        late_fen = given_fen if payment.in_cash else given_fen - owed_fen
        said = said_of(PaySay.CAME_LATE, Level.ATTENTION, payment, late_fen)
        return ended(news, news.counter, news.errand, (*facts, _late(payment, late_fen)), said)
    if given_fen == owed_fen:
        said = said_of(PaySay.RETURNED, Level.ATTENTION, payment, owed_fen)
        return ended(news, news.counter, news.errand, (_returned(payment, owed_fen),), said)
    rest_fen = owed_fen - given_fen
    errand = replace(news.errand, due_ms=news.now_ms + pace.refused_ms[0])
    said = said_of(PaySay.NOT_RETURNED, Level.ATTENTION, payment, rest_fen)
    refusal = _refusal(payment, rest_fen, WRONG_AMOUNT)
    return ended(news, news.counter, errand, (_returned(payment, given_fen), refusal), said)


def _not_given_back(news: News, pace: Pace) -> Outcome:
    """The host stands by its refusal; in the end nobody asks any more."""
    payment = news.payment
    after = replace(payment, checks=payment.checks + 1)
    waits_ms = pace.refused_ms[min(after.checks, len(pace.refused_ms) - 1)]
    fact = pay.PaymentChecked(order=payment.order, closed=is_closed(after, pace), refund=payment.refund_number)
    return ended(news, news.counter, replace(news.errand, due_ms=news.now_ms + waits_ms), (fact,))


def _refusal(payment: Payment, amount_fen: int, reason: SafeText) -> pay.RefundRefused:
    return pay.RefundRefused(
        order=payment.order,
        sale_id=payment.sale_id,
        refund=payment.refund_number,
        kind=payment.kind,
        amount_fen=amount_fen,
        reason=reason,
    )


def _returned(payment: Payment, amount_fen: int) -> pay.PaymentReturned:
    return pay.PaymentReturned(
        order=payment.order,
        sale_id=payment.sale_id,
        amount_fen=amount_fen,
        refund=payment.refund_number,
    )


def _late(payment: Payment, amount_fen: int) -> pay.RefundCameLate:
    return pay.RefundCameLate(
        order=payment.order,
        sale_id=payment.sale_id,
        refund=payment.refund_number,
        kind=payment.kind,
        amount_fen=amount_fen,
    )
