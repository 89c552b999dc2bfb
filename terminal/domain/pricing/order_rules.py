"""Stages 3 and 4: what rules about the whole do to the running net of their units (CHECKOUT 4.4)."""

from collections.abc import Callable, Sequence
from typing import assert_never

from terminal.domain.money import pay, shares_of
from terminal.domain.pricing.effects import NOTHING, Effect
from terminal.domain.promotions.conditions import Shopper
from terminal.domain.promotions.kinds import MemberPercent, OrderRule, SpendOff, SpendPercent


class AmountOff:
    """What an order rule takes off an amount: ``of`` by its highest tier that is reached.

    ``most`` is a bound: no smaller amount gets more off than it, whatever the tiers are.
    """

    __slots__ = ("_tiers",)

    def __init__(self, rule: OrderRule, shopper: Shopper | None) -> None:
        tiers: dict[int, Callable[[int], int]] = {}
        for min_fen, off_of in sorted(_tiers(rule, shopper), key=lambda tier: -tier[0]):
            tiers[min_fen] = off_of if min_fen not in tiers else _greater(tiers[min_fen], off_of)
        self._tiers = tuple(tiers.items())

    def of(self, amount_fen: int) -> int:
        """Return what is off an amount; of tiers with the same minimum, the most."""
        for min_fen, off_of in self._tiers:
            if amount_fen >= min_fen:
                return off_of(amount_fen)
        return 0

    def most(self, amount_fen: int) -> int:
        """Return the most that is off this amount or any smaller one."""
        most = 0
        for min_fen, off_of in self._tiers:
            if amount_fen >= min_fen and (off_fen := off_of(amount_fen)) > most:
                most = off_fen
        return most


def _greater(one: Callable[[int], int], other: Callable[[int], int]) -> Callable[[int], int]:
    return lambda amount_fen: max(one(amount_fen), other(amount_fen))


def order_effect(off: AmountOff, units: tuple[int, ...], weights: Sequence[int]) -> Effect:
    """Return what a rule takes off its units, spread by their net (all above 0)."""
    amount_fen = sum(weights)
    off_fen = off.of(amount_fen)
    return Effect(units, tuple(shares_of(off_fen, weights, amount_fen)), (), off_fen) if off_fen > 0 else NOTHING


def percent_off(amount_fen: int, pay_bp: int, max_off_fen: int | None) -> int:
    """Return what is off an amount of which a share is paid."""
    off_fen = amount_fen - pay(amount_fen, pay_bp)
    return off_fen if max_off_fen is None else min(off_fen, max_off_fen)


Tier = tuple[int, Callable[[int], int]]
"""From which amount on, and what it takes off an amount."""


def _tiers(rule: OrderRule, shopper: Shopper | None) -> list[Tier]:
    match rule:
        case SpendOff():
            return [(tier.min, _money_off(rule, tier.min, tier.off)) for tier in rule.steps]
        case SpendPercent():
            return [(tier.min, _share_off(tier.pay_bp, rule.max_off)) for tier in rule.steps]
        case MemberPercent():
            pay_bp = None if shopper is None else rule.share_of(shopper)
            return [] if pay_bp is None else [(0, _share_off(pay_bp, rule.max_off))]
        case _:
            assert_never(rule)


def _money_off(rule: SpendOff, min_fen: int, off_fen: int) -> Callable[[int], int]:
    if not rule.repeat:
        return lambda amount_fen: min(off_fen, amount_fen)
    limit = rule.limit
    if limit is None:
        return lambda amount_fen: min(amount_fen // min_fen * off_fen, amount_fen)
    return lambda amount_fen: min(min(amount_fen // min_fen, limit) * off_fen, amount_fen)


def _share_off(pay_bp: int, max_off_fen: int | None) -> Callable[[int], int]:
    if max_off_fen is None:
        return lambda amount_fen: amount_fen - pay(amount_fen, pay_bp)
    return lambda amount_fen: percent_off(amount_fen, pay_bp, max_off_fen)
