"""What a shop watches: who redeems too often."""

import pytest
from msgspec.structs import replace

from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.sale import Sale, Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.domain.watching import KEPT, MINUTE_MS, Watched, WatchKind, redeems, remembered, too_often
from tests.unit.domain.baskets import make_line, make_sale

ANNA, BEN = MemberId("m1"), MemberId("m2")
PLAIN = make_sale(make_line(1))


def redeemed(minute: int, member: str = ANNA) -> Watched:
    return Watched(WatchKind.REDEMPTIONS, member, minute * MINUTE_MS)


def times(*minutes: int, member: str = ANNA) -> tuple[Watched, ...]:
    return tuple(redeemed(minute, member) for minute in minutes)


@pytest.mark.parametrize(
    ("before", "count"),
    [
        (times(), 0),
        (times(15), 0),
        (times(15, 19), 3),
        (times(10, 15), 0),
        (times(11, 15), 3),
        (times(15, 19, member=BEN), 0),
        (times(15, 25), 0),
        (tuple(replace(one, kind=WatchKind.NO_RECEIPT) for one in times(15, 19)), 0),
    ],
)
def test_more_redemptions_than_allowed_in_the_last_minutes_are_counted(before: tuple[Watched, ...], count: int) -> None:
    assert too_often(before, redeemed(20), most=2, minutes=10) == count


def test_nobody_counts_where_the_shop_does_not_want_it() -> None:
    assert too_often(times(19, 19, 19), redeemed(20), most=2, minutes=0) == 0


@pytest.mark.parametrize(
    ("sale", "kind", "spends"),
    [
        (PLAIN, TenderKind.CASH, False),
        (PLAIN, TenderKind.WECHAT, False),
        (PLAIN, TenderKind.STORED, True),
        (PLAIN, TenderKind.POINTS, True),
        (make_sale(replace(make_line(1), count_card=SafeText("c1"))), TenderKind.CASH, True),
        (make_sale(replace(make_line(1), count_card=SafeText("c1"), voided=True)), TenderKind.CASH, False),
        (replace(PLAIN, coupons=(CashCoupon(code=CouponCode("1"), off=1, owner=ANNA),)), TenderKind.CASH, True),
        (replace(PLAIN, coupons=(CashCoupon(code=CouponCode("1"), off=1),)), TenderKind.CASH, False),
    ],
)
def test_points_stored_value_count_cards_and_own_coupons_are_redemptions(
    sale: Sale, kind: TenderKind, spends: bool
) -> None:
    assert redeems(sale, [Tender(kind=kind, amount_fen=1)]) is spends


def test_only_the_last_redemptions_are_remembered() -> None:
    kept: tuple[Watched, ...] = ()
    for number in range(KEPT + 5):
        kept = remembered(kept, Watched(WatchKind.REDEMPTIONS, ANNA, number))
    assert (len(kept), kept[0].at_ms, kept[-1].at_ms) == (KEPT, 5, KEPT + 4)
