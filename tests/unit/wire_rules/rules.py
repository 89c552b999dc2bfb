"""A rules file to be built and then spoilt."""

from terminal.domain.ids import Sku
from terminal.domain.promotions.conditions import Scope, When, Who, WhoKind
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, ExchangeCoupon, MemberId, PercentCoupon
from terminal.domain.promotions.kinds import NthOff, RuleId, SpecialPrice, SpendOff, SpendTier
from terminal.domain.text import SafeText
from terminal.wire.rules.building import RulesContent

HALF = NthOff(
    id=RuleId("HALF2"),
    name=SafeText("第二件半价"),
    n=2,
    pay_bp=5000,
    scope=Scope(cats=frozenset({"饮料", "零食", "乳品"})),
    when=When(start="2026-11-01", hours=(("08:00", "22:00"),)),
)
SPEND = SpendOff(
    id=RuleId("SPEND"),
    name=SafeText("满减"),
    tiers=(SpendTier(min=5000, off=500), SpendTier(min=10000, off=1200)),
    store_may_set={"priority": (1, 9)},
)
CHEAP = SpecialPrice(
    id=RuleId("CHEAP"), name=SafeText("特价"), prices={Sku("1001"): 399}, who=Who(kind=WhoKind.MEMBER), limit=2
)
FIVE = CashCoupon(code=CouponCode("C100000001"), name=SafeText("五元券"), off=500, min=2000)
SAME = CashCoupon(code=CouponCode("C100000002"), name=SafeText("五元券"), off=500, min=2000, owner=MemberId("M1"))
TENTH = PercentCoupon(code=CouponCode("C200000001"), pay_bp=9000, max_off=1000, valid_to="2026-12-31")
FREE = ExchangeCoupon(code=CouponCode("C300000001"), sku=Sku("1001"), status="void")
COUPONS = (FIVE, SAME, TENTH, FREE)
CONTENT = RulesContent(
    label="spring",
    rules=(SPEND, HALF, CHEAP),
    coupons=COUPONS,
    settings={
        "rounding": {"mode": "down", "unit": 10},
        "coupon_codes": [{"prefix": "C", "length": 10}],
        "rule_overrides": {"SPEND": {"priority": 5}},
    },
)
