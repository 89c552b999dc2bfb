"""What nearly fired: what is missing, and that it does fire when that is added."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.nearly import Missing, Near, nearly
from terminal.domain.promotions.conditions import Scope, Shopper, Who, WhoKind
from terminal.domain.promotions.kinds import (
    AddOn,
    AnyRule,
    Bundle,
    Gift,
    LineOff,
    LinePercent,
    MemberPercent,
    NForPrice,
    NthOff,
    PayTier,
    QtyBreak,
    QtyOff,
    QtyPrice,
    QtyTier,
    RuleId,
    SpecialPrice,
    SpendOff,
    SpendPercent,
    SpendTier,
)
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import SaleLine
from terminal.domain.text import SafeText
from tests.unit.domain.baskets import make_line, make_weighed

NOON = Shopping(local_time="2026-03-18T12:00:00")
MEMBER = replace(NOON, shopper=Shopper())
MEMBERS = Who(kind=WhoKind.MEMBER)
R = RuleId("R")
A1, A2, A3 = Sku("A1"), Sku("A2"), Sku("A3")


def found(
    rules: Sequence[AnyRule], lines: Sequence[SaleLine], shopping: Shopping = NOON
) -> list[tuple[str, Missing, int, Sku | None, int]]:
    """Return rule, what is missing, how much of it, of which article, and what would come off."""
    return [
        (near.rule_id, near.missing, near.amount_fen or near.pieces, near.sku, near.off_fen)
        for near in all_of(rules, lines, shopping)
    ]


def all_of(rules: Sequence[AnyRule], lines: Sequence[SaleLine], shopping: Shopping = NOON) -> tuple[Near, ...]:
    rule_set = RuleSet(rules)
    return nearly(Pricer(rule_set).price(tuple(lines), shopping), rule_set, shopping)


def line(number: int = 1, quantity: int = 1, price_fen: int = 1000) -> SaleLine:
    return make_line(number, price_fen=price_fen, quantity=quantity)


def test_without_rules_nothing_is_near() -> None:
    assert found([], [line()]) == []


def test_rule_is_called_by_its_name_else_by_its_id() -> None:
    rule = SpendOff(id=R, min=1500, off=100)
    (near,) = all_of([rule], [line()])
    assert (near.label, near.skus) == ("R", (A1,))
    (near,) = all_of([replace(rule, name=SafeText("满减"))], [line()])
    assert near.label == "满减"


@pytest.mark.parametrize(
    ("rule", "quantity", "expected"),
    [
        (SpendOff(id=R, min=1500, off=100), 1, [(500, 100)]),
        (SpendOff(id=R, min=2001, off=100), 1, []),
        (SpendOff(id=R, min=1000, off=100), 1, []),
        (SpendOff(id=R, tiers=(SpendTier(min=1000, off=100), SpendTier(min=1500, off=250))), 1, [(500, 150)]),
        (SpendOff(id=R, min=1500, off=100, repeat=True), 2, [(1000, 100)]),
        (SpendOff(id=R, min=1500, off=100, repeat=True, limit=1), 2, []),
        (SpendPercent(id=R, min=1500, pay_bp=9000), 1, [(500, 150)]),
        (SpendPercent(id=R, tiers=(PayTier(min=500, pay_bp=9000), PayTier(min=1200, pay_bp=8000))), 1, [(200, 140)]),
        (SpendPercent(id=R, min=1500, pay_bp=10_000), 1, []),
    ],
)
def test_an_amount_is_missing(rule: AnyRule, quantity: int, expected: list[tuple[int, int]]) -> None:
    assert found([rule], [line(quantity=quantity)]) == [
        (R, Missing.AMOUNT, amount_fen, None, off_fen) for amount_fen, off_fen in expected
    ]


def test_an_amount_counts_what_rules_before_it_left() -> None:
    rules: list[AnyRule] = [LineOff(id=RuleId("OFF"), off=100), SpendOff(id=R, min=1500, off=100)]
    assert found(rules, [line()]) == [(R, Missing.AMOUNT, 600, None, 100)]


def test_what_is_cheaper_already_does_not_count_for_a_rule_that_skips_it() -> None:
    scope = Scope(skus=frozenset({A1}))
    rules: list[AnyRule] = [
        NthOff(id=RuleId("HALF"), n=2, pay_bp=5000, scope=scope),
        SpendOff(id=R, min=2500, off=100, skip_promoted=True),
    ]
    assert found(rules, [line(quantity=2), line(2, quantity=2)]) == [(R, Missing.AMOUNT, 500, None, 100)]


@pytest.mark.parametrize(
    ("rule", "quantity", "expected"),
    [
        (NthOff(id=R, n=2, pay_bp=5000), 1, [1]),
        (NthOff(id=R, n=2, pay_bp=5000), 2, []),
        (NthOff(id=R, n=3, pay_bp=0), 1, []),
        (NthOff(id=R, n=3, pay_bp=0), 5, [1]),
        (NthOff(id=R, n=3, pay_bp=0, limit=1), 5, []),
        (NForPrice(id=R, n=3, price=2000), 2, [1]),
        (NForPrice(id=R, n=3, price=3000), 2, []),
        (QtyOff(id=R, tiers=(QtyTier(min_qty=3, pay_bp=9000), QtyTier(min_qty=6, pay_bp=8000))), 2, [1]),
        (QtyOff(id=R, tiers=(QtyTier(min_qty=3, pay_bp=9000), QtyTier(min_qty=6, pay_bp=8000))), 4, [2]),
        (QtyOff(id=R, tiers=(QtyTier(min_qty=3, pay_bp=9000),)), 4, []),
        (Gift(id=R, buy_qty=2, gift_sku=A2), 1, [1]),
        (Gift(id=R, buy_qty=4, gift_sku=A2), 1, []),
    ],
)
def test_pieces_are_missing(rule: AnyRule, quantity: int, expected: list[int]) -> None:
    assert found([rule], [line(quantity=quantity)]) == [(R, Missing.PIECES, pieces, None, 0) for pieces in expected]


def test_pieces_that_a_rule_before_used_do_not_count() -> None:
    rules: list[AnyRule] = [NForPrice(id=RuleId("A"), n=3, price=100, priority=1), NthOff(id=R, n=2, pay_bp=5000)]
    assert found(rules, [line(quantity=3)]) == []


def test_of_a_rule_that_does_not_mix_the_article_with_the_most_pieces_counts() -> None:
    rule = NthOff(id=R, n=3, pay_bp=0, mix=False)
    assert found([rule], [line(quantity=2), line(2)]) == [(R, Missing.PIECES, 1, None, 0)]
    assert found([rule], [line(), line(2)]) == []


def test_a_price_by_quantity_says_what_comes_off() -> None:
    rule = QtyPrice(id=R, sku=A1, breaks=(QtyBreak(min_qty=3, price=900), QtyBreak(min_qty=6, price=800)))
    assert found([rule], [line(quantity=2)]) == [(R, Missing.PIECES, 1, A1, 200)]
    assert found([rule], [line(quantity=4)]) == [(R, Missing.PIECES, 2, A1, 400)]
    assert found([rule], [line()]) == []
    assert found([rule], [line(quantity=6)]) == []
    assert found([rule], [line(quantity=2, price_fen=900)]) == []
    printed = replace(line(2), sku=A1, printed_fen=700)
    assert found([rule], [line(quantity=2), printed]) == [(R, Missing.PIECES, 1, A1, 200)]
    assert found([rule], [line(), printed]) == []


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (Gift(id=R, buy_qty=2, gift_sku=A2), [line(quantity=2)], [(1, A2)]),
        (Gift(id=R, buy_qty=2, gift_sku=A2, gift_qty=2), [line(quantity=2), line(2)], [(1, A2)]),
        (Gift(id=R, buy_qty=2, gift_sku=A2, limit=1), [line(quantity=5), line(2)], []),
        (Bundle(id=R, items={A1: 1, A2: 1}, price=1500), [line()], [(1, A2)]),
        (Bundle(id=R, items={A1: 1, A2: 2}, price=1500), [line(), line(2)], [(1, A2)]),
        (Bundle(id=R, items={A1: 1, A2: 1, A3: 1}, price=1500), [line()], []),
        (Bundle(id=R, items={A1: 2}, price=1500), [line()], []),
        (Bundle(id=R, items={A1: 1, A2: 1}, price=1500, limit=1), [line(quantity=2), line(2)], []),
        (AddOn(id=R, min=1000, prices={A2: 100}), [line()], [(1, A2)]),
        (AddOn(id=R, min=1000, prices={A2: 100}), [line(), line(2)], []),
    ],
)
def test_an_article_is_missing(rule: AnyRule, lines: list[SaleLine], expected: list[tuple[int, Sku]]) -> None:
    assert found([rule], lines) == [(R, Missing.ARTICLE, pieces, sku, 0) for pieces, sku in expected]


@pytest.mark.parametrize(("min_fen", "expected"), [(1500, [500]), (2001, [])])
def test_an_amount_is_missing_for_what_may_be_had_for_little(min_fen: int, expected: list[int]) -> None:
    rule = AddOn(id=R, min=min_fen, prices={A2: 100})
    assert found([rule], [line()]) == [(R, Missing.AMOUNT, amount_fen, None, 0) for amount_fen in expected]


@pytest.mark.parametrize(
    "rule",
    [
        LinePercent(id=R, pay_bp=9000, who=MEMBERS),
        SpendOff(id=R, min=500, off=100, who=MEMBERS),
        MemberPercent(id=R, pay_bp=9500),
        SpecialPrice(id=R, prices={A1: 900}, who=MEMBERS),
        QtyPrice(id=R, sku=A1, breaks=(QtyBreak(min_qty=1, price=900),), who=MEMBERS),
    ],
)
def test_only_the_card_is_missing(rule: AnyRule) -> None:
    assert found([rule], [line()]) == [(R, Missing.MEMBER, 0, None, 0)]
    assert found([rule], [line()], MEMBER) == []


@pytest.mark.parametrize(
    "rule",
    [
        SpendOff(id=R, min=1500, off=100, who=MEMBERS),
        NthOff(id=R, n=2, pay_bp=0, who=MEMBERS),
        QtyPrice(id=R, sku=A1, breaks=(QtyBreak(min_qty=2, price=900),), who=MEMBERS),
        LinePercent(id=R, pay_bp=9000, who=MEMBERS, scope=Scope(skus=frozenset({A2}))),
        Gift(id=R, buy_qty=1, gift_sku=A2, who=MEMBERS),
        MemberPercent(id=R, pay_bp={"gold": 9000}),
        LinePercent(id=R, pay_bp=9000, who=MEMBERS, total_limit=0),
        SpecialPrice(id=R, prices={A2: 900}, who=MEMBERS),
    ],
)
def test_a_card_is_not_missing_where_it_would_bring_nothing_yet(rule: AnyRule) -> None:
    assert found([rule], [line()]) == []


def test_another_rule_of_a_group_is_near_only_if_it_takes_more_off() -> None:
    small = SpendOff(id=RuleId("S"), min=1000, off=200, group="G")
    assert found([small, SpendOff(id=R, min=1500, off=150, group="G")], [line()]) == []
    assert found([small, SpendOff(id=R, min=1500, off=300, group="G")], [line()]) == [
        (R, Missing.AMOUNT, 500, None, 300)
    ]


def test_the_most_comes_first_and_the_card_last() -> None:
    rules: list[AnyRule] = [
        MemberPercent(id=RuleId("A"), pay_bp=9000),
        NthOff(id=RuleId("B"), n=2, pay_bp=5000),
        SpendOff(id=RuleId("C"), min=1500, off=100),
        SpendOff(id=RuleId("D"), min=1600, off=200),
    ]
    assert [near.rule_id for near in all_of(rules, [line()])] == ["D", "C", "B", "A"]


def test_voided_lines_and_weighed_goods_have_no_pieces() -> None:
    rules: list[AnyRule] = [
        NthOff(id=R, n=2, pay_bp=5000),
        QtyPrice(id=RuleId("Q"), sku=Sku("W1"), breaks=(QtyBreak(min_qty=1, price=900),)),
        SpecialPrice(id=RuleId("S"), prices={A2: 1}, who=MEMBERS),
    ]
    assert make_weighed().unit is Unit.KG
    assert found(rules, [make_weighed(), replace(line(2), voided=True)]) == []


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 500), st.booleans())
def test_what_is_said_to_come_off_comes_off(price_fen: int, min_fen: int, off_fen: int, repeat: bool) -> None:
    rules = RuleSet([SpendOff(id=R, min=min_fen, off=min(off_fen, min_fen), repeat=repeat)])
    lines = (line(price_fen=price_fen),)
    before = Pricer(rules).price(lines, NOON)
    for near in nearly(before, rules, NOON):
        more = line(2, price_fen=near.amount_fen)
        after = Pricer(rules).price((*lines, more), NOON)
        assert after.due_fen == before.due_fen + near.amount_fen - near.off_fen
        if near.amount_fen > 1:
            less = Pricer(rules).price((*lines, replace(more, price_fen=near.amount_fen - 1)), NOON)
            assert less.due_fen == before.due_fen + near.amount_fen - 1


@given(st.integers(1, 12), st.integers(2, 5))
def test_so_many_more_pieces_make_it_work_once_more(quantity: int, n: int) -> None:
    rules = RuleSet([NthOff(id=R, n=n, pay_bp=0)])
    before = Pricer(rules).price((line(quantity=quantity),), NOON)
    for near in nearly(before, rules, NOON):
        after = Pricer(rules).price((line(quantity=quantity + near.pieces),), NOON)
        assert after.due_fen == before.due_fen + (near.pieces - 1) * 1000
