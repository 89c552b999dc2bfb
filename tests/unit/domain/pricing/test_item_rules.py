from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from terminal.domain.pricing.cart import PriceReason
from terminal.domain.pricing.engine import PricedBasket, Pricer
from terminal.domain.promotions.kinds import (
    AnyRule,
    LineOff,
    NForPrice,
    NthOff,
    QtyOff,
    RuleId,
    SpecialPrice,
    SpendOff,
)
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import SaleLine
from tests.unit.domain.baskets import make_line

NOON = Shopping(local_time="2026-03-18T12:00:00")
R = RuleId("R")


def priced(rules: Sequence[AnyRule], *lines: SaleLine) -> PricedBasket:
    return Pricer(RuleSet(rules)).price(lines, NOON)


def applied(basket: PricedBasket) -> list[tuple[str, int]]:
    return [(one.rule.id, one.effect.off_fen) for one in basket.applied]


def test_a_group_that_gets_nothing_off_is_left_to_the_next_rule() -> None:
    half = NthOff(id=RuleId("HALF"), n=2, pay_bp=5000, priority=1)
    one_off = LineOff(id=RuleId("ONE"), off=1, priority=2)
    basket = priced([half, one_off], make_line(1, price_fen=100, quantity=2), make_line(2, price_fen=1, quantity=2))
    assert applied(basket) == [("HALF", 50), ("ONE", 2)]


def test_a_limit_takes_the_groups_whose_last_pieces_are_dearest_and_leaves_the_others_unused() -> None:
    half = NthOff(id=RuleId("HALF"), n=2, pay_bp=5000, mix=False, limit=1, priority=1)
    one_off = LineOff(id=RuleId("ONE"), off=1, priority=2)
    cheap, dear = make_line(1, price_fen=100, quantity=2), make_line(2, price_fen=900, quantity=2)
    basket = priced([half, one_off], cheap, dear)
    assert applied(basket) == [("HALF", 450), ("ONE", 2)]
    assert basket.by_line(basket.net_fen) == [198, 1350]


@pytest.mark.parametrize(
    "rule",
    [
        LineOff(id=R, off=10, limit=0),
        LineOff(id=R, off=0),
        NthOff(id=R, n=1, pay_bp=0, limit=0),
        NForPrice(id=R, n=1, price=1, limit=0),
        QtyOff(id=R, tiers=()),
        SpecialPrice(id=R, prices={make_line().sku: 1}, limit=0),
        SpendOff(id=R, min=1, off=10, repeat=True, limit=0),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_a_rule_that_can_give_nothing_is_no_error(rule: AnyRule) -> None:
    basket = priced([rule], make_line(price_fen=100, quantity=3))
    assert (basket.due_fen, basket.applied) == (300, ())


def test_a_deposit_that_comes_back_at_another_price_is_paid_out_at_that_price() -> None:
    empties = replace(make_line(price_fen=50, quantity=-3), deposit=True)
    assert priced([], empties).due_fen == -150
    basket = priced([], replace(empties, override_fen=20))
    assert (basket.gross_fen, basket.due_fen, basket.set_by[0]) == (-150, -60, PriceReason.OVERRIDE)
