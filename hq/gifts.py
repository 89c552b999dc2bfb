"""What tills give members for points, and take back, must follow from HQ's offers and from the rows before."""

from collections.abc import Iterable

from msgspec.structs import replace

from hq.store.members.port import Coupons
from terminal.domain.members.entries import Account
from terminal.domain.members.gifts import CODE_DIGITS, PointsCoupon, taken_back
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon
from terminal.wire.member_events import CouponIssued, GiftTakenBack
from terminal.wire.record import TillRecord


def wrong_issue(fact: CouponIssued, offers: Iterable[PointsCoupon]) -> str:
    """Return in words what is wrong with a coupon that a member got for points; nothing if HQ offers it."""
    code = fact.coupon.code
    paid = -sum(one.amount for one in fact.entries if one.account is Account.POINTS and one.member == fact.member)
    if paid != fact.points:
        return f"coupon {code} for {fact.points} points took {paid}"
    if any(_is_of(fact, offer) for offer in offers):
        return ""
    return f"coupon {code} for {fact.points} points is none that HQ offers"


def _is_of(fact: CouponIssued, offer: PointsCoupon) -> bool:
    """Whether a coupon was made of an offer, on the day from which it is good."""
    coupon = fact.coupon
    if not offer.fits(coupon.code) or fact.points != offer.points or coupon.valid_from is None:
        return False
    try:
        return coupon == offer.issued(fact.member, number=coupon.code[-CODE_DIGITS:], today=coupon.valid_from)
    except ValueError:
        return False


def wrong_return(fact: GiftTakenBack, before: TillRecord) -> str:
    """Return in words what is wrong with a gift that came back; ``before`` is the till's record without it."""
    given = next((one for one in before.shifts.given if one.act == fact.undoes), None)
    if given is None:
        return f"gift {fact.undoes} came back, and was not given in this shift, or was back before"
    told = (fact.member, fact.points, fact.sku, fact.coupon, fact.entries)
    right = (given.member, given.points, given.sku, given.coupon, taken_back(given.entries))
    return "" if told == right else f"gift {fact.undoes} came back as something else than was given"


def is_known(coupons: Coupons, coupon: AnyCoupon) -> bool:
    """Whether a till issued just that coupon, whoever is its owner by now."""
    issued = coupons.issued(coupon.code)
    return issued is not None and _terms(issued) == _terms(coupon)


def _terms(coupon: AnyCoupon) -> AnyCoupon:
    return replace(coupon, owner=None, status=ISSUED)
