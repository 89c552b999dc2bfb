"""While a payment by code is under way: what is scanned waits, Esc asks for its end, all other keys are refused.

And what the payment host refused to give back, on the page that lists it.
"""

from msgspec.structs import replace

from terminal.checkout.codes import is_secret, kept
from terminal.checkout.deeds.gate import request
from terminal.checkout.handlers import signing
from terminal.checkout.handlers.typing import PICKS
from terminal.checkout.inputs import Fired
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, ScanTurn, Turn, reject, say
from terminal.checkout.payments.asking import tend
from terminal.checkout.payments.drafts import PayInCash
from terminal.checkout.payments.in_cash import is_for_people, listed
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.checkout.payments.starting import cancel
from terminal.domain.barcode import pay_code_channel
from terminal.domain.gateways import AttemptState
from terminal.domain.text import clean
from terminal.wire import payment_events as pay
from terminal.wire.counter.view import Level

QUEUE_DEPTH = 20
LONGEST_CODE = 512


def escape(turn: KeyTurn) -> Outcome:
    """Ask for the end of the payment: how it stands, and if it is not paid, its reversal."""
    return cancel(turn.counter, turn.moment)


def lock(turn: KeyTurn) -> Outcome:
    """Lock the till, but only over a payment of which nobody knows anything: it may take long."""
    payment = turn.counter.durable.undecided()
    if payment is not None and payment.state is not AttemptState.UNKNOWN:
        return reject(PayNo.UNDER_WAY)
    return signing.lock(turn)


def pick(turn: KeyTurn) -> Outcome:
    """Pay in cash what the payment host refused to give back: the row with this digit."""
    counter, index = turn.counter, PICKS.find(turn.cause.name)
    rows = listed(counter)
    if not 0 <= index < len(rows) or not is_for_people(rows[index]):
        return reject(PayNo.NOT_REFUSED if rows else No.LEAVE_FIRST)
    return request(counter, PayInCash(rows[index].refund_number), turn.moment)


def due(turn: Turn[Fired]) -> Outcome:
    """Ask the payment host what is to be asked now."""
    errands, effects = tend(turn.counter, turn.counter.errands, turn.moment)
    return Applied(counter=replace(turn.counter, errands=errands), effects=effects)


def scan(turn: ScanTurn) -> Outcome:
    """Let a code wait until the payment has ended; the customer's own is no second payment."""
    counter, cause = turn.counter, turn.cause
    payment = counter.durable.undecided()
    if pay_code_channel(cause.data) is not None:
        same = kept(cause.data, hash_key=counter.hash_key, secret=True)
        if payment is None or not counter.hash_key or payment.code != same:
            return reject(PayNo.UNDECIDED)
        return Applied(counter=counter, said=say(PaySay.SAME_CODE, Level.ATTENTION), reason="same_code")
    if is_secret(cause.data):
        return reject(PayNo.UNDER_WAY)
    waiting = len(counter.durable.queued) + 1
    if waiting > QUEUE_DEPTH:
        return reject(PayNo.QUEUE_FULL)
    fact = pay.ScanQueued(
        device=cause.device, code=clean(cause.data, limit=LONGEST_CODE), gtin=cause.gtin, gs1=cause.gs1
    )
    return Applied(counter=counter, facts=(fact,), said=say(PaySay.SCAN_QUEUED, count=str(waiting)))
