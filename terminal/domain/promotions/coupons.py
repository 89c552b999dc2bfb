"""Coupons: what each kind takes off, and why one is not accepted (CHECKOUT 5)."""

from enum import StrEnum
from typing import NewType

from msgspec import Struct

from terminal.domain.ids import Sku
from terminal.domain.money import PriceFen, RateBp
from terminal.domain.promotions.conditions import EVERYTHING, Scope
from terminal.domain.text import SafeText

CouponCode = NewType("CouponCode", str)
MemberId = NewType("MemberId", str)
ISSUED = "issued"
"""The one status in which a coupon may be used; another one (used, void, locked …) is the reason of its refusal."""


class Refusal(StrEnum):
    """Why a coupon is not accepted, besides its status."""

    UNKNOWN = "unknown"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    WRONG_OWNER = "wrong_owner"
    NOT_COMBINABLE = "not_combinable"
    NO_GOODS = "no_goods"
    BELOW_MIN = "below_min"


class Coupon(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"valid_from": "from", "valid_to": "to"},
):
    """What all coupons have; ``from`` and ``to`` are dates, both inclusive."""

    code: CouponCode
    name: SafeText = SafeText("")
    status: str = ISSUED
    valid_from: str | None = None
    valid_to: str | None = None
    owner: MemberId | None = None
    exclusive: bool = False
    skip_promoted: bool = False
    scope: Scope = EVERYTHING
    min: PriceFen = 0


class CashCoupon(Coupon, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="cash"):
    """代金券: money off."""

    off: PriceFen


class PercentCoupon(Coupon, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="percent"):
    """折扣券: a share to pay."""

    pay_bp: RateBp
    max_off: PriceFen | None = None


class ExchangeCoupon(Coupon, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="exchange"):
    """兑换券: the dearest unit of one article is free."""

    sku: Sku


AnyCoupon = CashCoupon | PercentCoupon | ExchangeCoupon


def standing_refusal(coupon: AnyCoupon, *, member: MemberId | None, local_time: str) -> str | None:
    """Return why a coupon cannot be used by this customer on this day, whatever is in the basket; None if it can."""
    today = local_time[:10]
    if coupon.status != ISSUED:
        return coupon.status
    if coupon.valid_from is not None and today < coupon.valid_from:
        return Refusal.NOT_YET_VALID
    if coupon.valid_to is not None and today > coupon.valid_to:
        return Refusal.EXPIRED
    if coupon.owner is not None and coupon.owner != member:
        return Refusal.WRONG_OWNER
    return None
