"""What a done sale keeps of the rules and coupons that lowered it: their names for people, and what of which line."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from terminal.domain.pricing.engine import PricedBasket
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode
from terminal.domain.promotions.kinds import ITEM_STAGE, RuleId
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.text import SafeText


class Share(Struct, frozen=True, array_like=True, omit_defaults=True):
    """What a line (by its number) has of a discount in fen; of a price rule also how many of its units have its price.

    Before rounding.
    """

    line: int
    off_fen: int
    units: int = 0


class RuleUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that was applied: it set the price of a unit, or took something off.

    ``whole``: it is about what all goods together come to, not about single ones. ``limited``: its uses are counted.
    """

    id: RuleId
    off_fen: int
    shares: tuple[Share, ...]
    name: SafeText = SafeText("")
    whole: bool = False
    limited: bool = False

    @property
    def label(self) -> SafeText:
        """What people call it."""
        return self.name or SafeText(self.id)


class CouponUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A coupon that was accepted."""

    code: CouponCode
    off_fen: int
    shares: tuple[Share, ...]
    name: SafeText = SafeText("")

    @property
    def label(self) -> SafeText:
        """What people call it."""
        return self.name or SafeText(self.code)


def rule_uses(basket: PricedBasket, rules: RuleSet) -> tuple[RuleUse, ...]:
    """Return the rules that were applied to a basket: those that set prices, then the others, each in their order."""
    prices = _price_shares(basket, rules)
    of_prices = (
        RuleUse(
            id=rule.id,
            name=rule.name,
            off_fen=sum(share.off_fen for share in shares),
            shares=shares,
            limited=rule.is_counted,
        )
        for rule in rules.rules
        if (shares := tuple(prices.get(rule.id, ())))
    )
    others = (
        RuleUse(
            id=one.rule.id,
            name=one.rule.name,
            off_fen=one.effect.off_fen,
            shares=tuple(_shares(basket, one.effect.offs)),
            whole=one.rule.stage != ITEM_STAGE,
            limited=one.rule.is_counted,
        )
        for one in basket.applied
    )
    return (*of_prices, *others)


def coupon_uses(basket: PricedBasket, known: Mapping[CouponCode, AnyCoupon]) -> tuple[CouponUse, ...]:
    """Return the coupons that were accepted, in the order in which they were presented."""
    return tuple(
        CouponUse(
            code=one.code,
            name=known[one.code].name,
            off_fen=one.effect.off_fen,
            shares=tuple(_shares(basket, one.effect.offs)),
        )
        for one in basket.coupons
        if one.refusal is None
    )


def _price_shares(basket: PricedBasket, rules: RuleSet) -> dict[str, list[Share]]:
    """Return what the rules that set prices took off each line, by their ids."""
    shares: dict[str, list[Share]] = {}
    if not any(by in rules.by_id for by in set(basket.set_by)):
        return shares
    for line, start, end in zip(basket.lines, basket.starts, basket.starts[1:], strict=False):
        for rule_id in dict.fromkeys(basket.set_by[start:end]):
            if rule_id in rules.by_id:
                units = [unit for unit in range(start, end) if basket.set_by[unit] == rule_id]
                off_fen = sum(basket.list_fen[unit] - basket.base_fen[unit] for unit in units)
                shares.setdefault(rule_id, []).append(Share(line.number, off_fen, len(units)))
    return shares


def _shares(basket: PricedBasket, offs: Iterable[tuple[int, int]]) -> Iterator[Share]:
    """Yield what money off some units is for each line, by line."""
    by_line: dict[int, int] = {}
    for unit, off_fen in offs:
        index = bisect_right(basket.starts, unit) - 1
        by_line[index] = by_line.get(index, 0) + off_fen
    return (Share(basket.lines[index].number, by_line[index]) for index in sorted(by_line))
