"""What HQ decides about members and money after the price: points, stored value, tiers, refunds, commission."""

from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.commission import CommissionRates
from terminal.domain.members.points import PointsProgram
from terminal.domain.members.stored import StoredRules
from terminal.domain.members.tiers import Tier
from terminal.domain.paying import OfflineLimits
from terminal.domain.pricing.engine import Selection
from terminal.domain.settings import Rounding

Tries = Annotated[int, Meta(ge=0)]


class GatewayTries(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a gateway is asked about a payment, or told to reverse it, before its state is unknown."""

    query_max: Tries = 3
    reverse_max: Tries = 3


class TradeSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings with the defaults that hold when HQ says nothing (CHECKOUT 2).

    ``refund_tenders`` are kinds of tender in the order in which a refund is paid out; none = in proportion.
    `ValueError` (`msgspec.ValidationError` when decoded) if tiers do not ascend, or two have the same id.
    """

    selection: Selection = Selection.BEST
    rounding: Rounding = Rounding()
    points: PointsProgram | None = None
    stored: StoredRules = StoredRules()
    refund_tenders: tuple[str, ...] = ()
    offline: OfflineLimits = OfflineLimits()
    tiers: tuple[Tier, ...] = ()
    tier_max_drop: Annotated[int, Meta(ge=0)] = 1
    pay: GatewayTries = GatewayTries()
    commission: CommissionRates | None = None
    no_receipt_max: Annotated[int, Meta(ge=0)] = 0
    rule_overrides: dict[str, dict[str, object]] = {}

    def __post_init__(self) -> None:
        amounts = [tier.min_spend for tier in self.tiers]
        if amounts != sorted(amounts) or len({tier.id for tier in self.tiers}) != len(self.tiers):
            raise ValueError("tiers must ascend, each with its own id")
