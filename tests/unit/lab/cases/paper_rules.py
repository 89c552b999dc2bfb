"""CHECKOUT 4 and 5 read again, word by word and slowly: what one rule or coupon does to the units of a basket.

Nothing here knows the product; rules are as they stand in a case file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Rule = dict[str, Any]
ENDLESS = 10**9
STAGES = dict.fromkeys(
    ["line_percent", "line_off", "nth_off", "n_for_price", "bundle", "qty_off", "gift", "add_on"], 2
) | {"spend_off": 3, "spend_percent": 3, "member_percent": 4}


@dataclass(slots=True)
class PaperUnit:
    """A unit of a basket; ``place`` is its place in unit order."""

    place: int
    line: int
    sku: str
    category: str
    rate_bp: int
    weighed: bool
    locked: bool
    listed: int
    base: int
    printed: bool = False
    net: int = 0
    used: bool = False


Units = list[PaperUnit]


def half_up(numerator: int, denominator: int) -> int:
    if numerator < 0:
        return -half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def pay(amount: int, share_bp: int) -> int:
    return half_up(amount * share_bp, 10000)


def spread(amount: int, weights: list[int]) -> list[int]:
    if amount < 0:
        return [-share for share in spread(-amount, weights)]
    whole = sum(weights)
    shares = [amount * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for index in by_rest[: amount - sum(shares)]:
        shares[index] += 1
    return shares


def in_scope(rule: Rule, unit: PaperUnit) -> bool:
    scope = rule.get("scope", {})

    def named(cats: Iterable[str]) -> bool:
        return any(unit.category == cat or unit.category.startswith(cat + "/") for cat in cats)

    if unit.sku in scope.get("not_skus", []) or named(scope.get("not_cats", [])):
        return False
    if not scope.get("skus") and not scope.get("cats"):
        return True
    return unit.sku in scope.get("skus", []) or named(scope.get("cats", []))


def counts(rule: Rule, unit: PaperUnit) -> bool:
    """Whether an item rule may count or change a unit, as far as locks and ``skip_promoted`` go."""
    return not unit.locked and not (rule.get("skip_promoted") and unit.base < unit.listed)


def dearest(units: Iterable[PaperUnit]) -> Units:
    return sorted(units, key=lambda unit: (-unit.base, unit.place))


def use(units: Units, offs: list[int]) -> int:
    """Take amounts off units and use them all, if anything is off."""
    if sum(offs) > 0:
        for unit, off in zip(units, offs, strict=True):
            unit.net -= off
            unit.used = True
    return sum(offs)


def limit_of(rule: Rule) -> int:
    limit = rule.get("limit")
    return ENDLESS if limit is None else int(limit)


def line_percent(rule: Rule, units: Units) -> int:
    mine = [unit for unit in free(rule, units) if in_scope(rule, unit)]
    return sum(use([unit], [unit.base - pay(unit.base, rule["pay_bp"])]) for unit in mine)


def line_off(rule: Rule, units: Units) -> int:
    chosen = [unit for unit in dearest(pieces(rule, units)) if min(rule["off"], unit.base) > 0]
    return sum(use([unit], [min(rule["off"], unit.base)]) for unit in chosen[: limit_of(rule)])


def nth_off(rule: Rule, units: Units) -> int:
    mine, size, share = pieces(rule, units), rule["n"], rule["pay_bp"]
    full = size - rule.get("m", 1)
    pools = [mine] if rule.get("mix", True) else [[u for u in mine if u.sku == sku] for sku in {u.sku for u in mine}]
    groups = [group for pool in pools for group in in_groups(dearest(pool), size)]
    offs = [[0] * full + [unit.base - pay(unit.base, share) for unit in group[full:]] for group in groups]
    best = sorted(
        (-sum(unit.base for unit in group[full:]), group[0].place, index)
        for index, group in enumerate(groups)
        if sum(offs[index]) > 0
    )
    return sum(use(groups[index], offs[index]) for _, _, index in best[: limit_of(rule)])


def in_groups(units: Units, size: int) -> list[Units]:
    return [units[start : start + size] for start in range(0, len(units) - size + 1, size)]


def at_one_price(groups: Iterable[Units], rule: Rule) -> int:
    """Give groups one price each, up to the first that is not dearer than it."""
    off = 0
    for number, group in enumerate(groups):
        over = sum(unit.base for unit in group) - rule["price"]
        if over <= 0 or number == limit_of(rule):
            break
        in_order = sorted(group, key=lambda unit: unit.place)
        off += use(in_order, spread(over, [unit.base for unit in in_order]))
    return off


def n_for_price(rule: Rule, units: Units) -> int:
    return at_one_price(in_groups(dearest(pieces(rule, units)), rule["n"]), rule)


def bundle(rule: Rule, units: Units) -> int:
    there = {sku: dearest(u for u in free(rule, units) if u.sku == sku and not u.weighed) for sku in rule["items"]}
    sets = min(len(there[sku]) // count for sku, count in rule["items"].items())
    return at_one_price(
        (
            [unit for sku, count in rule["items"].items() for unit in there[sku][number * count : (number + 1) * count]]
            for number in range(sets)
        ),
        rule,
    )


def qty_off(rule: Rule, units: Units) -> int:
    mine = pieces(rule, units)
    reached = [tier for tier in rule["tiers"] if tier["min_qty"] <= len(mine)]
    amount = sum(unit.base for unit in mine)
    if not reached or amount == 0:
        return 0
    share = max(reached, key=lambda tier: int(tier["min_qty"]))["pay_bp"]
    return use(mine, spread(amount - pay(amount, share), [unit.base for unit in mine]))


def gift(rule: Rule, units: Units) -> int:
    bought = [unit for unit in pieces(rule, units) if unit.sku != rule["gift_sku"]]
    times = min(len(bought) // rule["buy_qty"], limit_of(rule))
    there = [unit for unit in free(rule, units) if unit.sku == rule["gift_sku"] and not unit.weighed and unit.base]
    given = there[: times * rule["gift_qty"]]
    for unit in dearest(bought)[: -(-len(given) // rule["gift_qty"]) * rule["buy_qty"]]:
        unit.used = True
    return use(given, [unit.base for unit in given])


def add_on(rule: Rule, units: Units) -> int:
    prices = rule["prices"]
    others = [unit for unit in units if counts(rule, unit) and in_scope(rule, unit) and unit.sku not in prices]
    amount = sum(unit.net for unit in others)
    if amount < rule["min"]:
        return 0
    times = min(amount // rule["min"] if rule.get("repeat") else 1, limit_of(rule))
    savings = [
        (unit.base - prices[unit.sku], unit)
        for unit in free(rule, units)
        if unit.sku in prices and not unit.weighed and unit.base > prices[unit.sku]
    ]
    best = sorted(savings, key=lambda saving: (-saving[0], saving[1].place))[:times]
    return sum(use([unit], [saving]) for saving, unit in best)


def free(rule: Rule, units: Units) -> Units:
    return [unit for unit in units if counts(rule, unit) and not unit.used]


def pieces(rule: Rule, units: Units) -> Units:
    return [unit for unit in free(rule, units) if in_scope(rule, unit) and not unit.weighed]


def payable(rule: Rule, units: Units) -> Units:
    """Return the units that a rule of the order, or a coupon, works on."""
    return [
        unit
        for unit in units
        if not unit.locked
        and unit.net > 0
        and in_scope(rule, unit)
        and not (rule.get("skip_promoted") and (unit.base < unit.listed or unit.used))
    ]


def take_by_net(units: Units, off: int) -> int:
    for unit, share in zip(units, spread(off, [unit.net for unit in units]), strict=True):
        unit.net -= share
    return off


def of_the_order(rule: Rule, units: Units, tier: str | None) -> int:
    mine = payable(rule, units)
    amount = sum(unit.net for unit in mine)
    return take_by_net(mine, min(order_off(rule, amount, tier), amount)) if amount else 0


def order_off(rule: Rule, amount: int, tier: str | None) -> int:
    if rule["type"] == "member_percent":
        share = rule["pay_bp"].get(tier) if isinstance(rule["pay_bp"], dict) else rule["pay_bp"]
        return 0 if share is None else min(amount - pay(amount, share), rule.get("max_off", ENDLESS))
    reached = [step for step in rule.get("tiers") or [rule] if step.get("min", 0) <= amount]
    if not reached:
        return 0
    step = max(reached, key=lambda step: int(step.get("min", 0)))
    if rule["type"] == "spend_percent":
        return int(min(amount - pay(amount, step["pay_bp"]), rule.get("max_off", ENDLESS)))
    times = min(amount // step["min"], limit_of(rule)) if rule.get("repeat") else 1
    return int(times * step["off"])


ITEM_RULES: dict[str, Callable[[Rule, Units], int]] = {
    "line_percent": line_percent,
    "line_off": line_off,
    "nth_off": nth_off,
    "n_for_price": n_for_price,
    "bundle": bundle,
    "qty_off": qty_off,
    "gift": gift,
    "add_on": add_on,
}
