"""The kinds of rule that HQ may declare: data only, decoded strictly, each defined once (CHECKOUT 3, 4, 8, 10)."""

from typing import Annotated, ClassVar, NewType

from msgspec import Meta, Struct

from terminal.domain.ids import Sku
from terminal.domain.money import PriceFen, RateBp
from terminal.domain.promotions.conditions import EVERYTHING, MemberLimit, Scope, Shopper, When, Who
from terminal.domain.text import SafeText

RuleId = NewType("RuleId", str)
Count = Annotated[int, Meta(ge=1)]
"""A number of pieces, groups or times."""
AmountFen = Annotated[int, Meta(ge=1)]

PRICE_STAGE = 1
ITEM_STAGE = 2
ORDER_STAGE = 3
MEMBER_STAGE = 4
NO_STAGE = 0
"""Points and top-ups: no stage of a basket."""


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all rules have. Within a stage they run by ``priority``, then ``id``.

    At most one rule of a ``group`` is applied in a sale. ``skip_promoted`` leaves out what is already cheaper.
    ``store_may_set`` names parameters that a shop may set, each with its lowest and highest value.
    `ValueError` (`msgspec.ValidationError` when decoded) if a rule contradicts itself.
    """

    stage: ClassVar[int] = NO_STAGE
    takes_limit: ClassVar[bool] = False

    id: RuleId
    name: SafeText = SafeText("")
    priority: int = 100
    group: str | None = None
    scope: Scope = EVERYTHING
    when: When | None = None
    who: Who | None = None
    skip_promoted: bool = False
    limit: Annotated[int, Meta(ge=0)] | None = None
    member_limit: MemberLimit | None = None
    total_limit: Annotated[int, Meta(ge=0)] | None = None
    store_may_set: dict[str, tuple[int, int]] = {}

    def __post_init__(self) -> None:
        if self.limit is not None and not self.takes_limit:
            raise ValueError(f"a limit has no meaning for {type(self).__struct_config__.tag}")
        self._check()

    def _check(self) -> None:
        """Raise `ValueError` if the parameters of this kind contradict each other."""

    @property
    def is_counted(self) -> bool:
        """Whether something depends on how often it was used in done sales."""
        return self.member_limit is not None or self.total_limit is not None

    @property
    def named_skus(self) -> tuple[Sku, ...]:
        """The articles that it names outside its scope."""
        return ()


class QtyBreak(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A price per piece from a number of pieces on."""

    min_qty: Count
    price: PriceFen


class QtyPrice(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="qty_price"):
    """阶梯价: the price of a piece falls with the number of pieces."""

    stage: ClassVar[int] = PRICE_STAGE

    sku: Sku
    breaks: tuple[QtyBreak, ...]


class SpecialPrice(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="special_price"):
    """限时特价, 限量: prices of articles, perhaps for the first ``limit`` units, or so many a day and member."""

    stage: ClassVar[int] = PRICE_STAGE
    takes_limit: ClassVar[bool] = True

    prices: dict[Sku, PriceFen]
    daily_member_units: Annotated[int, Meta(ge=0)] | None = None

    @property
    def is_counted(self) -> bool:
        """Whether something depends on how often it was used, or on how many units had its price."""
        return super().is_counted or self.daily_member_units is not None


class LinePercent(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="line_percent"):
    """单品折扣: each unit costs a share of its price."""

    stage: ClassVar[int] = ITEM_STAGE

    pay_bp: RateBp


class LineOff(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="line_off"):
    """单品直降: money off each piece, the dearest first."""

    stage: ClassVar[int] = ITEM_STAGE
    takes_limit: ClassVar[bool] = True

    off: PriceFen


class NthOff(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="nth_off"):
    """第二件半价, 买二赠一: of each ``n`` pieces the cheapest ``m`` cost a share; ``mix`` counts articles together."""

    stage: ClassVar[int] = ITEM_STAGE
    takes_limit: ClassVar[bool] = True

    n: Count
    m: Count = 1
    pay_bp: RateBp
    mix: bool = True

    def _check(self) -> None:
        if self.m > self.n:
            raise ValueError(f"{self.m} of {self.n} pieces")


class NForPrice(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="n_for_price"):
    """N件X元: each ``n`` pieces cost one price."""

    stage: ClassVar[int] = ITEM_STAGE
    takes_limit: ClassVar[bool] = True

    n: Count
    price: PriceFen


class Bundle(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="bundle"):
    """组合套餐: a set of articles costs one price."""

    stage: ClassVar[int] = ITEM_STAGE
    takes_limit: ClassVar[bool] = True

    items: dict[Sku, Count]
    price: PriceFen

    def _check(self) -> None:
        if not self.items:
            raise ValueError("a bundle of nothing")

    @property
    def named_skus(self) -> tuple[Sku, ...]:
        """The articles of a set."""
        return tuple(self.items)


class QtyTier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share to pay from a number of pieces on."""

    min_qty: Count
    pay_bp: RateBp


class QtyOff(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="qty_off"):
    """满件折: the more pieces, the smaller the share to pay of all of them."""

    stage: ClassVar[int] = ITEM_STAGE

    tiers: tuple[QtyTier, ...]


class Gift(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="gift"):
    """赠品: for each ``buy_qty`` pieces, ``gift_qty`` pieces of another article that are in the basket are free."""

    stage: ClassVar[int] = ITEM_STAGE
    takes_limit: ClassVar[bool] = True

    buy_qty: Count
    gift_sku: Sku
    gift_qty: Count = 1

    @property
    def named_skus(self) -> tuple[Sku, ...]:
        """The gift."""
        return (self.gift_sku,)


class AddOn(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="add_on"):
    """加价换购: from an amount on, some articles cost little. ``scope`` limits what counts for the amount only."""

    stage: ClassVar[int] = ITEM_STAGE
    takes_limit: ClassVar[bool] = True

    min: PriceFen
    prices: dict[Sku, PriceFen]
    repeat: bool = False

    def _check(self) -> None:
        if self.repeat and self.min == 0:
            raise ValueError("repeats for each 0 fen")

    @property
    def named_skus(self) -> tuple[Sku, ...]:
        """The articles that cost little."""
        return tuple(self.prices)


class SpendTier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money off from an amount on."""

    min: PriceFen
    off: PriceFen


class SpendOff(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="spend_off"):
    """满减, 阶梯满减, 每满减: money off from an amount on; either ``min`` and ``off``, or ``tiers``."""

    stage: ClassVar[int] = ORDER_STAGE
    takes_limit: ClassVar[bool] = True

    min: PriceFen | None = None
    off: PriceFen | None = None
    tiers: tuple[SpendTier, ...] = ()
    repeat: bool = False

    def _check(self) -> None:
        if bool(self.tiers) is (self.min is not None or self.off is not None) or (self.min is None) is not (
            self.off is None
        ):
            raise ValueError("needs either min and off, or tiers")
        if self.repeat and any(tier.min == 0 for tier in self.steps):
            raise ValueError("repeats for each 0 fen")

    @property
    def steps(self) -> tuple[SpendTier, ...]:
        """All tiers, also if there is only one."""
        if self.min is None or self.off is None:
            return self.tiers
        return (SpendTier(min=self.min, off=self.off),)


class PayTier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share to pay from an amount on."""

    min: PriceFen
    pay_bp: RateBp


class SpendPercent(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="spend_percent"):
    """满折, 整单折扣: a share to pay of all; either ``min`` and ``pay_bp``, or ``tiers``."""

    stage: ClassVar[int] = ORDER_STAGE

    min: PriceFen = 0
    pay_bp: RateBp | None = None
    tiers: tuple[PayTier, ...] = ()
    max_off: PriceFen | None = None

    def _check(self) -> None:
        if bool(self.tiers) is (self.pay_bp is not None):
            raise ValueError("needs either pay_bp, or tiers")

    @property
    def steps(self) -> tuple[PayTier, ...]:
        """All tiers, also if there is only one."""
        return self.tiers if self.pay_bp is None else (PayTier(min=self.min, pay_bp=self.pay_bp),)


class MemberPercent(
    Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="member_percent"
):
    """会员折扣, 会员日, 生日: members pay a share, perhaps by tier."""

    stage: ClassVar[int] = MEMBER_STAGE

    pay_bp: RateBp | dict[str, RateBp]
    max_off: PriceFen | None = None

    def share_of(self, shopper: Shopper) -> int | None:
        """Return what a member pays in basis points; None if the tier has no share."""
        return self.pay_bp if isinstance(self.pay_bp, int) else self.pay_bp.get(shopper.tier)


class PointsMult(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="points_mult"):
    """多倍积分: points of a sale count more."""

    mult_bp: Annotated[int, Meta(ge=0)]


class TopupTier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bonus from an amount on."""

    min: AmountFen
    bonus: PriceFen


class TopupBonus(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="topup_bonus"):
    """储值满赠: a bonus for a top-up; either ``tiers``, or ``min`` and ``bonus``, perhaps for each ``min``."""

    min: AmountFen | None = None
    bonus: PriceFen | None = None
    tiers: tuple[TopupTier, ...] = ()
    repeat: bool = False

    def _check(self) -> None:
        if bool(self.tiers) is (self.min is not None or self.bonus is not None) or (self.min is None) is not (
            self.bonus is None
        ):
            raise ValueError("needs either min and bonus, or tiers")

    @property
    def steps(self) -> tuple[TopupTier, ...]:
        """All tiers, also if there is only one."""
        if self.min is None or self.bonus is None:
            return self.tiers
        return (TopupTier(min=self.min, bonus=self.bonus),)


ItemRule = LinePercent | LineOff | NthOff | NForPrice | Bundle | QtyOff | Gift | AddOn
OrderRule = SpendOff | SpendPercent | MemberPercent
StagedRule = ItemRule | OrderRule
PriceRule = QtyPrice | SpecialPrice
AnyRule = PriceRule | StagedRule | PointsMult | TopupBonus
