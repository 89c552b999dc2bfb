"""Exchanges: what comes back pays for what is taken, and nothing is earned or paid out on the way (CHECKOUT 9)."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.after.refund import Coming, Desk, Undone, undo, withhold, worth
from terminal.domain.after.sold import Sold
from terminal.domain.after.taking import shares, take_all
from terminal.domain.members.member import Member
from terminal.domain.sale import Tender, TenderKind


class Exchanged(Struct, frozen=True, kw_only=True):
    """What the return did, and the credit that it brings into the new sale (None = it brings nothing)."""

    returned: Undone
    credit_fen: int
    credit: Tender | None


def exchange(sold: Sold, coming: Sequence[Coming], new_total_fen: int, member: Member | None, desk: Desk) -> Exchanged:
    """Return what it does that units come back for a sale of ``new_total_fen``.

    What the new sale does not need goes back to the old tenders. The rest is set aside from what is left of them, in
    proportion, with its share of stored value and points; no balance changes for it.
    """
    credit_fen = max(0, min(worth(coming), new_total_fen))
    given = shares(sold.parts, worth(coming) - credit_fen, desk.settings.refund_tenders)
    parts, tenders = take_all(sold.parts, given)
    aside = shares(parts, credit_fen)
    parts, origin = take_all(parts, aside)
    undone = undo(sold, coming, parts, tenders, member, desk)
    returned = withhold(replace(undone, taken=(*given, *aside)), desk)
    origin = [_as_used(share) for share in origin]
    credit = Tender(kind=TenderKind.CREDIT, amount_fen=credit_fen, origin=tuple(origin)) if credit_fen else None
    return Exchanged(returned=returned, credit_fen=credit_fen, credit=credit)


def _as_used(share: Tender) -> Tender:
    """Return a share with its lots in the order in which they were used, as a tender that paid with them has them."""
    return replace(share, lots=share.lots[::-1])
