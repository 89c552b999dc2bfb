"""What stands against taking a tender, or giving one back."""

from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.members.telling import seen
from terminal.checkout.messages import Ask
from terminal.checkout.state import Counter
from terminal.checkout.tendering.drafts import TakeStored
from terminal.checkout.tendering.messages import TenderAsk
from terminal.domain.money import format_fen
from terminal.domain.sale import TenderKind
from terminal.domain.staff import Right
from terminal.domain.text import tail


def about_stored(counter: Counter, action: TakeStored) -> Doubt:
    """Much stored value needs a right; all of the sale counts, so that no limit is passed in small steps."""
    taking = taking_of(counter)
    used_fen = 0 if taking.stored_used is None else taking.stored_used.total
    who = "" if taking.member is None else seen(taking.member)
    return Doubt(
        question=TenderAsk.MUCH_STORED,
        params={"amount": format_fen(action.amount_fen), "who": who},
        right=Right.SPEND_STORED,
        amount_fen=used_fen + action.amount_fen,
    )


def about_giving_back(counter: Counter) -> Doubt:
    """Real money is only given back on purpose: the host returns that of a code, the bank's terminal that of a card."""
    tenders = counter.record.sale.tenders if counter.record.sale is not None else ()
    last = tenders[-1] if tenders else None
    if last is not None and last.kind is TenderKind.CARD and not last.order:
        params = {"amount": format_fen(last.amount_fen), "reference": tail(last.reference)}
        return Doubt(question=TenderAsk.SLIP_VOIDED, params=params, again=True)
    if last is None or not last.order:
        return Doubt()
    params = {"tender": f"tender.{last.kind}", "amount": format_fen(last.amount_fen)}
    return Doubt(question=Ask.REVERSE_PAYMENT, params=params, again=True)
