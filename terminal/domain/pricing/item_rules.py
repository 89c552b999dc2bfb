"""Stage 2: what each kind of rule about articles does to the units that are still unused (CHECKOUT 4.4)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import assert_never

from terminal.domain.money import pay
from terminal.domain.pricing.effects import NOTHING, USED, Effect, effect, spread_over
from terminal.domain.pricing.reach import Reach
from terminal.domain.promotions.kinds import (
    AddOn,
    Bundle,
    Gift,
    ItemRule,
    LineOff,
    LinePercent,
    NForPrice,
    NthOff,
    QtyOff,
)

Bases = Sequence[int]
"""The base of each unit of the basket; `USED` of one that an item rule has used."""


def item_effect(rule: ItemRule, reach: Reach, bases: Bases, net: Sequence[int]) -> Effect:
    """Return what a rule does to a basket."""
    match rule:
        case LinePercent() | LineOff():
            return _each_unit(rule, _unused(reach.units, bases), bases)
        case NthOff():
            return _nth_off(rule, reach, bases)
        case NForPrice() | Bundle():
            return _sets(rule, reach, bases)
        case QtyOff():
            return _qty_off(rule, reach, bases)
        case Gift():
            return _gift(rule, reach, bases)
        case AddOn():
            return _add_on(rule, reach, bases, net)
        case _:
            assert_never(rule)


def _unused(units: Iterable[int], bases: Bases) -> list[int]:
    return [unit for unit in units if bases[unit] != USED]


def _at_most(times: int, limit: int | None) -> int:
    return times if limit is None else min(times, limit)


def _each_unit(rule: LinePercent | LineOff, units: list[int], bases: Bases) -> Effect:
    """Units that have nothing to do with each other; one that gets nothing off is not used."""
    if isinstance(rule, LineOff):
        return _each((unit, min(rule.off, bases[unit])) for unit in units[: rule.limit])
    return _each((unit, bases[unit] - pay(bases[unit], rule.pay_bp)) for unit in units)


def _each(offs: Iterable[tuple[int, int]]) -> Effect:
    some = [pair for pair in offs if pair[1]]
    return effect(some, [unit for unit, _ in some])


def _groups(units: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Cut units into consecutive full groups."""
    return (units[start : start + size] for start in range(0, len(units) - size + 1, size))


def _nth_off(rule: NthOff, reach: Reach, bases: Bases) -> Effect:
    """The last ``m`` of each full group cost a share; a limit takes the groups with the greatest of these first."""
    paid = rule.n - rule.m
    found = [
        (-sum([bases[unit] for unit in group[paid:]]), group[0], group)
        for pool in reach.pools
        for group in _groups(_unused(pool, bases), rule.n)
    ]
    offs: list[tuple[int, int]] = []
    used: list[int] = []
    left = len(found) if rule.limit is None else rule.limit
    for _, _, group in sorted(found):
        if left == 0:
            break
        some = [(unit, off) for unit in group[paid:] if (off := bases[unit] - pay(bases[unit], rule.pay_bp))]
        if some:
            offs += some
            used += group
            left -= 1
    return effect(offs, used)


def _sets(rule: NForPrice | Bundle, reach: Reach, bases: Bases) -> Effect:
    """Sets of pieces that cost one price each, up to the first that is not dearer than it."""
    found = (
        _groups(_unused(reach.units, bases), rule.n) if isinstance(rule, NForPrice) else _bundles(rule, reach, bases)
    )
    offs: list[tuple[int, int]] = []
    used: list[int] = []
    for group in islice(found, rule.limit):
        units = sorted(group)
        weights = [bases[unit] for unit in units]
        off_fen = sum(weights) - rule.price
        if off_fen <= 0:
            break
        offs += spread_over(off_fen, units, weights)
        used += units
    return effect(offs, used)


def _bundles(rule: Bundle, reach: Reach, bases: Bases) -> Iterator[Sequence[int]]:
    """Return the sets that are there, each of the dearest pieces that are left."""
    cut = [_groups(_unused(pool, bases), count) for pool, count in zip(reach.pools, rule.items.values(), strict=True)]
    return ([*chain.from_iterable(parts)] for parts in zip(*cut, strict=False))


def _qty_off(rule: QtyOff, reach: Reach, bases: Bases) -> Effect:
    pieces = sorted(_unused(reach.units, bases))
    reached = [(tier.min_qty, -tier.pay_bp) for tier in rule.tiers if tier.min_qty <= len(pieces)]
    if not reached:
        return NOTHING
    weights = [bases[unit] for unit in pieces]
    amount_fen = sum(weights)
    off_fen = amount_fen - pay(amount_fen, -max(reached)[1])
    return effect(spread_over(off_fen, pieces, weights), pieces)


def _gift(rule: Gift, reach: Reach, bases: Bases) -> Effect:
    bought = _unused(reach.condition, bases)
    times = _at_most(len(bought) // rule.buy_qty, rule.limit)
    gifts = [unit for unit in sorted(reach.units) if bases[unit] > 0][: times * rule.gift_qty]
    paid_for = -(-len(gifts) // rule.gift_qty) * rule.buy_qty
    return effect([(unit, bases[unit]) for unit in gifts], [*gifts, *bought[:paid_for]])


def _add_on(rule: AddOn, reach: Reach, bases: Bases, net: Sequence[int]) -> Effect:
    amount_fen = sum(net[unit] for unit in reach.condition)
    if amount_fen < rule.min:
        return NOTHING
    times = _at_most(amount_fen // rule.min if rule.repeat else 1, rule.limit)
    savings = [(bases[unit] - reach.prices[unit], unit) for unit in reach.units]
    dearest = sorted((-saving, unit) for saving, unit in savings if saving > 0)
    return _each((unit, -saving) for saving, unit in dearest[:times])
