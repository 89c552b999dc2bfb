"""Facts about member value that HQ sets aside for this till (`terminal.domain.members.claims`).

A question stands in the journal before it is asked: what comes of it is never forgotten. What the till gives back it
cannot spend any more, and HQ frees what was set aside on no other word than that of this journal.
"""

from enum import StrEnum

from msgspec import Struct

from terminal.domain.ids import SaleId
from terminal.domain.members.claims import Claim, ClaimId, Part
from terminal.domain.members.entries import Account
from terminal.domain.promotions.coupons import CouponCode, MemberId


class ClaimAsked(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """HQ is asked to set something aside: ``parts`` and ``coupons`` for a ``sale``, or (no sale) what it leases.

    ``all_of`` are accounts of which it is everything, for a cash-out or a merge. ``instead_of`` are claims that this
    till gave back with it. Of nobody, it may be all that is left to come back of a ``receipt``: while that is asked for
    here, no other till is granted it.
    """

    claim: ClaimId
    member: MemberId
    sale: SaleId | None = None
    parts: tuple[Part, ...] = ()
    coupons: tuple[CouponCode, ...] = ()
    all_of: tuple[Account, ...] = ()
    instead_of: tuple[ClaimId, ...] = ()
    receipt: str = ""


class ClaimGranted(Struct, frozen=True, kw_only=True, tag=True):
    """HQ set something aside; it may be spent here from now on."""

    claim: Claim


class GivenBack(StrEnum):
    """Why a till gives back what was set aside."""

    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    NOT_NEEDED = "not_needed"
    EXPIRED = "expired"
    RENEWED = "renewed"
    SHIFT_CLOSED = "shift_closed"
    RESTARTED = "restarted"


class ClaimsReturned(Struct, frozen=True, kw_only=True, tag=True):
    """Claims are spent here no more, granted or not: whatever HQ still says of them."""

    claims: tuple[ClaimId, ...]
    reason: GivenBack


class OutageEnded(Struct, frozen=True, kw_only=True, tag=True):
    """HQ can be asked again; ``spent_fen`` of stored value was spent meanwhile of which nothing was set aside."""

    spent_fen: int


OfClaims = ClaimAsked | ClaimGranted | ClaimsReturned | OutageEnded
