"""Ledger entries: what a fact changes of a member. A balance is the sum of them, at the till and at HQ.

Entries of several tills meet at HQ in any order, so most accounts are sums. A till that knows nothing of the
others may spend what they spent too: what is missing of a lot becomes a debt at the end, never on the way.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.member import BLOCKED, MERGED, CountCard, CountCardId, Member
from terminal.domain.members.points import PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier, higher
from terminal.domain.promotions.coupons import MemberId


class Account(StrEnum):
    """What an entry is about.

    Fen of stored value and of spending; ``points`` of a lot, ``debt`` of points that are owed; ``card`` is 1 while a
    count card is held, ``uses`` what is left on it. ``tier``, ``status``, ``paid_until`` and ``blocked`` are set, the
    others are sums. HQ alone sets ``blocked``: why it blocks the member, whatever tills say of the status.
    """

    PRINCIPAL = "principal"
    BONUS = "bonus"
    POINTS = "points"
    DEBT = "debt"
    SPEND = "spend"
    CARD = "card"
    USES = "uses"
    TIER = "tier"
    STATUS = "status"
    PAID_UNTIL = "paid_until"
    BLOCKED = "blocked"


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of one account of a member.

    ``card`` names a count card; one that comes, or is changed, has an entry that says with ``sku`` what it pays for,
    and with ``expires`` until when. Otherwise ``expires`` is the last day of a lot. ``value`` is what was set; of a
    paid time the last day and its tier, ``was`` the day from which days were added or taken, as the till knew it, and
    ``since`` where none is left: the day from which days of other tills run.
    """

    member: MemberId
    account: Account
    amount: int = 0
    expires: str | None = None
    card: CountCardId | None = None
    sku: Sku | None = None
    value: str = ""
    was: str = ""
    since: str = ""


class Place(NamedTuple):
    """Where an entry is added up: of a member an account, a lot of it, or a count card."""

    account: Account
    expires: str | None = None
    card: CountCardId | None = None


def place_of(entry: Entry) -> Place:
    """Return what an entry is added to; the expiry of a count card is no part of it."""
    expires = entry.expires if entry.account is Account.POINTS else None
    return Place(entry.account, expires, entry.card)


def entries_between(before: Member, after: Member, *, today: str = "") -> tuple[Entry, ...]:
    """Return what turned one state of a member into another; nothing for what stayed. Always in the same order.

    A paid time that was over, or never began, begins ``today``, where that is told; so do days of other tills when it
    is taken back.
    """
    if before == after:
        return ()
    return tuple(_changes(before, after, today))


def paid_after(now: str, entry: Entry, tiers: Sequence[Tier] = ()) -> str:
    """Return what is paid, as `paid_text`, after an entry of it: days that its till did not know of are not lost.

    Nor is the tier of those days, if it is the higher one.
    """
    (day, tier), (new_day, new_tier) = paid_of(now), paid_of(entry.value)
    start = max(new_day or "", entry.since)
    if not (day and entry.was and start and day > entry.was):
        return entry.value
    extra = date.fromisoformat(day) - date.fromisoformat(entry.was)
    tier = higher(tiers, new_tier, tier) if new_tier and new_day == start else tier
    return paid_text((date.fromisoformat(start) + extra).isoformat(), tier)


def paid_text(until: str | None, tier: str) -> str:
    """Return the last day and the tier of a paid membership in one text, ``2027-11-30 gold``; empty for none."""
    return " ".join(filter(None, (until, tier))) if until else ""


def paid_of(text: str) -> tuple[str | None, str]:
    """Return the last day and the tier of a `paid_text`."""
    until, _, tier = text.partition(" ")
    return until or None, tier


def with_entries(member: Member, entries: Iterable[Entry], tiers: Sequence[Tier] = ()) -> Member:
    """Return a member after entries; those of others are passed over. The order of sums does not matter.

    Of several tiers the highest of ``tiers`` stays, as far as they are known: two tills may raise a member. Otherwise,
    where none is left, and of status, the last one counts.
    """
    ledger = _Ledger(member)
    for entry in entries:
        if entry.member == member.id:
            ledger.take(entry, tiers)
    return ledger.member()


def _changes(before: Member, after: Member, today: str) -> Iterator[Entry]:
    yield from _sums(before, after)
    yield from _cards(before, after)
    if before.own != after.own:
        yield Entry(member=after.id, account=Account.TIER, value=after.own)
    if before.status != after.status:
        yield Entry(member=after.id, account=Account.STATUS, value=after.status)
    was, now = (paid_text(one.paid_until, one.paid_tier) for one in (before, after))
    if was != now:
        yield Entry(
            member=after.id,
            account=Account.PAID_UNTIL,
            value=now,
            was=max(before.paid_until or "", today),
            since=today if (after.paid_until or "") < today else "",
        )


def _sums(before: Member, after: Member) -> Iterator[Entry]:
    was, now = amounts_of(before), amounts_of(after)
    for place in dict.fromkeys((*was, *now)):
        amount = now.get(place, 0) - was.get(place, 0)
        if amount:
            yield Entry(member=after.id, account=place.account, amount=amount, expires=place.expires, card=place.card)


def _cards(before: Member, after: Member) -> Iterator[Entry]:
    """Return what count cards are good for, of those that came and those that were changed."""
    for card, now in after.counts.items():
        was = before.counts.get(card)
        if was is None or (was.sku, was.until) != (now.sku, now.until):
            yield Entry(member=after.id, account=Account.CARD, card=card, sku=now.sku, expires=now.until)


def amounts_of(member: Member) -> dict[Place, int]:
    """Return the sums of a member by where they stand."""
    return {
        Place(Account.PRINCIPAL): member.stored.principal,
        Place(Account.BONUS): member.stored.bonus,
        **{Place(Account.POINTS, lot.expires): lot.points for lot in member.points.lots},
        Place(Account.DEBT): member.points.debt,
        Place(Account.SPEND): member.spend,
        **{Place(Account.CARD, card=card): 1 for card in member.counts},
        **{Place(Account.USES, card=card): held.left for card, held in member.counts.items()},
    }


class _Ledger:
    """A member while entries are added: sums may fall below zero on the way."""

    def __init__(self, member: Member) -> None:
        self._person = member
        self._amounts = amounts_of(member)
        self._cards = dict(member.counts)
        self._tier = member.own
        self._status = member.status
        self._blocked = ""
        self._paid = paid_text(member.paid_until, member.paid_tier)

    def take(self, entry: Entry, tiers: Sequence[Tier]) -> None:
        """Add one entry."""
        match entry.account:
            case Account.TIER:
                self._tier = higher(tiers, self._tier, entry.value) if tiers and entry.value else entry.value
            case Account.STATUS:
                self._status = entry.value
            case Account.BLOCKED:
                self._blocked = entry.value
            case Account.PAID_UNTIL:
                self._paid = paid_after(self._paid, entry, tiers)
            case _:
                place = place_of(entry)
                self._amounts[place] = self._amounts.get(place, 0) + entry.amount
        if entry.card is not None and entry.sku is not None:
            self._cards[entry.card] = CountCard(sku=entry.sku, left=0, until=entry.expires)

    def member(self) -> Member:
        """Return the member that the entries make."""
        amounts = self._amounts
        paid_until, paid_tier = paid_of(self._paid)
        return replace(
            self._person,
            tier=self._tier,
            own_tier=None,
            status=BLOCKED if self._blocked and self._status != MERGED else self._status,
            paid_until=paid_until,
            paid_tier=paid_tier,
            points=self._points(),
            stored=StoredValue(principal=amounts[Place(Account.PRINCIPAL)], bonus=amounts[Place(Account.BONUS)]),
            spend=amounts[Place(Account.SPEND)],
            counts={
                card: replace(held, left=amounts.get(Place(Account.USES, card=card), 0))
                for card, held in self._cards.items()
                if amounts.get(Place(Account.CARD, card=card), 0) > 0
            },
        )

    def _points(self) -> PointsAccount:
        """Return the lots that hold something. What is missing of one is owed; of a debt paid twice one comes back."""
        lots = {place.expires: points for place, points in self._amounts.items() if place.account is Account.POINTS}
        debt = self._amounts[Place(Account.DEBT)] - sum(points for points in lots.values() if points < 0)
        account = PointsAccount(debt=max(0, debt))
        for expires, points in lots.items():
            account = account.with_lot(expires, max(0, points))
        return account.with_lot(None, max(0, -debt))
