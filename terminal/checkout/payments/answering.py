"""What becomes of a payment when the payment host answers, or does not."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.deeds.ending import complete
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.inputs import Answered
from terminal.checkout.modes import Tendering
from terminal.checkout.outcome import Applied, Ignored, Outcome, Permit, Said, Turn, say
from terminal.checkout.payments.course import ahead, is_watched, pace_of, released, with_mode
from terminal.checkout.payments.errand import Errand
from terminal.checkout.payments.hearing import heard_of
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.payments.news import News, ended, said_of
from terminal.checkout.payments.refunding import refunded
from terminal.checkout.payments.starting import tender_id
from terminal.checkout.state import Counter
from terminal.domain.gateways import Answer, AttemptState, Call
from terminal.domain.money import format_fen
from terminal.domain.payments import (
    NEVER_SENT,
    NO_ROUTE,
    NOT_SENT,
    Heard,
    Payment,
    Reason,
    checked,
    is_closed,
    moved,
    wait_ms,
)
from terminal.domain.sale import Tender, TenderKind
from terminal.wire import events as ev
from terminal.wire import payment_events as pay
from terminal.wire.counter.view import Level

_REFUSED: Mapping[str, PaySay] = {NOT_SENT: PaySay.NOT_SENT, NO_ROUTE: PaySay.NO_HOST}
ENDS = frozenset({AttemptState.PAID, AttemptState.DECLINED, AttemptState.REVERSED, AttemptState.UNKNOWN})


def answered(turn: Turn[Answered]) -> Outcome:
    """Take an answer, if somebody waits for it; a late one is heard of again when the host is asked."""
    counter, answer = turn.counter, turn.cause.answer
    errand = next((one for one in counter.errands if one.asked == answer.id), None)
    payment = None if errand is None else _payment_of(counter, errand)
    if errand is None or payment is None or errand.last is None:
        return Ignored()
    heard = heard_of(payment, errand.last, answer)
    idle = replace(errand, asked="", heard=heard.answer)
    news = News(counter=counter, payment=payment, errand=idle, call=errand.last, heard=heard, moment=turn.moment)
    if payment.is_undecided:
        return _tried(news, before=errand.heard)
    return refunded(news) if payment.found_fen else _looked_after(news)


def _payment_of(counter: Counter, errand: Errand) -> Payment | None:
    return next((one for one in counter.durable.payments if one.key == errand.key), None)


# --- an attempt that is not decided ---------------------------------------------------------------------------------


def _tried(news: News, *, before: Answer | None) -> Outcome:
    """Move an attempt on, and say what it came to."""
    payment, errand, heard = news.payment, news.errand, news.heard
    course = errand.course(pace_of(news.counter, payment), news.now_ms)
    after = moved(payment, news.call, heard, course)
    if news.call is Call.REVERSE and heard.reason not in NEVER_SENT:
        errand = replace(errand, unsaid=False)
    errand = replace(errand, due_ms=news.now_ms + wait_ms(after, news.call, course))
    if after.given_up is not None and payment.given_up is None:
        errand = replace(errand, reversing_ms=errand.due_ms, cancelling=False)
    facts: tuple[ev.Fact, ...] = ()
    if news.call is Call.PAY or heard.answer is not before or after.state is not payment.state:
        facts = (_told(news, after),)
    if after.given_up is not None and payment.given_up is None:
        facts = (*facts, _given_up(news, after.given_up))
    if after.state not in ENDS or after.state is payment.state:
        return ended(news, news.counter, errand, facts, _said_of_reversing(payment, after, heard))
    settled = pay.PaymentSettled(
        order=payment.order,
        sale_id=payment.sale_id,
        state=after.state,
        amount_fen=heard.paid_fen,
        number=heard.number,
        reason=heard.reason,
    )
    return _settled(news, after, errand, (*facts, settled))


def _told(news: News, after: Payment) -> pay.PaymentAnswered:
    return pay.PaymentAnswered(
        order=after.order,
        call=news.call,
        answer=news.heard.answer,
        state=after.state,
        paid_fen=news.heard.paid_fen,
        reason=news.heard.reason,
    )


def _given_up(news: News, reason: Reason) -> pay.PaymentGivenUp:
    is_odd = reason is Reason.WRONG_AMOUNT
    return pay.PaymentGivenUp(
        order=news.payment.order,
        sale_id=news.payment.sale_id,
        reason=reason,
        paid_fen=news.heard.paid_fen if is_odd else 0,
    )


def _said_of_reversing(payment: Payment, after: Payment, heard: Heard) -> Said | None:
    """Return what is said when a payment begins to be reversed without the cashier having asked for it."""
    if after.given_up is payment.given_up or after.given_up is Reason.CANCELLED:
        return None
    if after.given_up is Reason.WRONG_AMOUNT:
        params = {"paid": format_fen(heard.paid_fen), "amount": format_fen(payment.amount_fen)}
        return say(PaySay.WRONG_AMOUNT, Level.REJECTED, tender=tender_id(payment.kind), **params)
    return said_of(PaySay.REVERSING, Level.ATTENTION, payment)


def _settled(news: News, after: Payment, errand: Errand, facts: tuple[ev.Fact, ...]) -> Outcome:
    """Go on with the sale: the payment is decided, or it is known that nobody knows."""
    payment, counter = news.payment, news.counter
    watch_ms = pace_of(counter, payment).watch_ms
    match after.state:
        case AttemptState.PAID if payment.taken:
            return _go_on(news, errand, facts, said_of(PaySay.KEPT, Level.ATTENTION, payment))
        case AttemptState.PAID if payment.given_up is not None:
            added = ev.TenderAdded(sale_id=payment.sale_id, tender=_tender(news))
            return _go_on(news, errand, (*facts, added), said_of(PaySay.KEPT, Level.ATTENTION, payment))
        case AttemptState.PAID:
            return _paid(news, errand, facts)
        case AttemptState.UNKNOWN:
            return ended(news, counter, errand, facts, said_of(PaySay.UNKNOWN, Level.ATTENTION, payment))
        case AttemptState.DECLINED:
            message = _REFUSED.get(news.heard.reason, PaySay.DECLINED)
            if payment.kind is TenderKind.CARD and message is not PaySay.DECLINED:
                message = PaySay.CARD_NOT_SENT
            said = said_of(message, Level.REJECTED, payment)
            return _go_on(news, replace(errand, due_ms=news.now_ms + watch_ms[0]), facts, said)
        case _:
            if payment.taken:
                facts = (*facts, ev.TenderRemoved(sale_id=payment.sale_id))
            said = said_of(PaySay.REVERSED, Level.ATTENTION, payment)
            return _go_on(news, replace(errand, due_ms=news.now_ms + watch_ms[0]), facts, said)


def _go_on(news: News, errand: Errand, facts: tuple[ev.Fact, ...], said: Said) -> Outcome:
    """Go back to the tender page, and take up what waited."""
    counter = released(with_mode(news.counter, Tendering()), news.now_ms)
    return ended(news, counter, errand, facts, said)


def _paid(news: News, errand: Errand, facts: tuple[ev.Fact, ...]) -> Outcome:
    """Take the tender; the sale is done if nothing is left, and the cashier is there to see it."""
    payment, counter = news.payment, news.counter
    facts = (*facts, ev.TenderAdded(sale_id=payment.sale_id, tender=_tender(news)))
    after = ahead(counter, facts)
    is_last = is_watched(counter) and not taking_of(after).rest_fen
    done = complete(after, Permit(moment=news.moment), given_fen=None) if is_last else None
    if not isinstance(done, Applied):
        return _go_on(news, errand, facts, said_of(PaySay.TAKEN, Level.MONEY, payment))
    at_end = replace(done.counter, durable=counter.durable)
    asked = ended(news, released(at_end, news.now_ms), errand, (*facts, *done.facts), done.said)
    return replace(asked, effects=(*done.effects, *asked.effects))


def _tender(news: News) -> Tender:
    payment = news.payment
    return Tender(kind=payment.kind, amount_fen=payment.amount_fen, order=payment.order, reference=news.heard.number)


# --- what had ended -------------------------------------------------------------------------------------------------


def _looked_after(news: News) -> Outcome:
    """Take what the host says of a payment that had ended without money."""
    payment, pace = news.payment, pace_of(news.counter, news.payment)
    after = checked(payment, news.heard)
    errand = replace(news.errand, due_ms=news.now_ms + pace.again_ms)
    if after.found_fen:
        fact = pay.PaymentFound(order=payment.order, sale_id=payment.sale_id, found_fen=after.found_fen)
        said = said_of(PaySay.FOUND, Level.ATTENTION, payment, after.found_fen)
        return ended(news, news.counter, replace(errand, due_ms=news.now_ms), (fact,), said)
    if after.checks == payment.checks:
        return ended(news, news.counter, errand, ())
    closed = is_closed(after, pace)
    if not closed:
        errand = replace(errand, due_ms=news.now_ms + pace.watch_ms[after.checks])
    return ended(news, news.counter, errand, (pay.PaymentChecked(order=payment.order, closed=closed),))
