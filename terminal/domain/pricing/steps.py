"""A rule made ready for one basket. It remembers what it did to what it saw: most scans change little."""

from abc import ABC, abstractmethod
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


class Step(ABC):
    """A rule with its units. ``effect`` is a pure function of the running basket, answered from memory if it can be.

    ``most`` is what it can take off at most: 0 means that it cannot work in this basket, whatever other rules do.
    """

    __slots__ = ("_answers", "group", "most", "rank", "rule")

    def __init__(self, rank: int, rule: StagedRule, most: int) -> None:
        self.rank = rank
        self.rule = rule
        self.group = rule.group
        self.most = most
        self._answers: dict[Hashable, Effect] = {}

    @abstractmethod
    def effect(self, running: Running) -> Effect:
        """Return what the rule does to a basket."""

    def _remember(self, seen: Hashable, answer: Effect) -> Effect:
        """Keep an answer with what it depends on."""
        if len(self._answers) == MEMORY:
            self._answers.clear()
        self._answers[seen] = answer
        return answer


class ItemStep(Step):
    """An item rule made ready for the units it reaches (at least one)."""

    __slots__ = ("_bases", "_item_rule", "_nets", "_reach")

    def __init__(self, rank: int, rule: ItemRule, reach: Reach, start: Running) -> None:
        super().__init__(rank, rule, _most_of_item(rule, reach, start))
        self._item_rule = rule
        self._reach = reach
        self._bases = itemgetter(*reach.units, *(reach.condition if isinstance(rule, Gift) else ()))
        self._nets = itemgetter(*reach.condition) if isinstance(rule, AddOn) and reach.condition else None

    def effect(self, running: Running) -> Effect:
        """Return what the rule does to a basket."""
        seen = self._bases(running.free)
        if self._nets is not None:
            seen = (seen, self._nets(running.net))
        known = self._answers.get(seen)
        if known is None:
            known = self._remember(seen, item_effect(self._item_rule, self._reach, running.free, running.net))
        return known


class OrderStep(Step):
    """An order rule made ready for the units it reaches (at least one)."""

    __slots__ = ("_get", "_off", "_skip_promoted", "_units")

    def __init__(self, rank: int, rule: OrderRule, reach: Reach, start: Running, shopper: Shopper | None) -> None:
        self._units = reach.units
        self._get = itemgetter(*reach.units) if len(reach.units) > 1 else _only(reach.units[0])
        self._off = AmountOff(rule, shopper)
        self._skip_promoted = rule.skip_promoted
        super().__init__(rank, rule, self.most_left(start))

    def effect(self, running: Running) -> Effect:
        """Return what the rule does to a basket."""
        seen = weights = self._get(running.net)
        if self._skip_promoted:
            seen = (weights, self._get(running.free))
        known = self._answers.get(seen)
        if known is None:
            known = self._remember(seen, self._computed(weights, running))
        return known

    def most_left(self, running: Running) -> int:
        """Return what it can take off at most from here on."""
        return self._off.most(sum(self._get(running.net)))

    def _computed(self, weights: Sequence[int], running: Running) -> Effect:
        if not self._skip_promoted and min(weights) > 0:
            return order_effect(self._off, self._units, weights)
        net, free = running.net, running.free
        skip = self._skip_promoted
        left = tuple([unit for unit in self._units if net[unit] > 0 and not (skip and free[unit] == USED)])
        return order_effect(self._off, left, [net[unit] for unit in left])


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
