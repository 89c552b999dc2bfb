"""Facts about rules and coupons."""

from msgspec import Struct

from terminal.domain.promotions.coupons import AnyCoupon, CouponCode


class RulesActivated(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """From the next sale on, these rules decide; version 0: there are none any more.

    In an open sale: its own were lost, and all of it is priced anew with these.
    """

    version: int
    sha256: str = ""
    label: str = ""


class RulesRefused(Struct, frozen=True, kw_only=True, tag=True):
    """Rules were offered and not taken; ``reason`` is the code of the error."""

    version: int
    reason: str


class CouponPresented(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A coupon was accepted: ``coupon`` is as the rules of this sale have it, or as the member owns it."""

    coupon: AnyCoupon
    device: str = ""


class CouponTakenBack(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A coupon that was presented does not count any more: the customer keeps it."""

    code: CouponCode
    device: str = ""
