"""Facts about rules and coupons."""

from msgspec import Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode
from terminal.domain.text import SafeText


class RulesActivated(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """From the next sale on, these rules decide; version 0: there are none any more.

    In an open sale: its own were lost, and all of it is priced anew with these. ``ignored`` names each ``rule.param``
    that the till had set and that these rules do not allow: it is forgotten.
    """

    version: int
    sha256: str = ""
    label: str = ""
    ignored: tuple[str, ...] = ()


class RulesRefused(Struct, frozen=True, kw_only=True, tag=True):
    """Rules were offered and not taken; ``reason`` is the code of the error."""

    version: int
    reason: str


class RuleValueSet(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """From the next sale on, a parameter of a rule of ``rules_version`` has a value that the store set.

    None: HQ's own value again. ``before`` held till then (None: nothing did), ``name`` is what people call the rule.
    """

    rule: str
    param: str
    value: int | None
    before: int | None
    name: SafeText
    reason: SafeText
    rules_version: int
    staff: StaffNumber
    local_time: str
    set_ms: int
    approved_by: StaffNumber | None = None


class CouponPresented(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A coupon was accepted: ``coupon`` is as the rules of this sale have it, or as the member owns it."""

    coupon: AnyCoupon
    device: str = ""


class CouponTakenBack(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A coupon that was presented does not count any more: the customer keeps it."""

    code: CouponCode
    device: str = ""
