"""Taking money back out of the tenders of a sale: in proportion or by an order of kinds (CHECKOUT 9)."""

from collections.abc import Sequence

from msgspec.structs import replace

from terminal.domain.after.sold import PaidPart
from terminal.domain.members.points import Lot
from terminal.domain.money import spread
from terminal.domain.sale import Tender, TenderKind


def shares(parts: Sequence[PaidPart], amount_fen: int, order: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Return what each part gives of an amount, as (index, fen > 0), in the order in which they are paid out.

    Without an order they give in proportion to what is left of them, in recorded order; with one, kinds of tender in
    that order give all they have, then the others in recorded order.
    """
    left = [part.left_fen for part in parts]
    if not order:
        taken = spread(amount_fen, left) if amount_fen else []
        return [(index, fen) for index, fen in enumerate(taken) if fen]
    ranks = {kind: rank for rank, kind in reversed([*enumerate(order)])}
    found = []
    for index in sorted(range(len(parts)), key=lambda i: ranks.get(parts[i].kind, len(order))):
        fen = min(amount_fen, left[index])
        if fen > 0:
            found.append((index, fen))
            amount_fen -= fen
    return found


def take(part: PaidPart, fen: int) -> tuple[PaidPart, Tender]:
    """Return a part without some fen, and these fen as a tender with their share of principal and bonus, or of points.

    Points come back by what of the whole value has been taken so far, the last used first.
    """
    left_fen = part.left_fen - fen
    stored = part.stored_left.share(fen) if part.kind is TenderKind.STORED else None
    lots: tuple[Lot, ...] = ()
    lots_left = part.lots_left
    if part.points:
        points = part.points * (part.amount_fen - left_fen) // part.amount_fen - part.points_returned
        lots_left, lots = _cut(part.lots_left, points)
    rest = replace(
        part,
        left_fen=left_fen,
        stored_left=part.stored_left if stored is None else part.stored_left - stored,
        lots_left=lots_left,
    )
    back = Tender(kind=part.kind, amount_fen=fen, stored=stored, lots=lots, order=part.order, reference=part.reference)
    return rest, back


def _cut(lots: tuple[Lot, ...], points: int) -> tuple[tuple[Lot, ...], tuple[Lot, ...]]:
    """Return what is left of some lots without so many points from their end, and what was cut, the last used first."""
    left, cut = list(lots), []
    while points:
        last = left.pop()
        part = min(points, last.points)
        cut.append(Lot(part, last.expires))
        points -= part
        if part < last.points:
            left.append(Lot(last.points - part, last.expires))
    return tuple(left), tuple(cut)


def take_all(parts: Sequence[PaidPart], given: Sequence[tuple[int, int]]) -> tuple[tuple[PaidPart, ...], list[Tender]]:
    """Return the parts after some have given (index, fen), and what they gave."""
    rest, taken = list(parts), []
    for index, fen in given:
        rest[index], tender = take(rest[index], fen)
        taken.append(tender)
    return tuple(rest), taken
