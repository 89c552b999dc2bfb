"""What nearly fired: rules that a little more would make work, and what is missing ("再买 12.00 减 20").

Nothing here decides about a price. It is asked when somebody looks, so it may cost a pass over the rules of the basket.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.pricing.cart import ActiveRules, Cart, PriceReason
from terminal.domain.pricing.effects import USED, Running
from terminal.domain.pricing.engine import PricedBasket
from terminal.domain.pricing.order_rules import AmountOff
from terminal.domain.pricing.reach import Reach, all_reached
from terminal.domain.pricing.steps import ItemStep, OrderStep
from terminal.domain.promotions.conditions import Shopper
from terminal.domain.promotions.kinds import (
    AddOn,
    Bundle,
    Gift,
    ItemRule,
    LineOff,
    LinePercent,
    MemberPercent,
    NForPrice,
    NthOff,
    PriceRule,
    QtyOff,
    QtyPrice,
    RuleId,
    SpendOff,
    SpendPercent,
    StagedRule,
)
from terminal.domain.promotions.rule_set import RuleSet, Shopping, is_active
from terminal.domain.text import SafeText

HALFWAY = 2
"""A rule is near when at least one part in so many of what it asks for is there."""


class Missing(StrEnum):
    """What is missing."""

    AMOUNT = "amount"
    PIECES = "pieces"
    ARTICLE = "article"
    MEMBER = "member"


class Near(Struct, frozen=True, kw_only=True):
    """A rule that nearly fired. ``skus`` are the articles of the basket that it is about.

    Missing are ``amount_fen``, or so many ``pieces`` (of ``sku``, or of its scope), or a member's card. ``off_fen`` is
    what it would take off then, more than now; 0 = that depends on what is bought.
    """

    rule_id: RuleId
    name: SafeText
    missing: Missing
    amount_fen: int = 0
    pieces: int = 0
    sku: Sku | None = None
    off_fen: int = 0
    skus: tuple[Sku, ...] = ()

    @property
    def label(self) -> SafeText:
        """What people call it."""
        return self.name or SafeText(self.rule_id)


def nearly(basket: PricedBasket, rules: RuleSet, shopping: Shopping) -> tuple[Near, ...]:
    """Return the rules that nearly fired in a basket: the most money off first, and last what needs a member's card."""
    cart = Cart(ActiveRules(rules, shopping))
    cart.enter(basket.lines)
    found = [*_of_prices(cart), *_of_stages(basket, cart)]
    return tuple(sorted(found, key=lambda near: (near.missing is Missing.MEMBER, -near.off_fen, near.rule_id)))


def _near(rule: PriceRule | StagedRule, missing: Missing, skus: Sequence[Sku], **what: object) -> Near:
    return Near(rule_id=rule.id, name=rule.name, missing=missing, skus=tuple(skus), **what)  # type: ignore[arg-type]


# --- prices by quantity, and what only members get -------------------------------------------------------------------


def _of_prices(cart: Cart) -> Iterator[Near]:
    """Yield the prices by quantity that more pieces would reach, and what a member's card would bring."""
    rules, shopping = cart.active.rules, cart.active.shopping
    for sku, article in cart.articles.items():
        pieces = [unit for unit in article.pieces if cart.set_by[unit] != PriceReason.PRINTED]
        for rule in rules.qty_prices.get(sku, ()):
            if cart.active(rule):
                yield from _next_break(rule, sku, cart, pieces)
            elif _is_for_members(rule, shopping) and any(step.min_qty <= len(pieces) for step in rule.breaks):
                yield _near(rule, Missing.MEMBER, [sku])
        for special in rules.special_prices.get(sku, ()):
            if any(cart.list_fen[unit] for unit in article.units) and _is_for_members(special, shopping):
                yield _near(special, Missing.MEMBER, [sku])


def _next_break(rule: QtyPrice, sku: Sku, cart: Cart, pieces: Sequence[int]) -> Iterator[Near]:
    count = len(pieces)
    further = min((step for step in rule.breaks if step.min_qty > count), key=lambda step: step.min_qty, default=None)
    if further is None or count * HALFWAY < further.min_qty:
        return
    off_fen = sum(max(0, cart.base_fen[unit] - further.price) for unit in pieces)
    if off_fen:
        yield _near(rule, Missing.PIECES, [sku], pieces=further.min_qty - count, sku=sku, off_fen=off_fen)


def _is_for_members(rule: PriceRule | StagedRule, shopping: Shopping) -> bool:
    """Whether a rule would work if only a member's card were there."""
    if shopping.shopper is not None or is_active(rule, shopping):
        return False
    return is_active(rule, replace(shopping, shopper=Shopper()))


# --- rules of all stages ---------------------------------------------------------------------------------------------


def _of_stages(basket: PricedBasket, cart: Cart) -> Iterator[Near]:
    """Walk through the rules in their order, each at the basket that those before it left."""
    rules, shopping = cart.active.rules, cart.active.shopping
    applied = {one.rule.id: one.effect for one in basket.applied}
    groups = {one.rule.group: one.effect.off_fen for one in basket.applied if one.rule.group is not None}
    running = Running(cart.base_fen.copy(), cart.base_fen.copy(), sum(cart.base_fen))
    for rank, skus in sorted(_concerned(cart).items()):
        rule = rules.staged[rank]
        done = applied.get(rule.id)
        in_group = groups.get(rule.group, 0) if rule.group is not None and done is None else 0
        if cart.active(rule):
            for near in _of_rule(rule, all_reached(rule, cart, skus), skus, running, shopping.shopper):
                if not in_group or near.off_fen > in_group:
                    yield near
        elif _is_for_members(rule, shopping) and _would_work(rank, rule, all_reached(rule, cart, skus), running):
            yield _near(rule, Missing.MEMBER, skus)
        if done is not None:
            running.apply(done)


def _would_work(rank: int, rule: StagedRule, reach: Reach, running: Running) -> bool:
    """Whether a rule would take something off, if its customer were there."""
    if not reach.units:
        return False
    if isinstance(rule, ItemRule):
        return bool(ItemStep(rank, rule, reach, running).effect(running).off_fen)
    return bool(OrderStep(rank, rule, reach, running, Shopper()).effect(running).off_fen)


def _concerned(cart: Cart) -> dict[int, list[Sku]]:
    """Return the ranks of the rules that articles of the basket have a part in, with these articles."""
    concerned: dict[int, list[Sku]] = {}
    for sku, article in cart.articles.items():
        if article.units:
            for rank in cart.active.rules.ranks_of(sku, cart.categories[sku]):
                concerned.setdefault(rank, []).append(sku)
    return concerned


def _of_rule(  # noqa: PLR0911 - a row per kind
    rule: StagedRule, reach: Reach, skus: Sequence[Sku], running: Running, shopper: Shopper | None
) -> Iterator[Near]:
    match rule:
        case SpendOff() | SpendPercent():
            return _next_amount(rule, reach, skus, running, shopper)
        case NthOff():
            return _next_group(rule, reach.pools, rule.n, skus, running)
        case NForPrice():
            return _next_group(rule, [reach.units], rule.n, skus, running)
        case QtyOff():
            return _next_tier(rule, reach, skus, running)
        case Gift():
            return _gift(rule, reach, skus, running)
        case Bundle():
            return _set(rule, reach, skus, running)
        case AddOn():
            return _add_on(rule, reach, skus, running)
        case LinePercent() | LineOff() | MemberPercent():
            return iter(())
        case _:
            assert_never(rule)


def _free(units: Sequence[int], running: Running) -> list[int]:
    return [unit for unit in units if running.free[unit] != USED]


def _next_amount(
    rule: SpendOff | SpendPercent, reach: Reach, skus: Sequence[Sku], running: Running, shopper: Shopper | None
) -> Iterator[Near]:
    """The next step, or the next time of one that repeats, if at least half of what it asks for is there."""
    units = _free(reach.units, running) if rule.skip_promoted else reach.units
    amount_fen = sum(max(0, running.net[unit]) for unit in units)
    wanted = [step.min for step in rule.steps if step.min > amount_fen]
    if isinstance(rule, SpendOff) and rule.repeat:
        wanted += [step.min * (amount_fen // step.min + 1) for step in rule.steps]
    further = min(wanted, default=None)
    if further is None or amount_fen * HALFWAY < further:
        return
    off = AmountOff(rule, shopper)
    more_fen = off.of(further) - off.of(amount_fen)
    if more_fen > 0:
        yield _near(rule, Missing.AMOUNT, skus, amount_fen=further - amount_fen, off_fen=more_fen)


def _next_group(
    rule: NthOff | NForPrice, pools: Sequence[Sequence[int]], size: int, skus: Sequence[Sku], running: Running
) -> Iterator[Near]:
    """Pieces that are left over and would make one more group, the fullest one first; none beyond the limit."""
    groups = [divmod(len(_free(pool, running)), size) for pool in pools]
    left = max((rest for _, rest in groups), default=0)
    if left * HALFWAY < size or (rule.limit is not None and sum(full for full, _ in groups) >= rule.limit):
        return
    if isinstance(rule, NForPrice):
        dearest = max((running.free[unit] for unit in _free(pools[0], running)), default=0)
        if dearest * size <= rule.price:
            return
    yield _near(rule, Missing.PIECES, skus, pieces=size - left)


def _next_tier(rule: QtyOff, reach: Reach, skus: Sequence[Sku], running: Running) -> Iterator[Near]:
    count = len(_free(reach.units, running))
    further = min((tier.min_qty for tier in rule.tiers if tier.min_qty > count), default=None)
    if further is not None and count and count * HALFWAY >= further:
        yield _near(rule, Missing.PIECES, skus, pieces=further - count)


def _gift(rule: Gift, reach: Reach, skus: Sequence[Sku], running: Running) -> Iterator[Near]:
    """A gift that is earned and not in the basket, or goods that nearly earn one."""
    bought = len(_free(reach.condition, running))
    times, rest = divmod(bought, rule.buy_qty)
    times = times if rule.limit is None else min(times, rule.limit)
    gifts = times * rule.gift_qty - len(reach.units)
    if gifts > 0:
        yield _near(rule, Missing.ARTICLE, skus, pieces=gifts, sku=rule.gift_sku)
    elif rest * HALFWAY >= rule.buy_qty and (rule.limit is None or times < rule.limit):
        yield _near(rule, Missing.PIECES, skus, pieces=rule.buy_qty - rest)


def _set(rule: Bundle, reach: Reach, skus: Sequence[Sku], running: Running) -> Iterator[Near]:
    """A set of which all is there but pieces of one article."""
    there = {sku: len(_free(pool, running)) for sku, pool in zip(rule.items, reach.pools, strict=True)}
    sets = min(there[sku] // count for sku, count in rule.items.items())
    if rule.limit is not None and sets >= rule.limit:
        return
    lacking = {sku: (sets + 1) * count - there[sku] for sku, count in rule.items.items()}
    short = [(sku, pieces) for sku, pieces in lacking.items() if pieces > 0]
    if len(short) == 1 and len(rule.items) > 1:
        (sku, pieces) = short[0]
        yield _near(rule, Missing.ARTICLE, skus, pieces=pieces, sku=sku)


def _add_on(rule: AddOn, reach: Reach, skus: Sequence[Sku], running: Running) -> Iterator[Near]:
    """What may be had for little and is not in the basket, or an amount that is nearly enough for it."""
    amount_fen = sum(running.net[unit] for unit in reach.condition)
    if amount_fen >= rule.min:
        if not reach.units:
            yield _near(rule, Missing.ARTICLE, skus, pieces=1, sku=min(rule.prices))
    elif amount_fen * HALFWAY >= rule.min:
        yield _near(rule, Missing.AMOUNT, skus, amount_fen=rule.min - amount_fen)
