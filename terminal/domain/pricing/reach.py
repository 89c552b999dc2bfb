"""Which units of a basket a rule may touch or count."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import assert_never

from msgspec import Struct

from terminal.domain.ids import Sku
from terminal.domain.pricing.cart import Cart
from terminal.domain.promotions.kinds import (
    AddOn,
    Bundle,
    Gift,
    LineOff,
    LinePercent,
    MemberPercent,
    NForPrice,
    NthOff,
    QtyOff,
    SpendOff,
    SpendPercent,
    StagedRule,
)


class Reach(Struct, frozen=True):
    """The units of one rule in one basket.

    ``units`` may get something off: the dearest first where a rule takes only some of them, else in unit order.
    ``condition`` only count for it. ``pools`` are counted apart (the dearest first): for each article of a bundle, or
    of a rule that does not mix. ``prices`` are what units cost as add-ons.
    """

    units: tuple[int, ...] = ()
    condition: tuple[int, ...] = ()
    pools: tuple[tuple[int, ...], ...] = ()
    prices: Mapping[int, int] = {}


NOTHING_THERE = Reach()
NEVER_ENOUGH = 1 << 62
"""Pieces that a rule without a single step needs."""


def reach_of(rule: StagedRule, cart: Cart, skus: Sequence[Sku]) -> Reach:
    """Return what a rule reaches in a basket; ``skus`` are the articles there that concern it.

    Nothing, if there are fewer pieces of them than it needs.
    """
    return NOTHING_THERE if _needs_more(rule, cart, skus) else all_reached(rule, cart, skus)


def all_reached(rule: StagedRule, cart: Cart, skus: Sequence[Sku]) -> Reach:
    """Return what a rule reaches, also where that is not enough for it."""

    def units(skus: Sequence[Sku]) -> tuple[int, ...]:
        return cart.units(skus, skip_promoted=rule.skip_promoted)

    def pieces(skus: Sequence[Sku]) -> tuple[int, ...]:
        return cart.pieces(skus, skip_promoted=rule.skip_promoted)

    match rule:
        case LinePercent():
            reach = Reach(units=units(skus))
        case LineOff() | NForPrice() | QtyOff():
            reach = Reach(units=cart.dearest(pieces(skus)))
        case NthOff():
            apart = [skus] if rule.mix else [[sku] for sku in skus]
            reach = _pooled(cart.dearest(pieces(pool)) for pool in apart)
        case Bundle():
            reach = _pooled(cart.dearest(pieces([sku])) for sku in rule.items)
        case Gift():
            bought = [sku for sku in skus if sku != rule.gift_sku]
            reach = Reach(units=pieces([rule.gift_sku]), condition=cart.dearest(pieces(bought)))
        case AddOn():
            others = [sku for sku in skus if sku not in rule.prices]
            prices = {unit: price for sku, price in rule.prices.items() for unit in pieces([sku])}
            reach = Reach(units=tuple(prices), condition=units(others), prices=prices)
        case SpendOff() | SpendPercent() | MemberPercent():
            reach = Reach(units=units(skus))
        case _:
            assert_never(rule)
    return reach


def _needs_more(rule: StagedRule, cart: Cart, skus: Sequence[Sku]) -> bool:
    """Whether a basket has too few pieces for a rule about several: most rules of a book fall here."""
    match rule:
        case NthOff() | NForPrice():
            least = rule.n
        case QtyOff():
            least = min((tier.min_qty for tier in rule.tiers), default=NEVER_ENOUGH)
        case _:
            return False
    return sum([len(cart.articles[sku].pieces) for sku in skus]) < least


def _pooled(pools: Iterable[tuple[int, ...]]) -> Reach:
    kept = tuple(pools)
    return Reach(units=tuple(chain.from_iterable(kept)), pools=kept)
