"""What this till itself did with rules and coupons, as the counter asks for it."""

from typing import Protocol

from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CouponCode, MemberId


class PromotionUses(Protocol):
    """Follows from the done sales of this till; what other tills did, HQ tells."""

    def coupon_used(self, code: CouponCode) -> bool:
        """Whether a done sale of this till used a coupon."""

    def totals(self) -> Uses:
        """Return how often limited rules were used by anybody."""

    def by_member(self, member: MemberId, day: str, *, after: tuple[int, int] = (0, 0)) -> Uses:
        """Return how often a member used limited rules, ever and on a day (YYYY-MM-DD), after an (epoch, sequence)."""
