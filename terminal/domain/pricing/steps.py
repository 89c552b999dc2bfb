"""A rule made ready for one basket. It remembers what it did to what it saw: most scans change little."""

from collections.abc import Callable, Hashable, Sequence
from operator import itemgetter

from terminal.domain.money import pay
from terminal.domain.pricing.effects import USED, Effect, Running
from terminal.domain.pricing.item_rules import item_effect
from terminal.domain.pricing.order_rules import AmountOff, order_effect
from terminal.domain.pricing.reach import Reach
from terminal.domain.promotions.conditions import Shopper
from terminal.domain.promotions.kinds import (
    AddOn,
    Gift,
    ItemRule,
    OrderRule,
    QtyOff,
    StagedRule,
)

MEMORY = 64
"""How many answers a step keeps."""


class Step:
    """A rule with its units. ``effect`` is a pure function of the running basket, answered from memory if it can be.

    ``most`` is what it can take off at most: 0 means that it cannot work in this basket, whatever other rules do.
    """

    __slots__ = ("_answers", "_compute", "_seen", "group", "most", "most_left", "rank", "rule")

    def __init__(
        self,
        rank: int,
        rule: StagedRule,
        *,
        most: int,
        seen: Callable[[Running], Hashable],
        compute: Callable[[Running], Effect],
        most_left: Callable[[Running], int],
    ) -> None:
        self.rank = rank
        self.rule = rule
        self.group = rule.group
        self.most = most
        self.most_left = most_left
        """What an order rule can take off at most from here on."""
        self._seen = seen
        self._compute = compute
        self._answers: dict[Hashable, Effect] = {}

    def effect(self, running: Running) -> Effect:
        """Return what the rule does to a basket."""
        seen = self._seen(running)
        known = self._answers.get(seen)
        if known is None:
            if len(self._answers) == MEMORY:
                self._answers.clear()
            known = self._answers[seen] = self._compute(running)
        return known


def item_step(rank: int, rule: ItemRule, reach: Reach, start: Running) -> Step:
    """Return an item rule made ready for the units it reaches (at least one)."""
    bases = itemgetter(*reach.units, *(reach.condition if isinstance(rule, Gift) else ()))
    nets = itemgetter(*reach.condition) if isinstance(rule, AddOn) and reach.condition else None

    def seen(running: Running) -> Hashable:
        return bases(running.free) if nets is None else (bases(running.free), nets(running.net))

    most = _most_of_item(rule, reach, start)
    return Step(
        rank,
        rule,
        most=most,
        seen=seen,
        compute=lambda running: item_effect(rule, reach, running.free, running.net),
        most_left=lambda _: most,
    )


def order_step(rank: int, rule: OrderRule, reach: Reach, start: Running, shopper: Shopper | None) -> Step:
    """Return an order rule made ready for the units it reaches (at least one)."""
    units = reach.units
    off = AmountOff(rule, shopper)
    get = itemgetter(*units) if len(units) > 1 else _only(units[0])

    def compute(running: Running) -> Effect:
        weights = get(running.net)
        if not rule.skip_promoted and min(weights) > 0:
            return order_effect(off, units, weights)
        net, free = running.net, running.free
        left = [unit for unit in units if net[unit] > 0 and not (rule.skip_promoted and free[unit] == USED)]
        return order_effect(off, left, [net[unit] for unit in left])

    return Step(
        rank,
        rule,
        most=off.most(sum(get(start.net))),
        seen=(lambda running: (get(running.net), get(running.free)))
        if rule.skip_promoted
        else lambda running: get(running.net),
        compute=compute,
        most_left=lambda running: off.most(sum(get(running.net))),
    )


def _only(unit: int) -> Callable[[Sequence[int]], tuple[int, ...]]:
    """Return what `operator.itemgetter` should be for a single unit."""
    return lambda values: (values[unit],)


def _most_of_item(rule: ItemRule, reach: Reach, start: Running) -> int:
    """Return a bound: fewer free units, or smaller nets, never take more off than this."""
    bases = start.free
    match rule:
        case Gift():
            times = len(reach.condition) // rule.buy_qty
            pieces = rule.gift_qty * (times if rule.limit is None else min(times, rule.limit))
            return sum(sorted((bases[unit] for unit in reach.units), reverse=True)[:pieces])
        case QtyOff():
            amount_fen = sum(bases[unit] for unit in reach.units)
            shares = [tier.pay_bp for tier in rule.tiers if tier.min_qty <= len(reach.units)]
            return amount_fen - pay(amount_fen, min(shares)) if shares else 0
        case _:
            return item_effect(rule, reach, bases, start.net).off_fen
