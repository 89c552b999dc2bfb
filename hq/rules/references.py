"""What rules, coupons and settings name of other files: articles and categories of the goods."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from terminal.domain.promotions.conditions import Scope
from terminal.domain.promotions.coupons import AnyCoupon, ExchangeCoupon
from terminal.domain.promotions.kinds import AddOn, AnyRule, Bundle, Gift, QtyPrice, SpecialPrice
from terminal.domain.trade import TradeSettings


class Goods(Protocol):
    """The goods for which rules are published."""

    def has_article(self, sku: str) -> bool:
        """Whether an article has this number."""

    def has_category(self, category: str) -> bool:
        """Whether an article is of this category, or of one below it."""


class Named(NamedTuple):
    """One name: where it stands (``rule HALF2``), under which key, and whether it is a category or an article."""

    where: str
    key: str
    name: str
    is_category: bool = False


def unknown_names(
    rules: Iterable[AnyRule], coupons: Iterable[tuple[str, AnyCoupon]], settings: TradeSettings, goods: Goods
) -> Iterator[str]:
    """Yield a warning for each article and category that the goods do not have. A coupon comes with its name."""
    named = [one for rule in rules for one in _of_rule(rule)]
    named += [one for where, coupon in coupons for one in _of_coupon(where, coupon)]
    named += _of_settings(settings)
    for one in dict.fromkeys(named):
        if one.is_category and not goods.has_category(one.name):
            yield f"{one.where}: {one.key}: no article has the category {one.name!r}, or one below it"
        elif not one.is_category and not goods.has_article(one.name):
            yield f"{one.where}: {one.key}: no article has the number {one.name!r}"


def _of_rule(rule: AnyRule) -> Iterator[Named]:
    where = f"rule {rule.id}"
    yield from _of_scope(where, rule.scope)
    match rule:
        case QtyPrice(sku=sku):
            yield Named(where, "sku", sku)
        case SpecialPrice(prices=prices) | AddOn(prices=prices):
            yield from (Named(where, "prices", sku) for sku in prices)
        case Bundle(items=items):
            yield from (Named(where, "items", sku) for sku in items)
        case Gift(gift_sku=sku):
            yield Named(where, "gift_sku", sku)
        case _:
            pass


def _of_coupon(where: str, coupon: AnyCoupon) -> Iterator[Named]:
    yield from _of_scope(where, coupon.scope)
    if isinstance(coupon, ExchangeCoupon):
        yield Named(where, "sku", coupon.sku)


def _of_scope(where: str, scope: Scope) -> Iterator[Named]:
    for key, skus in (("skus", scope.skus), ("not_skus", scope.not_skus)):
        yield from (Named(where, f"scope.{key}", sku) for sku in sorted(skus))
    for key, categories in (("cats", scope.cats), ("not_cats", scope.not_cats)):
        yield from (Named(where, f"scope.{key}", category, is_category=True) for category in sorted(categories))


def _of_settings(settings: TradeSettings) -> Iterator[Named]:
    yield from (Named("settings", "memberships", one.sku) for one in settings.memberships)
    yield from (Named("settings", "points_gifts", gift.sku) for gift in settings.points_gifts)
    for one in settings.points_coupons:
        yield from _of_coupon(f"settings: points_coupons {one.coupon.code}", one.coupon)
    cats = () if settings.commission is None else settings.commission.cats
    yield from (Named("settings", "commission.cats", category, is_category=True) for category in cats)
