"""Rules of all kinds that nobody wrote, for the goods of an invented shop."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from lab.cases.schema import Json


class Goods:
    """What a shop sells: random numbers, and the articles that rules may be about."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.skus: list[str] = []

    def chance(self, part: float) -> bool:
        """Whether something happens that happens so often."""
        return self.random.random() < part

    def prices(self, highest: int) -> dict[str, int]:
        """Return prices of one or two articles."""
        skus = self.random.sample(self.skus, self.random.randint(1, 2))
        return {sku: self.random.randint(0, highest) for sku in skus}


def _tiers(one: Goods, key: str, thresholds: Sequence[int], values: Sequence[int]) -> Json:
    least = "min_qty" if key == "pay_bp" and max(thresholds) < PIECES else "min"
    return {"tiers": [{least: low, key: one.random.choice(values)} for low in one.random.sample(thresholds, 2)]}


PIECES = 100
"""Thresholds below this are pieces, not fen."""
_SHARES = (0, 5000, 8000, 9000, 9500, 10000)


def _nth_off(one: Goods) -> Json:
    count = one.random.randint(1, 4)
    share = one.random.choice([0, 5000, 9999])
    return {"n": count, "m": one.random.randint(1, count), "pay_bp": share, "mix": one.chance(0.6)}


def _bundle(one: Goods) -> Json:
    skus = one.random.sample(one.skus, one.random.randint(1, 3))
    return {"items": {sku: one.random.randint(1, 2) for sku in skus}, "price": one.random.randint(0, 3000)}


def _special_price(one: Goods) -> Json:
    daily = {"daily_member_units": one.random.randint(0, 3)} if one.chance(0.2) else {}
    return {"prices": one.prices(900), **daily}


def _qty_price(one: Goods) -> Json:
    breaks = [{"min_qty": pieces, "price": one.random.randint(0, 900)} for pieces in one.random.sample([1, 2, 3, 5], 2)]
    return {"sku": one.random.choice(one.skus), "breaks": breaks}


def _gift(one: Goods) -> Json:
    pieces = {"buy_qty": one.random.randint(1, 3), "gift_qty": one.random.randint(1, 2)}
    return {"gift_sku": one.random.choice(one.skus), **pieces}


def _add_on(one: Goods) -> Json:
    return {"min": one.random.randint(1, 5000), "prices": one.prices(500), "repeat": one.chance(0.4)}


def _spend_off(one: Goods) -> Json:
    if one.chance(0.5):
        return _tiers(one, "off", range(9000), range(2000))
    return {"min": one.random.randint(1, 5000), "off": one.random.randint(0, 3000), "repeat": one.chance(0.4)}


def _spend_percent(one: Goods) -> Json:
    most = {"max_off": one.random.randint(0, 500)} if one.chance(0.3) else {}
    if one.chance(0.5):
        return _tiers(one, "pay_bp", range(9000), _SHARES) | most
    return {"min": one.random.randint(0, 5000), "pay_bp": one.random.choice(_SHARES), **most}


KINDS: Mapping[str, Callable[[Goods], Json]] = {
    "qty_price": _qty_price,
    "special_price": _special_price,
    "line_percent": lambda one: {"pay_bp": one.random.choice(_SHARES)},
    "line_off": lambda one: {"off": one.random.randint(1, 300)},
    "nth_off": _nth_off,
    "n_for_price": lambda one: {"n": one.random.randint(1, 4), "price": one.random.randint(0, 2000)},
    "bundle": _bundle,
    "qty_off": lambda one: _tiers(one, "pay_bp", [1, 2, 3, 5], _SHARES),
    "gift": _gift,
    "add_on": _add_on,
    "spend_off": _spend_off,
    "spend_percent": _spend_percent,
    "member_percent": lambda one: {"pay_bp": one.random.choice([9500, {"gold": 9000, "basic": 9900}])},
    "points_mult": lambda one: {"mult_bp": one.random.choice([0, 15000, 20000])},
    "topup_bonus": lambda one: {"min": one.random.randint(1, 5000), "bonus": one.random.randint(0, 900)},
}
"""What a rule of each kind says."""
