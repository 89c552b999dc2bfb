"""A set of rules, indexed once when a book is loaded, so that a scan meets only the rules of its article."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import msgspec
from msgspec import Struct

from terminal.domain.ids import Sku
from terminal.domain.promotions.conditions import NO_USES, Shopper, Uses, lineage
from terminal.domain.promotions.kinds import (
    AnyRule,
    Bundle,
    MemberPercent,
    PointsMult,
    QtyPrice,
    RuleId,
    SpecialPrice,
    StagedRule,
    TopupBonus,
)

TWICE = "two rules have the same id"
KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Shopping(Struct, frozen=True, kw_only=True):
    """When and for whom a basket is priced. ``shopper`` is None without a member."""

    local_time: str
    shopper: Shopper | None = None
    uses: Uses = NO_USES


def is_active(rule: AnyRule, shopping: Shopping) -> bool:
    """Whether time, customer and limits let a rule work (CHECKOUT 4.2, 4.3)."""
    if rule.when is not None and not rule.when.holds(shopping.local_time):
        return False
    if rule.who is not None and not rule.who.holds(shopping.shopper, shopping.local_time):
        return False
    if rule.total_limit is not None and shopping.uses.total.get(rule.id, 0) >= rule.total_limit:
        return False
    if rule.member_limit is not None and (
        shopping.shopper is None or shopping.uses.by_member(rule.id, rule.member_limit.per) >= rule.member_limit.times
    ):
        return False
    if isinstance(rule, MemberPercent):
        return shopping.shopper is not None and rule.share_of(shopping.shopper) is not None
    return not isinstance(rule, SpecialPrice) or rule.daily_member_units is None or shopping.shopper is not None


def _place(rule: AnyRule) -> tuple[int, int, str]:
    return (rule.stage, rule.priority, rule.id)


class RuleSet:
    """All rules of a book in the order in which they run. `ValueError` if two have the same id.

    A staged rule is known by its rank in `staged`. Nothing of a set ever changes.
    """

    def __init__(self, rules: Iterable[AnyRule] = ()) -> None:
        ordered = sorted(rules, key=_place)
        self.rules: tuple[AnyRule, ...] = tuple(ordered)
        self.by_id: dict[str, AnyRule] = {rule.id: rule for rule in ordered}
        if len(self.by_id) != len(ordered):
            raise ValueError(TWICE)
        self.staged: tuple[StagedRule, ...] = tuple(rule for rule in ordered if isinstance(rule, StagedRule))
        self._ranks_of: dict[tuple[Sku, str], tuple[int, ...]] = {}

    def make_indexes(self) -> None:
        """Make all indexes now (7 ms for a thousand rules), not with the first basket."""
        self.prices(Sku(""))
        self.ranks_of(Sku(""), "")

    @cached_property
    def points_mult(self) -> tuple[PointsMult, ...]:
        """The rules about points."""
        return tuple(rule for rule in self.rules if isinstance(rule, PointsMult))

    @cached_property
    def topup_bonus(self) -> tuple[TopupBonus, ...]:
        """The rules about top-ups."""
        return tuple(rule for rule in self.rules if isinstance(rule, TopupBonus))

    @cached_property
    def qty_prices(self) -> Mapping[Sku, tuple[QtyPrice, ...]]:
        """The prices by quantity of each article."""
        return _grouped((rule.sku, rule) for rule in self.rules if isinstance(rule, QtyPrice))

    @cached_property
    def special_prices(self) -> Mapping[Sku, tuple[SpecialPrice, ...]]:
        """The special prices of each article."""
        return _grouped((sku, rule) for rule in self.rules if isinstance(rule, SpecialPrice) for sku in rule.prices)

    def prices(self, sku: Sku) -> bool:
        """Whether any rule offers a price for an article."""
        return sku in self.qty_prices or sku in self.special_prices

    def ranks_of(self, sku: Sku, category: str) -> tuple[int, ...]:
        """Return the ranks of the staged rules that an article may have a part in, ascending."""
        known = self._ranks_of.get((sku, category)) if self.staged else ()
        if known is None:
            near = {*self._open, *self._by_sku.get(sku, ())}
            near.update(rank for above in lineage(category) for rank in self._by_category.get(above, ()))
            known = tuple(sorted(rank for rank in near if _concerns(self.staged[rank], sku, category)))
            self._ranks_of[sku, category] = known
        return known

    @cached_property
    def _open(self) -> tuple[int, ...]:
        return tuple(rank for rank, rule in enumerate(self.staged) if rule.scope.is_open)

    @cached_property
    def _by_sku(self) -> Mapping[Sku, tuple[int, ...]]:
        return _grouped(
            (sku, rank) for rank, rule in enumerate(self.staged) for sku in (*rule.scope.skus, *rule.named_skus)
        )

    @cached_property
    def _by_category(self) -> Mapping[str, tuple[int, ...]]:
        return _grouped((category, rank) for rank, rule in enumerate(self.staged) for category in rule.scope.cats)


NO_RULES = RuleSet()


def _concerns(rule: StagedRule, sku: Sku, category: str) -> bool:
    """Whether an article is in the scope of a rule, or named by it. A bundle has no scope."""
    return sku in rule.named_skus or (not isinstance(rule, Bundle) and rule.scope.covers(sku, category))


def _grouped(pairs: Iterable[tuple[KeyT, ValueT]]) -> Mapping[KeyT, tuple[ValueT, ...]]:
    grouped: dict[KeyT, list[ValueT]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in grouped.items()}


def with_overrides(
    rules: Sequence[AnyRule], overrides: Mapping[str, Mapping[str, object]]
) -> tuple[tuple[AnyRule, ...], tuple[str, ...]]:
    """Return the rules with the parameters that a shop set, and ``rule.param`` of each that it may not (CHECKOUT 4.7).

    A shop may set what the rule's ``store_may_set`` names, within its bounds, and as long as the rule makes sense.
    `ValueError` if two rules have the same id.
    """
    by_id = {rule.id: rule for rule in rules}
    if len(by_id) != len(rules):
        raise ValueError(TWICE)
    refused = []
    for rule_id, params in overrides.items():
        for param, value in params.items():
            changed = _overridden(by_id.get(RuleId(rule_id)), param, value)
            if changed is None:
                refused.append(f"{rule_id}.{param}")
            else:
                by_id[changed.id] = changed
    return tuple(by_id.values()), tuple(refused)


def _overridden(rule: AnyRule | None, param: str, value: object) -> AnyRule | None:
    """Return a rule with a parameter replaced, None if that is not allowed, or makes no sense."""
    if rule is None or type(value) is not int or param not in rule.store_may_set or param not in rule.__struct_fields__:
        return None
    lowest, highest = rule.store_may_set[param]
    if not lowest <= value <= highest:
        return None
    try:
        return msgspec.convert({**msgspec.to_builtins(rule), param: value}, type(rule))
    except msgspec.ValidationError:
        return None
