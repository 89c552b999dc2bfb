"""Practising at a till: it begins and ends between real sales, and nothing of it is ever one."""

from msgspec.structs import replace

from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.messages import No, Say
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.state import Counter
from terminal.wire import store_events as sev
from terminal.wire.counter.view import Level


def begin(counter: Counter, permit: Permit) -> Outcome:
    """Practise from now on; not over an open sale."""
    staff = counter.record.staff
    if staff is None:
        return reject(No.LOCKED)
    if counter.is_training or counter.record.sale is not None:
        return reject(No.SALE_OPEN, at_sale(counter))
    return Applied(
        counter=replace(at_sale(counter), selected=0),
        facts=(sev.TrainingBegan(staff=staff.number, approved_by=permit.approver),),
        said=say(Say.TRAINING_BEGAN, Level.ATTENTION),
    )


def end(counter: Counter) -> Outcome:
    """Sell for real again; what is open or held in the training goes with it."""
    staff = counter.record.staff
    if staff is None:
        return reject(No.LOCKED)
    if not counter.is_training:
        return reject(No.KEY_NOT_HERE, at_sale(counter))
    return Applied(
        counter=replace(at_sale(counter), selected=0, cut=False),
        facts=(sev.TrainingEnded(staff=staff.number),),
        said=say(Say.TRAINING_ENDED, Level.ATTENTION),
    )
