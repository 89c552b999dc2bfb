"""Payments by code in a training: nobody is asked for money, and every code is good."""

from msgspec.structs import replace

from terminal.checkout.inputs import Moment
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.payments.starting import amount_by_code, tender_id
from terminal.checkout.state import Counter
from terminal.checkout.tendering.taking import with_tender
from terminal.domain.barcode import PayChannel
from terminal.domain.money import format_fen
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire.counter.view import Level

REFERENCE = SafeText("TRAINING")


def practise(counter: Counter, channel: PayChannel, moment: Moment) -> Outcome:
    """Take a customer's code as paid."""
    sale = counter.record.sale
    if sale is None or not sale.live_lines:
        return reject(No.EMPTY_SALE)
    amount = amount_by_code(counter)
    if not isinstance(amount, int):
        return amount
    tender = Tender(kind=TenderKind(channel.value), amount_fen=amount, reference=REFERENCE)
    said = say(PaySay.TAKEN, Level.MONEY, tender=tender_id(tender.kind), amount=format_fen(amount))
    taken = with_tender(counter, tender, Permit(moment=moment), said)
    return replace(taken, reason="payment") if isinstance(taken, Applied) else taken
