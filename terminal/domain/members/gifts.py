"""积分换礼: goods, and coupons, that members get for points alone, without a sale."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import ActionId, Sku
from terminal.domain.members.entries import Entry
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon, CouponCode, MemberId
from terminal.domain.text import SafeText

CODE_DIGITS = 16
"""Of an issued coupon, behind what its template begins with."""
KEPT = 100
"""Of what was given a till remembers so much, over shifts: what is older cannot be taken back any more."""
_PREFIX_LIMIT = 8


class PointsGift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of an article for so many points."""

    sku: Sku
    points: Annotated[int, Meta(ge=1)]
    name: SafeText = SafeText("")

    @property
    def label(self) -> SafeText:
        """What people call it."""
        return self.name or SafeText(self.sku)


class PointsCoupon(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A coupon for so many points. ``coupon`` is what each has in common; its code is what all their codes begin with.

    One is good for ``days``, the day on which it is issued among them; None = as long as ``coupon`` says. `ValueError`
    for a code that is none to begin with, and for a template that is somebody's, or good no more.
    """

    coupon: AnyCoupon
    points: Annotated[int, Meta(ge=1)]
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None

    def __post_init__(self) -> None:
        code = self.coupon.code
        if not 0 < len(code) <= _PREFIX_LIMIT or not (code.isascii() and code.isalnum() and code[0].isalpha()):
            raise ValueError(
                f"{code!r} is no beginning of codes: a letter, then up to {_PREFIX_LIMIT - 1} letters or digits"
            )
        if self.coupon.owner is not None or self.coupon.status != ISSUED:
            raise ValueError(f"{code!r} is a template: it has no owner, and no status")

    @property
    def label(self) -> SafeText:
        """What people call it."""
        return self.coupon.name or SafeText(self.coupon.code)

    def fits(self, code: str) -> bool:
        """Whether a code has the shape of those that are issued."""
        prefix = self.coupon.code
        return len(code) == len(prefix) + CODE_DIGITS and code.startswith(prefix)

    def issued(self, member: MemberId, *, number: str, today: str) -> AnyCoupon:
        """Return the coupon of a member; ``number`` is a UUIDv7 (32 hexadecimal digits), whose end is in the code."""
        code = f"{self.coupon.code}{number[-CODE_DIGITS:].upper()}"
        since = max(today, self.coupon.valid_from or today)
        return replace(
            self.coupon,
            code=CouponCode(code),
            owner=member,
            valid_from=since,
            valid_to=self._until(since),
        )

    def _until(self, since: str) -> str | None:
        if self.days is None:
            return self.coupon.valid_to
        until = (date.fromisoformat(since) + timedelta(days=self.days - 1)).isoformat()
        return until if self.coupon.valid_to is None else min(until, self.coupon.valid_to)


Offer = PointsGift | PointsCoupon


class Given(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a member got for points, as far as it can be taken back: the act, and the article or the coupon of it."""

    act: ActionId
    member: MemberId
    name: SafeText
    points: int
    entries: tuple[Entry, ...]
    sku: Sku | None = None
    article: SafeText = SafeText("")
    coupon: CouponCode | None = None


def with_gift(member: Member, gift: Offer, today: str) -> Member:
    """Return a member after a gift; `RuleError` ``points_insufficient`` if there are not so many points."""
    if gift.points > member.points.balance(today):
        raise RuleError(f"{gift.points} of {member.points.balance(today)} points", code="points_insufficient")
    account, _ = member.points.redeem(gift.points, today)
    return replace(member, points=account)


def taken_back(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that undo those of a gift: each lot has its points again."""
    return tuple(replace(entry, amount=-entry.amount) for entry in entries)
