"""What the open sale asks for, and how far it is paid; the rules are those of `terminal.domain.paying`."""

from msgspec.structs import replace

from terminal.checkout.after.exchanging import buyer_of, exchanged_for
from terminal.checkout.state import Counter
from terminal.checkout.tendering.spending import may_spend
from terminal.domain.paying import Taking, Wallet
from terminal.domain.sale import Sale

NOTHING = Taking(due_fen=0, wallet=Wallet(today=""))


def wallet_of(counter: Counter, sale: Sale) -> Wallet:
    """Return what decides about the tenders of a sale."""
    trade = counter.trade
    return Wallet(
        today=sale.local_time[:10],
        member=sale.member,
        program=trade.points,
        stored=trade.stored,
        rounding=trade.rounding,
        offline=may_spend(counter),
    )


def taking_of(counter: Counter) -> Taking:
    """Return how far the open sale is paid; nothing is asked where there is none.

    What an exchange takes back, earned points among it, pays nothing.
    """
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None:
        return NOTHING
    wallet = wallet_of(counter, sale)
    exchanged = exchanged_for(counter, Taking.begin(priced.due_fen, wallet).total_fen)
    wallet = wallet if sale.member is None else replace(wallet, member=buyer_of(counter, exchanged))
    credit = () if exchanged is None or exchanged.credit is None else (exchanged.credit,)
    return Taking.begin(priced.due_fen, wallet, (*credit, *sale.tenders))
