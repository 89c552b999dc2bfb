"""Whether what members spent in a sale is worth what it paid: the tenders are taken once more."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from terminal.domain.errors import InputError, RuleError
from terminal.domain.members.claims import is_within, parts_of_sale
from terminal.domain.members.entries import Place
from terminal.domain.paying import Offer, Taking, Wallet
from terminal.domain.sale import Tender, TenderKind

OF_MEMBERS = frozenset({TenderKind.POINTS, TenderKind.STORED})


def spent_rightly(
    tenders: Sequence[Tender], due_fen: int, wallet: Wallet, set_aside: Mapping[Place, int] | None = None
) -> bool:
    """Whether each tender of points or stored value is what its points, or its amount, come to in its place.

    What HQ had ``set_aside`` for the sale may be of other lots, and of another split, than those that come first.
    """
    is_set_aside = is_within(parts_of_sale(tenders, ()), set_aside or {})
    taking = Taking.begin(due_fen, wallet)
    for tender in tenders:
        if tender.kind in OF_MEMBERS and not _is_right(taking, tender, any_parts=is_set_aside):
            return False
        taking = taking.recorded(tender)
    return True


def _is_right(taking: Taking, tender: Tender, *, any_parts: bool) -> bool:
    try:
        again = taking.take(Offer(kind=tender.kind, amount=tender.points or tender.amount_fen)).tenders[-1:]
    except (InputError, RuleError):
        return False
    if again == (tender,) or not (again and any_parts):
        return again == (tender,)
    is_whole = tender.stored is not None and tender.stored.total == tender.amount_fen
    return replace(again[0], stored=tender.stored, lots=tender.lots) == tender and (is_whole or bool(tender.lots))
