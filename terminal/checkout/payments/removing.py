"""Giving tenders back before the sale is done."""

from msgspec.structs import replace

from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Tendering
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.payments.messages import PayNo
from terminal.checkout.payments.starting import undo
from terminal.checkout.state import Counter
from terminal.domain.money import format_fen
from terminal.wire import events as ev


def remove_last(counter: Counter, permit: Permit) -> Outcome:
    """Give the last tender back; a payment by code is reversed first."""
    sale = counter.record.sale
    if sale is None or not sale.tenders:
        return reject(No.NO_TENDER)
    if counter.durable.undecided(sale.id) is not None:
        return reject(PayNo.UNDECIDED)
    last = sale.tenders[-1]
    if last.order and not counter.is_training:
        return undo(counter, last, permit.moment)
    return Applied(
        counter=replace(counter, mode=Tendering(), text=""),
        facts=(ev.TenderRemoved(sale_id=sale.id),),
        said=say(Say.TENDER_REMOVED, amount=format_fen(last.amount_fen)),
    )
