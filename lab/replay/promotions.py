"""The rules file of one store and week: points for what is paid, and the chain's coupons of its baskets."""

from collections.abc import Iterator

from lab.replay.books import sku_of_line
from lab.replay.codes import COUPONS, coupon_code
from lab.replay.data import StoreWeek
from lab.replay.people import member_of
from terminal.domain.members.points import PointsProgram
from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.conditions import Scope
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings
from terminal.wire.rules.building import RulesContent

POINTS = PointsProgram(fen_per_point=100)
"""A point for each whole dollar that is paid."""
SETTINGS = TradeSettings(points=POINTS, coupon_codes=(COUPONS,), offline=OfflineLimits(coupons=True))
_NAME = clean("chain coupon")


def rules(week: StoreWeek) -> RulesContent:
    """Return the content of the file. Each coupon is its household's, and good for the article of one line."""
    return RulesContent(
        label=f"store {week.store} week {week.week}",
        coupons=_coupons(week),
        settings={name: getattr(SETTINGS, name) for name in ("points", "coupon_codes", "offline")},
    )


def _coupons(week: StoreWeek) -> Iterator[CashCoupon]:
    for basket in week.baskets:
        for place, line in basket.coupons:
            yield CashCoupon(
                code=CouponCode(coupon_code(basket.id, place)),
                name=_NAME,
                owner=member_of(basket.household),
                scope=Scope(skus=frozenset({sku_of_line(line)})),
                off=line.chain_coupon_fen,
            )
