"""The search of exclusive groups against all ways, and the memory of a pricer against a fresh one."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lab.cases.invent import invent_case
from lab.cases.lines import read_lines
from lab.cases.schema import Case, Line
from lab.cases.setup import Setup, read_setup
from terminal.domain.pricing.engine import PricedBasket, Pricer
from terminal.domain.pricing.redeeming import Presenting
from terminal.domain.promotions.coupons import CouponCode
from terminal.domain.promotions.kinds import ITEM_STAGE
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import SaleLine

seeds = st.integers(0, 2**32)
Basket = tuple[tuple[SaleLine, ...], Shopping, Presenting]


def baskets(seed: int) -> tuple[Setup, list[Basket]]:
    """Return a shop, and the baskets that are sold, held or asked for in it."""
    case = msgspec.convert(invent_case(seed), Case)
    setup = read_setup(case)
    return setup, [*_baskets(case, setup)]


def _baskets(case: Case, setup: Setup) -> Iterator[Basket]:
    steps: tuple[Any, ...] = case.steps
    for step in steps:
        if step["op"] not in {"sale", "quote", "suspend"}:
            continue
        lines = read_lines(msgspec.convert(step["lines"], tuple[Line, ...]), setup, approved=True)
        member = next((one for one in setup.members.values() if one.id == step.get("member")), None)
        codes = tuple(CouponCode(code) for code in step.get("coupons", ()))
        shopping = Shopping(local_time=step["at"], shopper=None if member is None else member.shopper)
        known = Presenting(codes=codes, known=setup.coupons, member=None if member is None else member.id)
        yield lines, shopping, known


def all_ways(rules: RuleSet) -> Iterator[tuple[RuleSet, frozenset[str]]]:
    """Return the set without groups for each way to choose one rule or none of each group."""
    groups: dict[str, list[str | None]] = {}
    for rule in rules.staged:
        if rule.group is not None:
            groups.setdefault(rule.group, [None]).append(rule.id)
    for way in product(*groups.values()):
        chosen = frozenset(name for name in way if name is not None)
        kept = [
            replace(rule, group=None) if rule.stage >= ITEM_STAGE else rule
            for rule in rules.rules
            if rule.stage < ITEM_STAGE or rule.group is None or rule.id in chosen
        ]
        yield RuleSet(kept), chosen


def worth(rules: RuleSet, basket: PricedBasket, chosen: frozenset[str]) -> tuple[int, int, tuple[int, ...]]:
    """Return what decides between two ways: due, how many grouped rules were applied, and which."""
    applied = {one.rule.id for one in basket.applied} & chosen
    ranks = tuple(rank for rank, rule in enumerate(rules.staged) if rule.id in applied)
    return basket.due_fen, len(ranks), ranks


@given(seeds)
def test_the_best_way_is_the_best_of_all_ways(seed: int) -> None:
    setup, found = baskets(seed)
    grouped = frozenset(rule.id for rule in setup.rules.staged if rule.group is not None)
    for lines, shopping, coupons in found:
        got = Pricer(setup.rules).price(lines, shopping, coupons)
        tried = [(Pricer(rules).price(lines, shopping, coupons), chosen) for rules, chosen in all_ways(setup.rules)]
        best, chosen = min(tried, key=lambda one: worth(setup.rules, *one))
        assert worth(setup.rules, got, grouped) == worth(setup.rules, best, chosen)
        assert got.net_fen == best.net_fen
        assert got.exact


@given(seeds)
def test_a_pricer_that_saw_other_baskets_prices_like_a_new_one(seed: int) -> None:
    setup, found = baskets(seed)
    seasoned = Pricer(setup.rules)
    for lines, shopping, coupons in found:
        for count in range(1, len(lines) + 1):
            seasoned.price(lines[:count], shopping, coupons)
        changed = (replace(lines[-1], voided=True), replace(lines[0], quantity=lines[0].quantity * 2))
        for basket in (lines, (*lines[:-1], changed[0]), (changed[1], *lines[1:]), lines[:1]):
            assert seasoned.price(basket, shopping, coupons) == Pricer(setup.rules).price(basket, shopping, coupons)
