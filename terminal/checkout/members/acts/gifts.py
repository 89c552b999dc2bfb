"""Gifts for points: goods without a sale, coupons of the member's own, and taking either back."""

from msgspec.structs import replace

from terminal.checkout.claims.asking import Need, held_for, secured
from terminal.checkout.effects import FindMember, Seeking
from terminal.checkout.members.acts.drafts import GiveGift, TakeGiftBack
from terminal.checkout.members.acts.messages import MemberNo, MemberSay
from terminal.checkout.members.acts.papers import act_of, off_the_sale, on_page, paper_of, printed, shown_again
from terminal.checkout.members.telling import points_text
from terminal.checkout.outcome import Applied, Outcome, Permit, Said, reject, say
from terminal.checkout.state import Counter, hq_answers
from terminal.checkout.tendering.spending import may_spend
from terminal.domain.errors import RuleError
from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.members.claims import drawn, parts_between
from terminal.domain.members.entries import entries_between, with_entries
from terminal.domain.members.gifts import PointsCoupon, taken_back, with_gift
from terminal.domain.members.member import Member
from terminal.domain.slips.member import Gift, MemberAct, MemberSlip
from terminal.wire import member_events as mev


def give(counter: Counter, action: GiveGift, permit: Permit, staff: StaffNumber) -> Outcome:
    """Give a member goods or a coupon for points. A sale of the member goes on with the points that are left."""
    offline = may_spend(counter)
    if offline is not None and not offline.points:
        return reject(MemberNo.NEEDS_HQ, on_page(counter))
    before = action.member
    try:
        after = with_gift(before, action.gift, action.today)
    except RuleError:
        points = points_text(max(0, before.points.balance(action.today)))
        return reject(MemberNo.TOO_FEW_POINTS, on_page(counter), points=points)
    need = Need(member=before.id, sale=SaleId(f"gift:{before.id}"), parts=parts_between(before, after))
    asking = secured(counter, need, action, permit) if hq_answers(counter) else None
    if asking is not None:
        return asking
    fact = replace(
        _fact_of(action, permit, staff),
        entries=entries_between(before, after),
        approved_by=permit.approver,
        drawn=drawn(held_for(counter, need, now_ms=permit.moment.wall_ms), need.parts),
    )
    balance = after.points.balance(action.today)
    gift = Gift(
        name=action.gift.label,
        points=action.gift.points,
        left=balance,
        coupon=fact.coupon if isinstance(fact, mev.CouponIssued) else None,
    )
    act = MemberAct.GIFT if gift.coupon is None else MemberAct.COUPON
    paper = replace(paper_of(act, before, staff, permit), gift=gift)
    said = MemberSay.GIFT_GIVEN if gift.coupon is None else MemberSay.COUPON_ISSUED
    return _done(counter, fact, paper, say(said, name=gift.name, points=points_text(balance)))


def _fact_of(action: GiveGift, permit: Permit, staff: StaffNumber) -> mev.GiftGiven | mev.CouponIssued:
    """Return what is given, without what it costs."""
    member, gift, act = action.member.id, action.gift, act_of(permit)
    if isinstance(gift, PointsCoupon):
        coupon = gift.issued(member, number=permit.moment.fresh_id, today=action.today)
        return mev.CouponIssued(act=act, staff=staff, member=member, coupon=coupon, points=gift.points)
    return mev.GiftGiven(
        act=act,
        staff=staff,
        member=member,
        sku=gift.sku,
        name=gift.label,
        article=action.article,
        points=gift.points,
    )


def take_back(counter: Counter, action: TakeGiftBack, permit: Permit, staff: StaffNumber) -> Outcome:
    """Take a gift back: goods to the shelf, a coupon that is void now; each lot of points has them again.

    A coupon may be used elsewhere at the same time: with HQ it is set aside first, without HQ the rules decide.
    """
    given, before = action.given, action.member
    sale = counter.record.sale
    if sale is not None and any(coupon.code == given.coupon for coupon in sale.coupons):
        return reject(MemberNo.COUPON_IN_SALE, on_page(counter))
    offline = may_spend(counter)
    if given.coupon is not None and offline is not None and not offline.coupons:
        return reject(MemberNo.NEEDS_HQ, on_page(counter))
    coupons = () if given.coupon is None else (given.coupon,)
    need = Need(member=before.id, sale=SaleId(f"gift:{before.id}"), coupons=coupons)
    asking = secured(counter, need, action, permit) if coupons and hq_answers(counter) else None
    if asking is not None:
        return asking
    entries = taken_back(given.entries)
    fact = mev.GiftTakenBack(
        act=act_of(permit),
        staff=staff,
        member=given.member,
        undoes=given.act,
        name=given.name,
        points=given.points,
        sku=given.sku,
        article=given.article,
        coupon=given.coupon,
        entries=entries,
        approved_by=permit.approver,
        drawn=drawn(held_for(counter, need, now_ms=permit.moment.wall_ms), (), coupons),
    )
    balance = with_entries(before, entries).points.balance(permit.moment.local_iso[:10])
    gift = Gift(name=given.name, points=-given.points, left=balance)
    paper = replace(paper_of(MemberAct.GIFT_BACK, before, staff, permit), gift=gift)
    return _done(counter, fact, paper, say(MemberSay.GIFT_BACK, name=given.name, points=points_text(balance)))


def _done(counter: Counter, fact: mev.OfGifts, paper: MemberSlip, said: Said) -> Applied:
    member: Member = paper.member
    left = off_the_sale(counter, fact.staff, member.id)
    again = FindMember(seeking=Seeking.AGAIN, member=member.id) if left else shown_again(member.id)
    return Applied(counter=on_page(counter), facts=(fact, *left), effects=(printed(paper), again), said=said)
