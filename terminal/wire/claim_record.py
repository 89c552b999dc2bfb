"""What follows from facts about claims: what was asked, and what this till holds."""

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.members.claims import Claim, ClaimId, Drawn, after_drawing
from terminal.domain.members.floor import Floor
from terminal.domain.sale import Sale
from terminal.wire.claim_events import ClaimAsked, ClaimGranted, ClaimsReturned, OfClaims, OutageEnded
from terminal.wire.events import MemberBound, SaleCompleted
from terminal.wire.floor import OfFloor, after_floor
from terminal.wire.member_events import CashedOut, MembersMerged, OfGifts
from terminal.wire.return_events import ReturnsElsewhere, SaleReturned


class ClaimRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Questions without an answer, and what is left of each claim that HQ granted.

    ``floor`` is what was spent of stored value without a claim. ``returns_until`` is how far HQ has told what came back
    elsewhere of this till's sales.
    """

    asked: tuple[ClaimAsked, ...] = ()
    held: tuple[Claim, ...] = ()
    floor: Floor = Floor()
    returns_until: int = 0


_Spending = SaleCompleted | CashedOut | OfGifts | MembersMerged | SaleReturned
AboutClaims = OfClaims | MemberBound | _Spending | ReturnsElsewhere
"""What asks for claims, brings them, ends them, or spends of them; and what HQ told of receipts."""


def folded(record: ClaimRecord, fact: AboutClaims, sale: Sale | None = None) -> ClaimRecord:
    """Return the record after a fact; ``sale`` is the open one."""
    if isinstance(fact, OfFloor):
        record = replace(record, floor=after_floor(record.floor, fact, sale))
    match fact:
        case ClaimAsked() | ClaimGranted() | ClaimsReturned():
            return _after_claim(record, fact)
        case OutageEnded() | MemberBound():
            return record
        case ReturnsElsewhere(until=until):
            return replace(record, returns_until=until)
        case _:
            return _after_spending(record, fact.drawn) if fact.drawn else record


def _after_claim(record: ClaimRecord, fact: ClaimAsked | ClaimGranted | ClaimsReturned) -> ClaimRecord:
    """Return the record after a fact about claims. A grant of what was not asked, or was given back, is nothing."""
    match fact:
        case ClaimAsked():
            return replace(record, asked=(*record.asked, fact))
        case ClaimGranted(claim=claim):
            if all(one.claim != claim.id for one in record.asked):
                return record
            left = _without(record, (claim.id,))
            return replace(left, held=(*left.held, claim))
        case ClaimsReturned(claims=claims):
            return _without(record, claims)
        case _:
            assert_never(fact)


def _after_spending(record: ClaimRecord, spent: Iterable[Drawn]) -> ClaimRecord:
    """Return the record after an act that spent of claims."""
    held = {claim.id: claim for claim in record.held}
    for one in spent:
        claim = held.pop(one.claim, None)
        left = None if claim is None else after_drawing(claim, one)
        if left is not None:
            held[left.id] = left
    return replace(record, held=tuple(held.values()))


def given_up(record: ClaimRecord) -> ClaimRecord:
    """Return a record of which nothing may be spent, only given back: it is of another epoch, perhaps an old copy."""
    held = (ClaimAsked(claim=claim.id, member=claim.member, sale=claim.sale) for claim in record.held)
    return replace(record, asked=(*record.asked, *held), held=())


def _without(record: ClaimRecord, claims: Iterable[ClaimId]) -> ClaimRecord:
    gone = set(claims)
    return replace(
        record,
        asked=tuple(one for one in record.asked if one.claim not in gone),
        held=tuple(claim for claim in record.held if claim.id not in gone),
    )
