"""会籍: paid membership. Its fee is an article; whoever buys it has a tier until a date, beside their own."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, NamedTuple

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


class Kinds(NamedTuple):
    """The memberships that are sold, and the tiers that they bring, ascending."""

    memberships: Sequence[Membership]
    tiers: Sequence[Tier]


class SoldUnits(NamedTuple):
    """Pieces of an article that were sold, and how many of them were not back before a return, and after it."""

    sku: Sku
    sold: int
    before: int
    after: int


class Joined(Struct, frozen=True, kw_only=True):
    """What a sale did to a paid membership: tier and last day before it, and the days that it brought."""

    tier: str
    until: str | None
    days: int


def joined(
    member: Member,
    bought: Iterable[tuple[Sku, int]],
    memberships: Sequence[Membership],
    *,
    today: str,
    tiers: Sequence[Tier],
) -> Member:
    """Return a member after buying (article, pieces): time that is left is added to, and its higher tier stays.

    The member's own tier does not change, nor that of the day: `as_of` tells it. But one that an older till sold for a
    time is paid for from now on, and no own one any more.
    """
    by_sku = {one.sku: one for one in memberships}
    for sku, pieces in bought:
        membership = by_sku.get(sku)
        if membership is None or pieces < 1:
            continue
        member = _named(member)
        since = date.fromisoformat(max(today, member.paid_until or today))
        until = since + timedelta(days=membership.days * pieces)
        tier = higher(tiers, membership.tier, _running(member, today))
        member = replace(member, paid_tier=tier, paid_until=until.isoformat())
    return member


def joined_until(before: Member, until: str | None, *, day: str) -> Joined | None:
    """Return what a sale of a day did to the membership of a member, which lasts until a date after it."""
    if until is None or until == before.paid_until:
        return None
    before = _named(before)
    begin = date.fromisoformat(max(day, before.paid_until or day))
    days = (date.fromisoformat(until) - begin).days
    return Joined(tier=before.paid_tier, until=before.paid_until, days=days)


def left(member: Member, did: Joined, lines: Sequence[SoldUnits], kinds: Kinds, *, since: str) -> Member:
    """Return a member after units of a sale of the day ``since`` came back: the days of their fees go with them.

    If nothing else happened to the membership, its tier is that of what is kept; with nothing kept it is again what it
    was before the sale. What HQ has called a membership since, or not any more, changes nothing of the days that the
    sale brought.
    """
    memberships = kinds.memberships
    begin = max(since, did.until or since)
    before = _days_kept(did, [(one.sku, one.before) for one in lines], lines, memberships)
    after = _days_kept(did, [(one.sku, one.after) for one in lines], lines, memberships)
    if member.paid_until is None or before == after:
        return member
    is_of_sale = member.paid_until == _later(begin, before)
    if not after and is_of_sale:
        return replace(member, paid_tier=did.tier, paid_until=did.until)
    until = _later(member.paid_until, after - before)
    if is_of_sale:
        member = replace(member, paid_tier=_tier_kept(member, did, lines, kinds, since=since))
    if until > since:
        return replace(member, paid_until=until)
    is_past = did.until is None or did.until < since
    return replace(member, paid_tier=did.tier if is_past else "", paid_until=did.until if is_past else None)


def _tier_kept(member: Member, did: Joined, lines: Sequence[SoldUnits], kinds: Kinds, *, since: str) -> str:
    """Return the highest tier of the fees that are kept, and of what ran before their sale; never a higher one."""
    by_sku = {one.sku: one.tier for one in kinds.memberships}
    tier = did.tier if did.until is not None and did.until >= since else ""
    for one in lines:
        if one.after > 0 and one.sku in by_sku:
            tier = higher(kinds.tiers, by_sku[one.sku], tier)
    return tier if tier and higher(kinds.tiers, member.paid_tier, tier) == member.paid_tier else member.paid_tier


def is_over(member: Member, today: str) -> bool:
    """Whether a membership was paid, and its time is over."""
    return member.paid_until is not None and today > member.paid_until


def ends_soon(member: Member, today: str) -> bool:
    """Whether a paid membership is over within `SOON_DAYS` days."""
    if member.paid_until is None or is_over(member, today):
        return False
    return member.paid_until <= _later(today, SOON_DAYS)


def as_of(member: Member, today: str, tiers: Sequence[Tier]) -> Member:
    """Return a member with the tier of the day, and the own one beside it: a paid one counts while its time runs.

    Who has no tier of their own has the one that the spending reaches. So has who bought a tier at an older till, which
    wrote no more than a date beside it, when that date is past.
    """
    if member.paid_until is None:
        return replace(member, tier=member.own, own_tier=None)
    rank = reached(tiers, member.spend)
    is_lost = not member.own or (not member.paid_tier and is_over(member, today))
    own = tiers[rank].id if is_lost and rank is not None else member.own
    paid = _running(member, today)
    return replace(member, tier=higher(tiers, paid, own) if paid else own, own_tier=member.own)


def merged_membership(into: Member, gone: Member, today: str, tiers: Sequence[Tier]) -> tuple[str, str | None]:
    """Return tier and last day of what two members paid for: time that is over counts only beside one like it.

    Of two that run the higher tier stays, until the later day.
    """
    running = [one for one in (into, gone) if _running(one, today)]
    if len(running) == 1:
        return running[0].paid_tier, running[0].paid_until
    until = max(into.paid_until or "", gone.paid_until or "")
    return higher(tiers, into.paid_tier, gone.paid_tier), until or None


def _named(member: Member) -> Member:
    """Return a member whose paid time names its tier: an older till set the member's own one, and a date beside it."""
    if member.paid_until is None or member.paid_tier:
        return member
    return replace(member, tier="", own_tier=None, paid_tier=member.own)


def _running(member: Member, today: str) -> str:
    """Return the tier that is paid for on a day; empty if there is none."""
    return "" if member.paid_until is None or is_over(member, today) else member.paid_tier


def _days_kept(
    did: Joined, kept: Sequence[tuple[Sku, int]], lines: Sequence[SoldUnits], memberships: Sequence[Membership]
) -> int:
    """Return how many of the days that a sale brought stay while some pieces are kept."""
    all_days = _days(((one.sku, one.sold) for one in lines), memberships)
    if all_days:
        return did.days * _days(kept, memberships) // all_days
    return did.days if any(pieces > 0 for _, pieces in kept) else 0


def _days(fees: Iterable[tuple[Sku, int]], memberships: Sequence[Membership]) -> int:
    by_sku = {one.sku: one.days for one in memberships}
    return sum(by_sku.get(sku, 0) * pieces for sku, pieces in fees if pieces > 0)


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
