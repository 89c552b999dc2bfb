"""会籍: paid membership. Its fee is an article; whoever buys it has a tier until a date."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.member import SOON_DAYS, Member
from terminal.domain.members.tiers import Tier, higher, reached


class Membership(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The article whose price is the fee, the tier that it brings, and for how many days."""

    sku: Sku
    tier: str
    days: Annotated[int, Meta(ge=1)]


def joined(
    member: Member,
    bought: Iterable[tuple[Sku, int]],
    memberships: Sequence[Membership],
    *,
    today: str,
    tiers: Sequence[Tier],
) -> Member:
    """Return a member after buying (article, pieces): time that is left is added to. A higher tier stays."""
    by_sku = {one.sku: one for one in memberships}
    for sku, pieces in bought:
        membership = by_sku.get(sku)
        if membership is None or pieces < 1:
            continue
        since = date.fromisoformat(max(today, member.paid_until or today))
        until = since + timedelta(days=membership.days * pieces)
        tier = higher(tiers, membership.tier, member.tier)
        member = replace(member, tier=tier, paid_until=until.isoformat())
    return member


def left(member: Member, back: Iterable[tuple[Sku, int]], memberships: Sequence[Membership], *, since: str) -> Member:
    """Return a member whose fees (article, pieces), paid on the day ``since``, were given back: so is the time.

    A membership that began with them is over.
    """
    by_sku = {one.sku: one for one in memberships}
    for sku, pieces in back:
        membership = by_sku.get(sku)
        if membership is None or pieces < 1 or member.paid_until is None:
            continue
        until = date.fromisoformat(member.paid_until) - timedelta(days=membership.days * pieces)
        day_before = date.fromisoformat(since) - timedelta(days=1)
        member = replace(member, paid_until=(until if until > date.fromisoformat(since) else day_before).isoformat())
    return member


def is_over(member: Member, today: str) -> bool:
    """Whether a membership was paid, and its time is over."""
    return member.paid_until is not None and today > member.paid_until


def ends_soon(member: Member, today: str) -> bool:
    """Whether a paid membership is over within `SOON_DAYS` days."""
    if member.paid_until is None or is_over(member, today):
        return False
    return member.paid_until <= (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()


def as_of(member: Member, today: str, tiers: Sequence[Tier]) -> Member:
    """Return a member with the tier of the day: when the time is over, that which the spending reaches."""
    rank = reached(tiers, member.spend)
    if not is_over(member, today) or rank is None:
        return member
    return replace(member, tier=tiers[rank].id)
