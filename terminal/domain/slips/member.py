"""Papers of what was done for a member: registration, cards, money put on a card or paid out."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.members.member import Member, mask_name
from terminal.domain.members.stored import StoredValue
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.receipt import Heading, Note, QrCode, Row
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.slips.slip import approver, cashier, framed, pair
from terminal.domain.text import SafeText, clean, mask


class MemberAct(StrEnum):
    """What was done."""

    REGISTERED = "registered"
    CARD_ISSUED = "card_issued"
    CARD_REPLACED = "card_replaced"
    CARD_LOST = "card_lost"
    CARD_FOUND = "card_found"
    FROZEN = "frozen"
    FREED = "freed"
    TOPPED_UP = "topped_up"
    CASHED_OUT = "cashed_out"
    MERGED = "merged"
    EDITED = "edited"
    GIFT = "gift"
    COUPON = "coupon"
    GIFT_BACK = "gift_back"


class Money(Struct, frozen=True, kw_only=True):
    """Cash that came in for stored value (or, negative, went out), the bonus with it, and what is there afterwards.

    ``waits``: it may be spent when HQ has heard of it.
    """

    amount_fen: int
    bonus_fen: int
    given_fen: int | None = None
    after: StoredValue
    waits: bool = False


class Gift(Struct, frozen=True, kw_only=True):
    """Goods, or a coupon, for points (below 0: they came back), and the points that are left."""

    name: SafeText
    points: int
    left: int
    coupon: AnyCoupon | None = None


class MemberSlip(Struct, frozen=True, kw_only=True):
    """One paper. ``card``, the ``old_card`` in whose place it came, and ``other`` are masked when they are printed."""

    act: MemberAct
    member: Member
    staff: StaffNumber
    at_ms: int
    number: str
    """The id of what was done, for questions later."""
    card: SafeText | None = None
    old_card: SafeText | None = None
    other: Member | None = None
    consent: str = ""
    money: Money | None = None
    gift: Gift | None = None
    approved_by: StaffNumber | None = None

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels = MEMBER_LABELS[issuer.language]
        yield from framed(issuer, labels.titles[self.act], local_time, self._body(issuer, labels), training=training)

    def _body(self, issuer: Issuer, labels: "MemberLabels") -> Iterator[Row]:
        words = LABELS[issuer.language]
        yield from cashier(self, issuer, words.cashier)
        yield pair(words.member, _seen(self.member))
        if self.card is not None:
            yield pair(labels.card, mask(self.card))
        if self.old_card is not None:
            yield pair(labels.old_card, mask(self.old_card))
        if self.other is not None:
            yield pair(labels.other, _seen(self.other))
        if self.consent:
            yield pair(labels.consent, self.consent)
        if self.money is not None:
            yield from _money(self.money, issuer, labels)
        if self.gift is not None:
            yield from _gift(self.gift, issuer, labels)
        yield from approver(self, issuer, labels.approved)
        yield pair(labels.number, self.number)


def _gift(gift: Gift, issuer: Issuer, labels: "MemberLabels") -> Iterator[Row]:
    words = LABELS[issuer.language]
    yield pair(labels.gift, gift.name, strong=True)
    yield pair(words.points_used if gift.points > 0 else labels.points_back, f"{-gift.points:+,}")
    yield pair(words.points_balance, f"{gift.left:,}")
    coupon = gift.coupon
    if coupon is not None:
        yield pair(labels.good_from, coupon.valid_from or "")
        if coupon.valid_to is not None:
            yield pair(labels.good_until, coupon.valid_to)
        if coupon.min:
            yield pair(labels.from_amount, format_fen(coupon.min))
        yield QrCode(data=clean(coupon.code))
        yield Heading(text=clean(coupon.code))
        yield Note(text=clean(labels.of_member))


def _money(money: Money, issuer: Issuer, labels: "MemberLabels") -> Iterator[Row]:
    words = LABELS[issuer.language]
    yield pair(labels.amount, format_fen(money.amount_fen), strong=True)
    if money.bonus_fen:
        yield pair(labels.bonus, format_fen(money.bonus_fen))
    if money.given_fen is not None:
        yield pair(words.tenders[TenderKind.CASH], format_fen(money.given_fen))
        yield pair(words.change, format_fen(money.given_fen - money.amount_fen), strong=True)
    yield pair(words.stored_balance, format_fen(money.after.total))
    if money.waits:
        yield pair(labels.waits, "")


def _seen(member: Member) -> str:
    number = mask(member.phone) if member.phone else member.id
    return f"{number} {mask_name(member.name)}".strip()


class MemberLabels(Struct, frozen=True, kw_only=True):
    """One language."""

    titles: dict[MemberAct, str]
    card: str
    old_card: str
    other: str
    consent: str
    amount: str
    bonus: str
    waits: str
    gift: str
    points_back: str
    good_from: str
    good_until: str
    from_amount: str
    of_member: str
    approved: str
    number: str


MEMBER_LABELS: dict[Language, MemberLabels] = {
    Language.ZH: MemberLabels(
        titles={
            MemberAct.REGISTERED: "会员登记",
            MemberAct.CARD_ISSUED: "办卡",
            MemberAct.CARD_REPLACED: "换卡",
            MemberAct.CARD_LOST: "挂失",
            MemberAct.CARD_FOUND: "解除挂失",
            MemberAct.FROZEN: "冻结会员",
            MemberAct.FREED: "解除冻结",
            MemberAct.TOPPED_UP: "充值",
            MemberAct.CASHED_OUT: "退储值",
            MemberAct.MERGED: "会员合并",
            MemberAct.EDITED: "修改会员资料",
            MemberAct.GIFT: "积分换礼",
            MemberAct.COUPON: "积分换优惠券",
            MemberAct.GIFT_BACK: "收回积分换礼",
        },
        card="会员卡",
        old_card="旧卡 (停用)",
        other="并入的会员",
        consent="会员条款版本",
        amount="金额",
        bonus="赠金",
        waits="总部确认后可用",
        gift="礼品",
        points_back="退回积分",
        good_from="有效期自",
        good_until="有效期至",
        from_amount="满",
        of_member="仅限本人: 结算时先刷会员卡, 再扫此码",
        approved="授权",
        number="业务号",
    ),
    Language.EN: MemberLabels(
        titles={
            MemberAct.REGISTERED: "NEW MEMBER",
            MemberAct.CARD_ISSUED: "CARD ISSUED",
            MemberAct.CARD_REPLACED: "CARD REPLACED",
            MemberAct.CARD_LOST: "CARD REPORTED LOST",
            MemberAct.CARD_FOUND: "CARD FOUND",
            MemberAct.FROZEN: "MEMBER FROZEN",
            MemberAct.FREED: "MEMBER FREE AGAIN",
            MemberAct.TOPPED_UP: "TOP-UP",
            MemberAct.CASHED_OUT: "CASH-OUT",
            MemberAct.MERGED: "MEMBERS MERGED",
            MemberAct.EDITED: "MEMBER CHANGED",
            MemberAct.GIFT: "GIFT FOR POINTS",
            MemberAct.COUPON: "COUPON FOR POINTS",
            MemberAct.GIFT_BACK: "GIFT TAKEN BACK",
        },
        card="Member card",
        old_card="Old card, good no more",
        other="Merged member",
        consent="Version of the terms",
        amount="Amount",
        bonus="Bonus",
        waits="May be spent when HQ has heard of it",
        gift="Gift",
        points_back="Points given back",
        good_from="Good from",
        good_until="Good until",
        from_amount="From an amount of",
        of_member="For this member alone: card first, then scan this code",
        approved="Approved by",
        number="Number",
    ),
}
