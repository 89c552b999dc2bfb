"""Coupons of a basket, in the order in which they were presented, after all rules (CHECKOUT 5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from msgspec import Struct

from terminal.domain.ids import Sku
from terminal.domain.pricing.cart import Cart
from terminal.domain.pricing.effects import NOTHING, USED, Effect, Running, effect, spread_over
from terminal.domain.pricing.order_rules import percent_off
from terminal.domain.promotions.coupons import (
    AnyCoupon,
    CashCoupon,
    CouponCode,
    ExchangeCoupon,
    MemberId,
    PercentCoupon,
    Refusal,
    standing_refusal,
)


class Presenting(Struct, frozen=True, kw_only=True):
    """The coupons that a customer presents, in order, and what is known of them."""

    codes: tuple[CouponCode, ...] = ()
    known: Mapping[CouponCode, AnyCoupon] = {}
    member: MemberId | None = None


class Redeemed(Struct, frozen=True):
    """What a presented coupon came to: its effect, or why it was not accepted."""

    code: CouponCode
    effect: Effect = NOTHING
    refusal: str | None = None


class Presented(Struct, frozen=True):
    """A coupon that only the basket can still refuse: articles and units that it counts, and ``units`` it may touch."""

    coupon: AnyCoupon
    skus: list[Sku]
    units: tuple[int, ...]
    counted: tuple[int, ...]


class Coupons:
    """The coupons that are presented for one basket: what the basket decides about, and what was refused before."""

    def __init__(self, presented: Sequence[Presented | Redeemed] = ()) -> None:
        self._presented = presented
        self._usable = [one for one in presented if isinstance(one, Presented)]
        self._refused = [one for one in presented if isinstance(one, Redeemed)]
        self._known: dict[tuple[int, ...], list[Redeemed]] = {}

    @property
    def skus(self) -> list[Sku]:
        """The articles that these coupons touch or count."""
        return [*dict.fromkeys(sku for one in self._usable for sku in one.skus)]

    def most(self, running: Running) -> int:
        """Return a bound: smaller nets never get more off than this."""
        return sum(_most(one, running.net) for one in self._usable)

    def redeem(self, running: Running) -> Sequence[Redeemed]:
        """Apply all coupons to a basket, and return what each came to. It is asked of one basket more than once."""
        if not self._usable:
            return self._refused
        seen = (*running.net, *running.free)
        known = self._known.get(seen)
        if known is None:
            known = self._known[seen] = self._redeemed(running.copy())
        for one in known:
            running.apply(one.effect)
        return known

    def _redeemed(self, running: Running) -> list[Redeemed]:
        results: list[Redeemed] = []
        accepted: list[AnyCoupon] = []
        for one in self._presented:
            result = one if isinstance(one, Redeemed) else _redeem(one, accepted, running)
            if isinstance(one, Presented) and result.refusal is None:
                accepted.append(one.coupon)
                running.apply(result.effect)
            results.append(result)
        return results


NO_COUPONS_HERE = Coupons()


def present(presenting: Presenting, local_time: str, cart: Cart) -> Coupons:
    """Return the coupons that a customer presents, made ready for a basket."""
    return Coupons([_presented(code, presenting, local_time, cart) for code in presenting.codes])


def _presented(code: CouponCode, presenting: Presenting, local_time: str, cart: Cart) -> Presented | Redeemed:
    coupon = presenting.known.get(code)
    if coupon is None:
        return Redeemed(code, refusal=Refusal.UNKNOWN)
    refusal = standing_refusal(coupon, member=presenting.member, local_time=local_time)
    if refusal is not None:
        return Redeemed(code, refusal=refusal)
    skus = [
        sku
        for sku, article in cart.articles.items()
        if isinstance(coupon, ExchangeCoupon) or coupon.scope.covers(sku, article.category)
    ]
    counted = cart.units(skus, skip_promoted=coupon.skip_promoted)
    if not isinstance(coupon, ExchangeCoupon):
        return Presented(coupon, skus, counted, counted)
    return Presented(coupon, skus, cart.units([coupon.sku], skip_promoted=coupon.skip_promoted), counted)


def _redeem(one: Presented, accepted: Sequence[AnyCoupon], running: Running) -> Redeemed:
    coupon, net = one.coupon, running.net
    if any(other.code == coupon.code or other.exclusive for other in accepted) or (coupon.exclusive and accepted):
        return Redeemed(coupon.code, refusal=Refusal.NOT_COMBINABLE)
    units = _left(one.units, coupon, running)
    if not units:
        return Redeemed(coupon.code, refusal=Refusal.NO_GOODS)
    counted = units if one.counted is one.units else _left(one.counted, coupon, running)
    amount_fen = sum(net[unit] for unit in counted)
    if amount_fen < coupon.min:
        return Redeemed(coupon.code, refusal=Refusal.BELOW_MIN)
    return Redeemed(coupon.code, _taken(coupon, units, amount_fen, net))


def _left(units: Iterable[int], coupon: AnyCoupon, running: Running) -> list[int]:
    """Return the units with something to pay; if it skips promoted ones, those that no item rule used."""
    net, free = running.net, running.free
    return [unit for unit in units if net[unit] > 0 and not (coupon.skip_promoted and free[unit] == USED)]


def _taken(coupon: AnyCoupon, units: Sequence[int], amount_fen: int, net: Sequence[int]) -> Effect:
    match coupon:
        case CashCoupon():
            off_fen = min(coupon.off, amount_fen)
        case PercentCoupon():
            off_fen = percent_off(amount_fen, coupon.pay_bp, coupon.max_off)
        case ExchangeCoupon():
            dearest = max(units, key=lambda unit: (net[unit], -unit))
            return effect([(dearest, net[dearest])])
        case _:
            assert_never(coupon)
    return effect(spread_over(off_fen, units, [net[unit] for unit in units]))


def _most(one: Presented, net: Sequence[int]) -> int:
    nets = [net[unit] for unit in one.units]
    match one.coupon:
        case CashCoupon(off=off_fen):
            return min(off_fen, sum(nets))
        case PercentCoupon(pay_bp=pay_bp, max_off=max_off_fen):
            return percent_off(sum(nets), pay_bp, max_off_fen)
        case ExchangeCoupon():
            return max(nets, default=0)
        case _:
            assert_never(one.coupon)
