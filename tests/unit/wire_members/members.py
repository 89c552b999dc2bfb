"""Members of a small chain, and files of them to be spoilt."""

import sqlite3
from contextlib import closing
from pathlib import Path

from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, Medium, MemberCard
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, ExchangeCoupon, MemberId
from terminal.domain.text import clean
from terminal.wire.members.rows import MemberRow

CODE = CardKey(number="8800000001")
CHIP = CardKey(number="04a1b2c3d4e5f6", medium=Medium.NFC)
PLATE = CardKey(number="01026f6c3a", medium=Medium.EM4100, format="10hex")
WANG = MemberRow(
    member=Member(
        id=MemberId("M0001"),
        tier="gold",
        points=PointsAccount(lots=(Lot(240, "2026-12-31"), Lot(1000))),
        stored=StoredValue(principal=8_000, bonus=620),
        spend=61_820,
        counts={CountCardId("W1"): CountCard(sku=Sku("WASH"), left=3, until="2027-01-31")},
        birthday="11-23",
        name=clean("王小芳"),
        phone=clean("13812346021"),
    ),
    cards=(MemberCard(key=CODE), MemberCard(key=PLATE, status="lost")),
    coupons=(
        CashCoupon(code=CouponCode("C1"), off=500, min=5_000),
        ExchangeCoupon(code=CouponCode("C2"), sku=Sku("EGGS")),
    ),
    uses=Uses(member_ever={"SODA": 2}, member_today={"SODA": 1}, units_today={("EGGS", Sku("EGGS")): 3}),
    uses_day="2026-11-23",
    epoch=1,
    seq=1200,
)
LI = MemberRow(
    member=Member(id=MemberId("M0002"), tier="silver", name=clean("李建国"), phone=clean("13912346021")),
    cards=(MemberCard(key=CHIP),),
)
ZHANG = MemberRow(member=Member(id=MemberId("M0003"), name=clean("张"), status="frozen"))
ROWS = (WANG, LI, ZHANG)


def change(path: Path, *statements: str) -> None:
    """Change a file as no honest writer would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
