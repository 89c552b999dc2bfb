"""A member of the chain: what a till needs to know, and the masks under which a person is seen."""

from datetime import date, timedelta
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.conditions import Shopper
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import SafeText, mask

CountCardId = NewType("CountCardId", str)
ACTIVE = "active"
MERGED = "merged"
BLOCKED = "blocked"
"""HQ lets nothing be done for the member until a person at HQ lifts it; no till does."""


class CountCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """次卡: how many more pieces of one article it pays, until the end of a date."""

    sku: Sku
    left: int
    until: str | None = None


class Member(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member. ``spend`` is what counts for the tier, in fen; ``birthday`` is ``MM-DD``.

    ``tier`` is the member's own; in a sale it is that of the day (`membership.as_of`), and ``own_tier`` the own one.
    """

    id: MemberId
    tier: str = ""
    status: str = ACTIVE
    points: PointsAccount = PointsAccount()
    stored: StoredValue = StoredValue()
    spend: int = 0
    counts: dict[CountCardId, CountCard] = {}
    birthday: str | None = None
    name: SafeText = SafeText("")
    phone: SafeText = SafeText("")
    paid_until: str | None = None
    """The last day of a paid membership; None = none was ever paid."""
    paid_tier: str = ""
    """What the paid membership brings until then."""
    own_tier: str | None = None

    @property
    def own(self) -> str:
        """The tier that stays when no membership is paid."""
        return self.tier if self.own_tier is None else self.own_tier

    @property
    def shopper(self) -> Shopper:
        """What rules ask of a member."""
        return Shopper(tier=self.tier, birthday=self.birthday)

    def with_card(self, card: CountCardId, uses: int) -> "Member":
        """Return the member with more (or, negative, fewer) uses left on a count card; one without it is unchanged."""
        held = self.counts.get(card)
        if held is None:
            return self
        return replace(self, counts={**self.counts, card: replace(held, left=held.left + uses)})


class Balance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a receipt says of a member: points, stored value, tier, and what is left on count cards.

    ``expiring`` are the points that are good for `SOON_DAYS` days at most.
    """

    points: int = 0
    expiring: int = 0
    stored: StoredValue = StoredValue()
    tier: str = ""
    counts: dict[CountCardId, int] = {}
    paid_until: str | None = None


SOON_DAYS = 30


def balance_of(member: Member, today: str) -> Balance:
    """Return what a member has on a day."""
    return Balance(
        points=member.points.balance(today),
        expiring=sum(lot.points for lot in expiring_lots(member, today)),
        stored=member.stored,
        tier=member.tier,
        paid_until=member.paid_until,
        counts={card: held.left for card, held in member.counts.items()},
    )


def expiring_lots(member: Member, today: str) -> tuple[Lot, ...]:
    """Return the lots that are good for `SOON_DAYS` days at most, by expiry."""
    soon = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
    return tuple(lot for lot in member.points.live(today) if lot.expires is not None and lot.expires <= soon)


def check_active(member: Member) -> None:
    """`RuleError` ``card_<status>`` unless a member's card may be used."""
    if member.status != ACTIVE:
        raise RuleError(f"the card is {member.status}", code=f"card_{member.status}")


def masked(member: Member) -> Member:
    """Return a member as it may be seen and kept: name and phone number masked. Masking twice changes nothing."""
    phone = mask(member.phone) if member.phone else member.phone
    return replace(member, name=SafeText(mask_name(member.name)), phone=phone)


def mask_name(name: str) -> str:
    """Return the first character of a name, and a star for each other: 张小明 → 张**."""
    return name[:1] + "*" * (len(name) - 1)
