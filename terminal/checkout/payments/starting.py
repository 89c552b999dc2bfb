"""How a payment by code begins, and how a cashier takes one back."""

from msgspec.structs import replace

from terminal.checkout.claims.spending import comes_first
from terminal.checkout.codes import kept
from terminal.checkout.deeds.ending import endless
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.handlers.typing import amount_of
from terminal.checkout.inputs import Moment
from terminal.checkout.messages import No
from terminal.checkout.modes import Paying
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.payments.asking import errand_of, first_ask, tend
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.errand import Errand
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.tendering.drafts import ByCode, ByTerminal
from terminal.domain.barcode import PayChannel
from terminal.domain.gateways import AttemptState
from terminal.domain.ids import OrderNumber
from terminal.domain.money import format_fen
from terminal.domain.payments import Reason
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.ports.devices import DeviceKind, LinkState
from terminal.wire import payment_events as pay
from terminal.wire.counter.view import Level


def tender_id(kind: TenderKind) -> str:
    """Return the message id of a kind of tender."""
    return f"tender.{kind.value}"


def amount_by_code(counter: Counter) -> int | Outcome:
    """Return what a scanned code pays: what stands typed, else all that is left; or why it pays nothing."""
    rest_fen, cleared = taking_of(counter).rest_fen, replace(counter, text="")
    amount_fen = amount_of(counter.text) if counter.text else rest_fen
    if amount_fen is None or (counter.text and amount_fen < 1):
        return reject(No.BAD_AMOUNT, cleared)
    if amount_fen > rest_fen or rest_fen < 1:
        return reject(No.OVER_TENDER, cleared, limit=format_fen(max(0, rest_fen)))
    return amount_fen


def start(counter: Counter, channel: PayChannel, code: str, moment: Moment) -> Outcome:
    """Begin to be paid by a customer's code, as much as stands typed, else all that is left."""
    sale = counter.record.sale
    if sale is None or not sale.live_lines:
        return reject(No.EMPTY_SALE)
    if counter.durable.undecided() is not None:
        return reject(PayNo.UNDECIDED)
    if counter.link is None:
        return reject(PayNo.NO_WAY_TO_HOST)
    amount = amount_by_code(counter)
    if not isinstance(amount, int):
        return amount
    return begin(counter, ByCode(channel=channel, code=code, amount_fen=amount), Permit(moment=moment))


def begin(counter: Counter, paying: ByCode | ByTerminal, permit: Permit) -> Outcome:
    """Ask for the money, when the sale can end with it. The fact of it is on the disk before anybody is asked."""
    sale, staff, moment = counter.record.sale, counter.record.staff, permit.moment
    if sale is None or staff is None:
        return reject(No.EMPTY_SALE)
    kind, code = TenderKind.CARD, ""
    if isinstance(paying, ByCode):
        kind, code = TenderKind(paying.channel.value), paying.code
    no_way = _no_way(counter, kind)
    if no_way is not None:
        return reject(no_way)
    first = endless(counter) or comes_first(counter, paying, permit)
    if first is not None:
        return replace(first, reason="payment") if isinstance(first, Applied) else first
    fact = pay.PaymentStarted(
        order=OrderNumber(moment.fresh_id),
        sale_id=sale.id,
        kind=kind,
        amount_fen=paying.amount_fen,
        code=kept(code, hash_key=counter.hash_key, secret=True) if code else SafeText(""),
        staff=staff.number,
        started_ms=moment.wall_ms,
        local_time=moment.local_iso,
    )
    payment = ahead(counter, (fact,)).durable.payments[-1]
    errand, ask = first_ask(counter, payment, code, moment)
    return Applied(
        counter=replace(counter, mode=Paying(fact.order), text="", errands=(*counter.errands, errand)),
        facts=(fact,),
        effects=(ask,),
        said=say(
            PaySay.STARTED if code else PaySay.CARD_STARTED,
            tender=tender_id(fact.kind),
            amount=format_fen(paying.amount_fen),
        ),
        reason="payment",
    )


def _no_way(counter: Counter, kind: TenderKind) -> PayNo | None:
    """Return why nobody can be asked about a payment of a kind."""
    if kind is TenderKind.CARD:
        return None if terminal_is_open(counter) else PayNo.NO_TERMINAL
    return PayNo.NO_WAY_TO_HOST if counter.link is None else None


def has_terminal(counter: Counter) -> bool:
    """Whether a bank's terminal is told amounts by this till."""
    return any(one.now.kind is DeviceKind.CARD_TERMINAL for one in counter.devices)


def terminal_is_open(counter: Counter) -> bool:
    """Whether the bank's terminal can be told an amount now."""
    terminals = (one.now for one in counter.devices if one.now.kind is DeviceKind.CARD_TERMINAL)
    return any(now.link is LinkState.OPEN for now in terminals)


def undo(counter: Counter, tender: Tender, moment: Moment) -> Outcome:
    """Reverse a payment that is in the sale; its tender goes when the host has said that it is reversed."""
    sale, staff = counter.record.sale, counter.record.staff
    if sale is None or staff is None:
        return reject(No.NO_TENDER)
    no_way = _no_way(counter, tender.kind)
    if no_way is not None:
        return reject(no_way)
    fact = pay.PaymentGivenUp(order=tender.order, sale_id=sale.id, reason=Reason.REMOVED, staff=staff.number)
    now_ms = moment.mono_ms
    errand = Errand(order=tender.order, since_ms=now_ms, due_ms=now_ms, reversing_ms=now_ms, unsaid=True)
    errands, effects = tend(ahead(counter, (fact,)), (*counter.errands, errand), moment)
    return Applied(
        counter=replace(counter, mode=Paying(tender.order), text="", errands=errands),
        facts=(fact,),
        effects=effects,
        said=say(
            PaySay.REVERSING,
            Level.ATTENTION,
            tender=tender_id(tender.kind),
            amount=format_fen(tender.amount_fen),
        ),
    )


def cancel(counter: Counter, moment: Moment) -> Outcome:
    """Ask how the payment stands, now; if it is not paid yet, it is reversed."""
    payment = counter.durable.undecided()
    if payment is None:
        return Applied(counter=replace(counter, mode=at_rest(counter)))
    is_open = payment.state in {AttemptState.CREATED, AttemptState.PENDING}
    others = tuple(one for one in counter.errands if one.key != payment.key)
    hurried = replace(errand_of(counter, payment, moment), cancelling=is_open, due_ms=moment.mono_ms)
    errands, effects = tend(counter, (*others, hurried), moment)
    return Applied(
        counter=replace(counter, errands=errands),
        effects=effects,
        said=say(PaySay.CANCELLING if is_open else PaySay.ASKING, Level.ATTENTION),
    )
