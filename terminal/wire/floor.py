"""How facts change what a till has spent of stored value without a lease and without HQ."""

from typing import assert_never

from msgspec.structs import replace

from terminal.domain.members.entries import Account
from terminal.domain.members.floor import Floor
from terminal.domain.sale import Sale
from terminal.wire.claim_events import OutageEnded
from terminal.wire.events import MemberBound, SaleCompleted

_STORED = frozenset({Account.PRINCIPAL, Account.BONUS})
OfFloor = MemberBound | SaleCompleted | OutageEnded
"""The facts that change something here."""


def after_floor(floor: Floor, fact: OfFloor, sale: Sale | None) -> Floor:
    """Return it after one fact; ``sale`` is the open one."""
    match fact:
        case OutageEnded():
            return floor.ended()
        case MemberBound(as_of=as_of):
            return replace(floor, as_of=as_of) if as_of and sale is not None else floor
        case SaleCompleted():
            fen = _unclaimed_fen(fact)
            if sale is None or sale.member is None or not fen:
                return floor
            return floor.spent(sale.member.id, fen, sale.local_time[:10])
        case _:
            assert_never(fact)


def _unclaimed_fen(fact: SaleCompleted) -> int:
    """Return how much stored value a sale spent of which nothing was set aside."""
    spent = sum(tender.stored.total for tender in fact.tenders if tender.stored is not None)
    claimed = sum(part.amount for one in fact.drawn for part in one.parts if part.account in _STORED)
    return max(0, spent - claimed)
