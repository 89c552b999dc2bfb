"""What a done sale keeps of its rules and coupons."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.redeeming import Presenting
from terminal.domain.pricing.uses import CouponUse, RuleUse, Share, coupon_uses, rule_uses
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.promotions.kinds import NthOff, RuleId, SpecialPrice, SpendOff
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet, Shopping
from terminal.domain.sale import SaleLine
from terminal.domain.text import SafeText
from tests.unit.domain.baskets import make_line, make_weighed, sale_lines

SHOPPING = Shopping(local_time="2026-11-23T19:30:00")
HALF = NthOff(id=RuleId("HALF"), name=SafeText("第二件半价"), n=2, pay_bp=5000)
CHEAP = SpecialPrice(id=RuleId("CHEAP"), prices={Sku("A1"): 150, Sku("W2"): 1000}, limit=2)
OVER = SpendOff(id=RuleId("OVER"), name=SafeText("满10减1"), min=1000, off=100)
FIVE = CashCoupon(code=CouponCode("C1"), off=50)
NAMED = replace(FIVE, code=CouponCode("C2"), name=SafeText("迎新"))


def test_rules_that_were_applied_are_kept_with_what_each_line_has_of_them() -> None:
    rules = RuleSet((OVER, HALF, CHEAP))
    lines = (make_line(1, price_fen=200, quantity=3), make_weighed(2, price_fen=1196, weight_g=1000))
    basket = Pricer(rules).price(lines, SHOPPING)
    assert rule_uses(basket, rules) == (
        RuleUse(id=CHEAP.id, off_fen=296, shares=(Share(1, 100, 2), Share(2, 196, 1))),
        RuleUse(id=HALF.id, name=HALF.name, off_fen=75, shares=(Share(1, 75),)),
        RuleUse(id=OVER.id, name=OVER.name, off_fen=100, shares=(Share(1, 30), Share(2, 70)), whole=True),
    )


def test_basket_without_rules_keeps_nothing() -> None:
    basket = Pricer(NO_RULES).price((make_line(1),), SHOPPING)
    assert (rule_uses(basket, NO_RULES), coupon_uses(basket, {})) == ((), ())


def test_coupons_that_were_accepted_are_kept() -> None:
    known = {FIVE.code: FIVE, NAMED.code: NAMED}
    presenting = Presenting(codes=(NAMED.code, FIVE.code, FIVE.code), known=known)
    basket = Pricer(NO_RULES).price((make_line(1), make_line(2)), SHOPPING, presenting)
    assert coupon_uses(basket, known) == (
        CouponUse(code=NAMED.code, name=NAMED.name, off_fen=50, shares=(Share(1, 25), Share(2, 25))),
        CouponUse(code=FIVE.code, off_fen=50, shares=(Share(1, 25), Share(2, 25))),
    )


def test_people_see_the_name_or_where_there_is_none_the_id() -> None:
    uses = rule_uses(Pricer(RuleSet((HALF,))).price((make_line(1, quantity=2),), SHOPPING), RuleSet((HALF,)))
    assert [use.label for use in uses] == ["第二件半价"]
    assert RuleUse(id=CHEAP.id, off_fen=1, shares=()).label == "CHEAP"
    assert CouponUse(code=FIVE.code, off_fen=1, shares=()).label == "C1"
    assert CouponUse(code=FIVE.code, off_fen=1, shares=(), name=NAMED.name).label == "迎新"


@settings(max_examples=80, deadline=None)
@given(st.lists(sale_lines(), min_size=1, max_size=4))
def test_what_is_kept_is_all_that_was_taken_off(given_lines: list[SaleLine]) -> None:
    lines = tuple(replace(line, number=number, reductions=()) for number, line in enumerate(given_lines, start=1))
    rules = RuleSet((replace(CHEAP, prices={Sku("A"): 120}), HALF, OVER))
    basket = Pricer(rules).price(lines, SHOPPING, Presenting(codes=(FIVE.code,), known={FIVE.code: FIVE}))
    uses: list[RuleUse | CouponUse] = [*rule_uses(basket, rules), *coupon_uses(basket, {FIVE.code: FIVE})]
    assert sum(use.off_fen for use in uses) == basket.gross_fen - basket.due_fen
    assert all(sum(share.off_fen for share in use.shares) == use.off_fen for use in uses)
