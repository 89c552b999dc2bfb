"""What HQ decides about members and money after the price: points, stored value, tiers, refunds, commission."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.catalog import CardFormat
from terminal.domain.commission import CommissionRates
from terminal.domain.ids import Sku
from terminal.domain.members.card_sales import CountCardOffer
from terminal.domain.members.claims import LeaseTerms
from terminal.domain.members.gifts import Offer, PointsCoupon, PointsGift
from terminal.domain.members.membership import Membership
from terminal.domain.members.points import PointsProgram
from terminal.domain.members.stored import StoredRules
from terminal.domain.members.tiers import Tier
from terminal.domain.paying import OfflineLimits
from terminal.domain.pricing.engine import Selection
from terminal.domain.promotions.store_values import StoreValues, newest
from terminal.domain.settings import Rounding

Tries = Annotated[int, Meta(ge=0)]


class GatewayTries(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a gateway is asked about a payment, or told to reverse it, before its state is unknown."""

    query_max: Tries = 3
    reverse_max: Tries = 3


class TradeSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings with the defaults that hold when HQ says nothing (CHECKOUT 2).

    ``refund_tenders`` are kinds of tender in the order in which a refund is paid out; none = in proportion.
    ``leases`` are what tills may spend of members offline, by tier (`ANY_TIER` for all others); none = nothing.
    ``other_till_max`` is what may come back by the signed code of another till's receipt alone; 0 = nothing.
    ``coupon_codes`` are what the codes of coupons look like, so that a till tells them from goods.
    ``rule_overrides`` are parameters of rules that HQ sets for the shop, ``store_values`` those that the tills of each
    store had set by the time of publishing.
    `ValueError` (`msgspec.ValidationError` when decoded) if tiers do not ascend, or two have the same id.
    """

    selection: Selection = Selection.BEST
    rounding: Rounding = Rounding()
    points: PointsProgram | None = None
    points_gifts: tuple[PointsGift, ...] = ()
    points_coupons: tuple[PointsCoupon, ...] = ()
    stored: StoredRules = StoredRules()
    refund_tenders: tuple[str, ...] = ()
    offline: OfflineLimits = OfflineLimits()
    tiers: tuple[Tier, ...] = ()
    memberships: tuple[Membership, ...] = ()
    count_cards: tuple[CountCardOffer, ...] = ()
    tier_max_drop: Annotated[int, Meta(ge=0)] = 1
    pay: GatewayTries = GatewayTries()
    commission: CommissionRates | None = None
    no_receipt_max: Annotated[int, Meta(ge=0)] = 0
    other_till_max: Annotated[int, Meta(ge=0)] = 0
    coupon_codes: tuple[CardFormat, ...] = ()
    leases: dict[str, LeaseTerms] = {}
    rule_overrides: dict[str, dict[str, object]] = {}
    store_values: dict[str, StoreValues] = {}

    def __post_init__(self) -> None:
        amounts = [tier.min_spend for tier in self.tiers]
        if amounts != sorted(amounts) or len({tier.id for tier in self.tiers}) != len(self.tiers):
            raise ValueError("tiers must ascend, each with its own id")
        if len({one.coupon.code for one in self.points_coupons}) != len(self.points_coupons):
            raise ValueError("two coupons for points have codes that begin alike")

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What members get for points, in the order in which it is offered."""
        return (*self.points_gifts, *self.points_coupons)

    def values_of(self, store: str, own: StoreValues) -> StoreValues:
        """Return what a store sets of the rules, as one of its tills knows it that set ``own`` itself."""
        return newest(self.store_values.get(store, {}), own)

    @property
    def fees(self) -> frozenset[Sku]:
        """The articles whose price is the fee of a membership, or that of a count card: somebody's, or nobody's."""
        return frozenset({one.sku for one in self.memberships} | {one.sku for one in self.count_cards})


class DeclaredTrade(Struct, frozen=True, kw_only=True):
    """The trade settings of a rules file, and the names of those that it has."""

    settings: TradeSettings = TradeSettings()
    named: frozenset[str] = frozenset()

    def beside(self, rounding: Rounding) -> TradeSettings:
        """Return what holds beside a price book with a ``rounding``: the rules file decides where it names one."""
        return self.settings if "rounding" in self.named else replace(self.settings, rounding=rounding)


NOTHING_DECLARED = DeclaredTrade()
"""Where there are no rules."""
