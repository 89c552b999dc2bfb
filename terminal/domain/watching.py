"""What a shop watches: value of members spent too often, cashiers' own cards, too many returns without a receipt."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Sale, Tender, TenderKind

MINUTE_MS = 60_000
KEPT = 100
"""Of what is watched a till remembers so much: more than any hour has."""
_OF_MEMBERS = frozenset({TenderKind.STORED, TenderKind.POINTS})


class Watch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When HQ is told; 0 minutes = nobody counts.

    More than ``redemptions`` of one member in ``minutes`` are odd, and so are more than ``no_receipt`` returns without
    a receipt by one cashier in ``no_receipt_minutes``. ``members`` says which member somebody of the staff is: they do
    not sell to themselves.
    """

    redemptions: Annotated[int, Meta(ge=0)] = 5
    minutes: Annotated[int, Meta(ge=0)] = 10
    no_receipt: Annotated[int, Meta(ge=0)] = 3
    no_receipt_minutes: Annotated[int, Meta(ge=0)] = 480
    members: dict[StaffNumber, MemberId] = {}


class WatchKind(StrEnum):
    """What was odd."""

    REDEMPTIONS = "redemptions"
    OWN_CARD = "own_card"
    NO_RECEIPT = "no_receipt"


class Watched(Struct, frozen=True, array_like=True):
    """Something that is counted: ``who`` is a member that redeemed, or a cashier who took goods back."""

    kind: WatchKind
    who: str
    at_ms: int


def redeems(sale: Sale, tenders: Iterable[Tender]) -> bool:
    """Whether a sale spends what a member has: points, stored value, a coupon, or uses of a count card."""
    by_tender = any(tender.kind in _OF_MEMBERS for tender in tenders)
    by_card = any(line.count_card is not None for line in sale.live_lines)
    return by_tender or by_card or any(coupon.owner is not None for coupon in sale.coupons)


def remembered(watched: tuple[Watched, ...], one: Watched) -> tuple[Watched, ...]:
    """Return what is remembered with one more."""
    return (*watched, one)[-KEPT:]


def too_often(watched: Iterable[Watched], one: Watched, *, most: int, minutes: int) -> int:
    """Return how often the same happened in the last minutes, this time included; 0 = not too often."""
    since_ms = one.at_ms - minutes * MINUTE_MS
    same = (before for before in watched if (before.kind, before.who) == (one.kind, one.who))
    times = 1 + sum(since_ms < before.at_ms <= one.at_ms for before in same)
    return times if minutes and times > most else 0
