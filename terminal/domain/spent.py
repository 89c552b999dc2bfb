"""Whether what members spent in a sale is worth what it paid: the tenders are taken once more."""

from collections.abc import Iterable

from terminal.domain.errors import InputError, RuleError
from terminal.domain.paying import Offer, Taking, Wallet
from terminal.domain.sale import Tender, TenderKind

OF_MEMBERS = frozenset({TenderKind.POINTS, TenderKind.STORED})


def spent_rightly(tenders: Iterable[Tender], due_fen: int, wallet: Wallet) -> bool:
    """Whether each tender of points or stored value is what its points, or its amount, come to in its place."""
    taking = Taking.begin(due_fen, wallet)
    for tender in tenders:
        if tender.kind not in OF_MEMBERS:
            taking = taking.recorded(tender)
            continue
        try:
            again = taking.take(Offer(kind=tender.kind, amount=tender.points or tender.amount_fen))
        except (InputError, RuleError):
            return False
        if again.tenders[-1:] != (tender,):
            return False
        taking = again
    return True
