"""The rules file that the desk has open, and what it answers from it."""

from terminal.checkout.effects import FindCoupon
from terminal.checkout.inputs import CouponFound, RulesFailed, RulesLoaded
from terminal.domain.errors import BookError
from terminal.ports.promotions import PromotionUses
from terminal.ports.rules import OpenedRules, RulesShelf


class RulesAtHand:
    """One file at a time: no sale needs two. It belongs to the thread of the desk."""

    def __init__(self, shelf: RulesShelf, own: PromotionUses) -> None:
        self._shelf = shelf
        self._own = own
        self._rules: OpenedRules | None = None

    def load(self, version: int) -> RulesLoaded | RulesFailed:
        """Open rules in the place of those that are open."""
        try:
            rules = self._shelf.open(version)
        except BookError as error:
            return RulesFailed(version=version, reason=error.code)
        self.close()
        self._rules = rules
        return RulesLoaded(info=rules.info, rules=rules.rules, trade=rules.trade, uses=self._own.totals())

    def find(self, query: FindCoupon) -> CouponFound:
        """Look a coupon up."""
        try:
            coupon = None if self._rules is None else self._rules.coupon(query.code)
        except BookError as error:
            return CouponFound(query=query, reason=error.code)
        return CouponFound(query=query, coupon=coupon, is_used=self._own.coupon_used(query.code))

    def close(self) -> None:
        """Close the file, if one is open."""
        if self._rules is not None:
            self._rules.close()
            self._rules = None
