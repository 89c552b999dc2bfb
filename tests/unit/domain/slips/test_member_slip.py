"""The papers of what was done for members."""

import pytest
from msgspec.structs import replace

from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.members.member import Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.receipt import Heading, Pair, QrCode, Row
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.settings import ShopTexts
from terminal.domain.slips.member import MEMBER_LABELS, Gift, MemberAct, MemberSlip, Money
from terminal.domain.text import clean, is_safe

ISSUER = Issuer(
    identity=Identity(store="S01", till="T03", epoch=1),
    shop=ShopTexts(name=clean("鲜美超市")),
    staff_name=clean("王芳"),
)
WANG = Member(id=MemberId("M1"), name=clean("王小芳"), phone=clean("13812346021"))
LI = Member(id=MemberId("M2"))


def slip(act: MemberAct, **more: object) -> MemberSlip:
    return MemberSlip(act=act, member=WANG, staff=StaffNumber("1001"), at_ms=5, number="0193", **more)  # type: ignore[arg-type]


def rows_of(one: MemberSlip, language: Language = Language.ZH) -> list[Row]:
    return list(one.rows(replace(ISSUER, language=language), "2026-11-23T19:50:00", training=False))


def pairs(rows: list[Row]) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in rows if isinstance(row, Pair)]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("act", MemberAct)
def test_every_act_has_its_title_and_nobody_is_named_in_full(act: MemberAct, language: Language) -> None:
    rows = rows_of(slip(act, card=clean("8800123456")), language)
    assert Heading(text=clean(MEMBER_LABELS[language].titles[act]), big=True) in rows
    said = repr(rows)
    assert "138****6021 王**" in said
    assert not any(secret in said for secret in ("13812346021", "王小芳", "8800123456"))
    assert is_safe(said)


def test_a_registration_says_what_was_agreed_to() -> None:
    said = dict(pairs(rows_of(slip(MemberAct.REGISTERED, consent="2026-11", approved_by=StaffNumber("2001")))))
    assert (said["会员条款版本"], said["授权"], said["业务号"]) == ("2026-11", "2001", "0193")


def test_a_coupon_for_points_has_its_code_its_dates_and_whose_it_is() -> None:
    coupon = CashCoupon(code=CouponCode("P10F8"), off=1_000, min=5_000, valid_from="2026-11-23", valid_to="2026-12-22")
    gift = Gift(name=clean("满50减10"), points=500, left=740, coupon=coupon)
    rows = rows_of(slip(MemberAct.COUPON, gift=gift))
    said = dict(pairs(rows))
    assert (said["礼品"], said["使用积分"], said["积分余额"]) == ("满50减10", "-500", "740")
    assert (said["有效期自"], said["有效期至"], said["满"]) == ("2026-11-23", "2026-12-22", "50.00")
    assert QrCode(data=clean("P10F8")) in rows
    assert Heading(text=clean("P10F8")) in rows
    without = rows_of(slip(MemberAct.COUPON, gift=replace(gift, coupon=replace(coupon, valid_to=None, min=0))))
    assert not {"有效期至", "满"} & set(dict(pairs(without)))


def test_a_gift_that_is_taken_back_says_which_points_came_back() -> None:
    rows = rows_of(slip(MemberAct.GIFT_BACK, gift=Gift(name=clean("杯子"), points=-500, left=1_240)))
    said = dict(pairs(rows))
    assert (said["退回积分"], said["积分余额"]) == ("+500", "1,240")
    assert not any(isinstance(row, QrCode) for row in rows)


def test_a_top_up_says_what_was_given_and_what_there_is() -> None:
    money = Money(
        amount_fen=10_000,
        bonus_fen=1_000,
        given_fen=20_000,
        after=StoredValue(principal=18_000, bonus=1_620),
        waits=True,
    )
    said = dict(pairs(rows_of(slip(MemberAct.TOPPED_UP, money=money))))
    assert (said["金额"], said["赠金"], said["现金"], said["找零"]) == ("100.00", "10.00", "200.00", "100.00")
    assert (said["储值余额"], said["总部确认后可用"]) == ("196.20", "")


def test_a_cash_out_says_what_was_paid_and_lost() -> None:
    money = Money(amount_fen=-8_000, bonus_fen=-620, after=StoredValue())
    said = pairs(rows_of(slip(MemberAct.CASHED_OUT, money=money)))
    assert said[-4:] == [("金额", "-80.00"), ("赠金", "-6.20"), ("储值余额", "0.00"), ("业务号", "0193")]


def test_a_top_up_without_a_bonus_names_none() -> None:
    money = Money(amount_fen=10_000, bonus_fen=0, after=StoredValue(principal=10_000))
    said = dict(pairs(rows_of(slip(MemberAct.TOPPED_UP, money=money))))
    assert "赠金" not in said
    assert said["储值余额"] == "100.00"


def test_a_merger_names_both_and_who_has_no_phone_is_a_number() -> None:
    said = dict(pairs(rows_of(slip(MemberAct.MERGED, other=LI))))
    assert said["并入的会员"] == "M2"


def test_a_gift_says_its_points_and_those_that_are_left() -> None:
    said = pairs(rows_of(slip(MemberAct.GIFT, gift=Gift(name=clean("杯子"), points=1_500, left=740))))
    assert said[said.index(("礼品", "杯子")) :][:3] == [("礼品", "杯子"), ("使用积分", "-1,500"), ("积分余额", "740")]


def test_the_card_that_is_good_no_more_stands_beside_the_new_one() -> None:
    said = dict(pairs(rows_of(slip(MemberAct.CARD_REPLACED, card=clean("8800001234"), old_card=clean("8800005678")))))
    assert (said["会员卡"], said["旧卡 (停用)"]) == ("****234", "****678")
