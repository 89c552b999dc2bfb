"""What the open sale asks for, and its tenders one by one; the rules are those of `terminal.domain.paying`."""

from msgspec.structs import replace

from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Tendering
from terminal.checkout.outcome import Applied, Outcome, reject, say
from terminal.checkout.payments.messages import PayNo
from terminal.checkout.state import Counter
from terminal.domain.errors import InputError, RuleError
from terminal.domain.money import format_fen
from terminal.domain.paying import Offer, Taking, Wallet
from terminal.domain.sale import Sale, TenderKind
from terminal.wire import events as ev

NOTHING = Taking(due_fen=0, wallet=Wallet(today=""))


def wallet_of(counter: Counter, sale: Sale) -> Wallet:
    """Return what decides about the tenders of a sale."""
    return Wallet(today=sale.local_time[:10], member=sale.member, rounding=counter.trade.rounding)


def taking_of(counter: Counter) -> Taking:
    """Return how far the open sale is paid; nothing is asked where there is none."""
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None:
        return NOTHING
    return Taking.begin(priced.due_fen, wallet_of(counter, sale), sale.tenders)


def add_voucher(counter: Counter, amount_fen: int) -> Outcome:
    """Take a voucher: it gives no change, so it cannot be more than what is asked without cash."""
    sale, taking = counter.record.sale, taking_of(counter)
    if sale is None:
        return reject(No.OVER_TENDER, replace(counter, text=""), limit=format_fen(0))
    if counter.durable.undecided(sale.id) is not None:
        return reject(PayNo.UNDECIDED)
    try:
        taken = taking.take(Offer(kind=TenderKind.VOUCHER, amount=amount_fen))
    except RuleError:
        return reject(No.OVER_TENDER, replace(counter, text=""), limit=format_fen(max(0, taking.rest_fen)))
    except InputError:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return Applied(
        counter=replace(counter, mode=Tendering(), text=""),
        facts=(ev.TenderAdded(sale_id=sale.id, tender=taken.tenders[-1]),),
        said=say(Say.VOUCHER_TAKEN, amount=format_fen(amount_fen)),
    )
