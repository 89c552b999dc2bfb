"""What a shop watches: members whose value is spent too often in a short time, and cashiers who use their own card."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Sale, Tender, TenderKind

MINUTE_MS = 60_000
KEPT = 100
"""Redemptions that a till remembers: more than any hour has."""
_OF_MEMBERS = frozenset({TenderKind.STORED, TenderKind.POINTS})


class Watch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When HQ is told. More than ``redemptions`` of one member in ``minutes`` are odd; 0 minutes = nobody counts.

    ``members`` says which member somebody of the staff is: they do not sell to themselves.
    """

    redemptions: Annotated[int, Meta(ge=0)] = 5
    minutes: Annotated[int, Meta(ge=0)] = 10
    members: dict[StaffNumber, MemberId] = {}


class WatchKind(StrEnum):
    """What was odd."""

    REDEMPTIONS = "redemptions"
    OWN_CARD = "own_card"


class Redeemed(Struct, frozen=True, array_like=True):
    """A member spent value of their own: points, stored value, a coupon, or uses of a count card."""

    member: MemberId
    at_ms: int


def redeems(sale: Sale, tenders: Iterable[Tender]) -> bool:
    """Whether a sale spends what a member has."""
    by_tender = any(tender.kind in _OF_MEMBERS for tender in tenders)
    by_card = any(line.count_card is not None for line in sale.live_lines)
    return by_tender or by_card or any(coupon.owner is not None for coupon in sale.coupons)


def remembered(redeemed: tuple[Redeemed, ...], one: Redeemed) -> tuple[Redeemed, ...]:
    """Return the last redemptions with one more."""
    return (*redeemed, one)[-KEPT:]


def too_often(redeemed: Iterable[Redeemed], one: Redeemed, watch: Watch) -> int:
    """Return how often this member redeemed in the last minutes, this time included; 0 = not too often."""
    since_ms = one.at_ms - watch.minutes * MINUTE_MS
    times = 1 + sum(before.member == one.member and since_ms < before.at_ms <= one.at_ms for before in redeemed)
    return times if watch.minutes and times > watch.redemptions else 0
