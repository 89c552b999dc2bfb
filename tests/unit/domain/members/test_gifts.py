"""Goods and coupons for points."""

import pytest
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.entries import entries_between, with_entries
from terminal.domain.members.gifts import PointsCoupon, PointsGift, taken_back, with_gift
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings

CUP = PointsGift(sku=Sku("CUP"), name=clean("杯子"), points=500)
MEMBER = Member(id=MemberId("M1"), points=PointsAccount(lots=(Lot(100, "2026-01-01"), Lot(400, "2027-01-01"))))


def test_a_gift_takes_the_points_that_are_over_first() -> None:
    assert with_gift(MEMBER, CUP, "2026-01-01").points == PointsAccount()


def test_points_that_are_over_buy_nothing() -> None:
    with pytest.raises(RuleError) as refused:
        with_gift(MEMBER, CUP, "2026-01-02")
    assert refused.value.code == "points_insufficient"


def test_a_gift_without_a_name_is_called_by_its_article() -> None:
    assert (CUP.label, PointsGift(sku=Sku("CUP"), points=1).label) == ("杯子", "CUP")


TEMPLATE = CashCoupon(code=CouponCode("P10"), name=clean("满50减10"), off=1_000, min=5_000)
TEN_OFF = PointsCoupon(coupon=TEMPLATE, points=500, days=30)
NUMBER = "0190f3a2b4c5d6e7f8091a2b3c4d5e6f"


def test_an_issued_coupon_is_its_member_s_with_a_code_and_dates_of_its_own() -> None:
    coupon = TEN_OFF.issued(MEMBER.id, number=NUMBER, today="2026-11-23")
    assert coupon == replace(
        TEMPLATE,
        code=CouponCode("P10F8091A2B3C4D5E6F"),
        owner=MEMBER.id,
        valid_from="2026-11-23",
        valid_to="2026-12-22",
    )
    assert (TEN_OFF.fits(coupon.code), TEN_OFF.fits("P10F8091A2B3C4D5E6"), TEN_OFF.fits("Q10F8091A2B3C4D5E6F")) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("since", "until", "days", "good"),
    [
        (None, None, None, ("2026-11-23", None)),
        ("2026-12-01", None, 1, ("2026-12-01", "2026-12-01")),
        ("2026-01-01", "2026-12-01", 30, ("2026-11-23", "2026-12-01")),
        (None, "2026-12-31", None, ("2026-11-23", "2026-12-31")),
    ],
)
def test_the_dates_of_a_template_are_never_widened(
    since: str | None, until: str | None, days: int | None, good: tuple[str, str | None]
) -> None:
    offer = PointsCoupon(coupon=replace(TEMPLATE, valid_from=since, valid_to=until), points=1, days=days)
    coupon = offer.issued(MEMBER.id, number=NUMBER, today="2026-11-23")
    assert (coupon.valid_from, coupon.valid_to) == good


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"code": ""}, "is no beginning of codes"),
        ({"code": "P10345678"}, "is no beginning of codes"),
        ({"code": "10"}, "is no beginning of codes"),
        ({"code": "P-"}, "is no beginning of codes"),
        ({"owner": MEMBER.id}, "is a template"),
        ({"status": "void"}, "is a template"),
    ],
)
def test_a_template_that_could_be_no_coupon_of_anybody_is_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        PointsCoupon(coupon=replace(TEMPLATE, **change), points=1)


def test_two_templates_do_not_begin_alike_and_goods_come_first() -> None:
    with pytest.raises(ValueError, match="begin alike"):
        TradeSettings(points_coupons=(TEN_OFF, TEN_OFF))
    assert TradeSettings(points_gifts=(CUP,), points_coupons=(TEN_OFF,)).offers == (CUP, TEN_OFF)
    assert (TEN_OFF.label, PointsCoupon(coupon=replace(TEMPLATE, name=clean("")), points=1).label) == (
        "满50减10",
        "P10",
    )


def test_a_coupon_that_is_taken_back_gives_each_lot_its_points_again() -> None:
    after = with_gift(MEMBER, TEN_OFF, "2026-01-01")
    entries = entries_between(MEMBER, after)
    assert with_entries(after, taken_back(entries)) == MEMBER
