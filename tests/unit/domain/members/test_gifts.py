"""Goods for points."""

import pytest

from terminal.domain.errors import RuleError
from terminal.domain.ids import Sku
from terminal.domain.members.gifts import PointsGift, with_gift
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean

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
