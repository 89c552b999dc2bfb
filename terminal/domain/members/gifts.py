"""积分换礼: goods that members get for points alone, without a sale."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.member import Member
from terminal.domain.text import SafeText


class PointsGift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of an article for so many points."""

    sku: Sku
    points: Annotated[int, Meta(ge=1)]
    name: SafeText = SafeText("")

    @property
    def label(self) -> SafeText:
        """What people call it."""
        return self.name or SafeText(self.sku)


def with_gift(member: Member, gift: PointsGift, today: str) -> Member:
    """Return a member after a gift; `RuleError` ``points_insufficient`` if there are not so many points."""
    if gift.points > member.points.balance(today):
        raise RuleError(f"{gift.points} of {member.points.balance(today)} points", code="points_insufficient")
    account, _ = member.points.redeem(gift.points, today)
    return replace(member, points=account)
