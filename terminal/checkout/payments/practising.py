"""Payments by code in a training: nobody is asked for money, and every code is good."""

from msgspec.structs import replace

from terminal.checkout.deeds.ending import complete
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.inputs import Moment
from terminal.checkout.messages import No
from terminal.checkout.modes import Tendering
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.messages import PaySay
from terminal.checkout.payments.starting import amount_by_code, tender_id
from terminal.checkout.state import Counter
from terminal.domain.barcode import PayChannel
from terminal.domain.money import format_fen
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire import events as ev
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
    fact = ev.TenderAdded(sale_id=sale.id, tender=tender)
    after = ahead(counter, (ev.InTraining(fact=fact),))
    if not taking_of(after).rest_fen:
        done = complete(after, Permit(moment=moment), given_fen=None)
        if isinstance(done, Applied):
            ended = replace(done.counter, durable=counter.durable)
            return replace(done, counter=ended, facts=(fact, *done.facts), reason="payment")
    return Applied(
        counter=replace(counter, mode=Tendering(), text=""),
        facts=(fact,),
        said=say(PaySay.TAKEN, Level.MONEY, tender=tender_id(tender.kind), amount=format_fen(amount)),
        reason="payment",
    )
