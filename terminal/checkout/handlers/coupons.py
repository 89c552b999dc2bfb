"""Coupons: presented by a scan, looked up in the rules, accepted or refused with the reason, taken back."""

from collections.abc import Mapping
from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.deeds.extras import coupon_refreshed
from terminal.checkout.deeds.lines import at_sale, last_line
from terminal.checkout.effects import CouponPurpose, FindCoupon
from terminal.checkout.inputs import CouponFound
from terminal.checkout.members.acts import gift_form
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import HeldList, Selling
from terminal.checkout.outcome import Applied, Ignored, Outcome, Permit, Turn, reject, say
from terminal.checkout.state import Counter, without_page
from terminal.checkout.tendering.modes import Redeeming
from terminal.checkout.tendering.spending import may_spend
from terminal.domain.barcode import LabelCode, MemberCode, read_code
from terminal.domain.money import format_fen
from terminal.domain.pricing.redeeming import Redeemed
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, Refusal
from terminal.domain.text import SafeText, clean
from terminal.ports.devices import Scan
from terminal.wire import promotion_events as pev

USED = "used"


def coupon_code(counter: Counter, code: str) -> CouponCode | None:
    """Return the code of a coupon, if a code is one: labels of scales and members' cards come first.

    What the member of the sale owns is a coupon whatever its code looks like.
    """
    if _owned(counter, code) is not None:
        return CouponCode(code)
    if is_for_points(counter, code):
        return CouponCode(code)
    if not any(form.fits(code) for form in counter.trade.coupon_codes):
        return None
    settings = counter.settings
    reading = read_code(code, settings.labels, cards=settings.member_cards, member_prefixes=settings.member_prefixes)
    return None if isinstance(reading, LabelCode | MemberCode) else CouponCode(code)


def is_for_points(counter: Counter, code: str) -> bool:
    """Whether a code has the shape of a coupon that some member got for points."""
    return any(one.fits(code) for one in counter.trade.points_coupons)


def _owned(counter: Counter, code: str) -> AnyCoupon | None:
    """Return the coupon of a code that the member of the sale owns."""
    sale = counter.record.sale
    return None if sale is None else next((one for one in sale.member_coupons if one.code == code), None)


def presented(counter: Counter, code: CouponCode, scan: Scan | None) -> Outcome:
    """Look a coupon up; while something is taken back, it is the coupon."""
    sale = counter.record.sale
    if sale is None or last_line(counter) is None:
        return reject(No.COUPON_NO_GOODS, replace(counter, text=""))
    if counter.record.exchange is not None:
        return reject(AfterNo.NO_COUPONS, replace(counter, text=""))
    known = next((coupon for coupon in sale.coupons if coupon.code == code), None)
    if isinstance(counter.mode, Selling) and counter.mode.taking_back:
        return reject(No.NOT_IN_SALE, at_sale(counter)) if known is None else taken_back(at_sale(counter), known, scan)
    if known is not None:
        return reject(No.COUPON_TWICE, replace(counter, text=""))
    query = FindCoupon(purpose=CouponPurpose.PRESENT, code=code, scan=scan)
    return Applied(counter=replace(counter, text=""), effects=(query,))


def taken_back(counter: Counter, coupon: AnyCoupon, scan: Scan | None) -> Outcome:
    """Give a coupon back: it does not count any more."""
    fact = pev.CouponTakenBack(code=coupon.code, device="" if scan is None else scan.device)
    return Applied(counter=counter, facts=(fact,), said=say(Say.COUPON_TAKEN_BACK, name=label(coupon)))


def found(turn: Turn[CouponFound]) -> Outcome:
    """Take what the rules say of a coupon."""
    counter, answer = turn.counter, turn.cause
    match answer.query.purpose:
        case CouponPurpose.PRESENT:
            return _accepted(counter, answer)
        case CouponPurpose.RECALL:
            mode = counter.mode
            if not isinstance(mode, HeldList) or mode.recalling is None:
                return Ignored()
            return coupon_refreshed(counter, mode.recalling, answer, Permit(moment=turn.moment))
        case CouponPurpose.GIFT_BACK:
            return gift_form.coupon_known(turn)
        case unknown:
            assert_never(unknown)


def _accepted(counter: Counter, answer: CouponFound) -> Outcome:
    """Put a coupon into the sale, or say why not."""
    coupon = _owned(counter, answer.query.code) or answer.coupon
    sale = counter.record.sale
    if answer.reason:
        return reject(No.RULES_UNREADABLE, counter)
    if sale is None or coupon is None:
        is_of_member = sale is not None and sale.member is None and is_for_points(counter, answer.query.code)
        return reject(MemberNo.COUPON_OF_MEMBER if is_of_member else No.COUPON_UNKNOWN, counter)
    if answer.is_used:
        return reject(No.COUPON_USED, counter)
    offline = may_spend(counter)
    if offline is not None and not offline.coupons:
        return reject(No.COUPON_OFFLINE, counter)
    redeemed = tried(counter, coupon)
    if redeemed.refusal is not None:
        return _refused(counter, coupon, redeemed.refusal)
    scan = answer.query.scan
    fact = pev.CouponPresented(coupon=coupon, device="" if scan is None else scan.device)
    off_fen = redeemed.effect.off_fen
    said = say(Say.COUPON_ACCEPTED, name=label(coupon), amount=format_fen(-off_fen))
    chosen = without_page(counter) if isinstance(counter.mode, Redeeming) else counter
    return Applied(counter=chosen, facts=(fact,), said=said)


def tried(counter: Counter, coupon: AnyCoupon) -> Redeemed:
    """Return what a coupon would come to in the open sale, behind those that it has."""
    sale = counter.record.sale
    if sale is None:
        return Redeemed(coupon.code, refusal=Refusal.NO_GOODS)
    with_it = price_sale(replace(sale, coupons=(*sale.coupons, coupon)), pricer=counter.pricer)
    return with_it.basket.coupons[-1]


def label(coupon: AnyCoupon) -> SafeText:
    """Return what people call a coupon."""
    return coupon.name or clean(coupon.code)


_REFUSED: Mapping[str, No] = {
    Refusal.UNKNOWN: No.COUPON_UNKNOWN,
    Refusal.NOT_YET_VALID: No.COUPON_NOT_YET_VALID,
    Refusal.EXPIRED: No.COUPON_EXPIRED,
    Refusal.WRONG_OWNER: No.COUPON_WRONG_OWNER,
    Refusal.NOT_COMBINABLE: No.COUPON_NOT_COMBINABLE,
    Refusal.NO_GOODS: No.COUPON_NO_GOODS,
    Refusal.BELOW_MIN: No.COUPON_BELOW_MIN,
    USED: No.COUPON_USED,
}


def no_of(refusal: str) -> No:
    """Return how a refusal is said; any other status of a coupon is that it cannot be used."""
    return _REFUSED.get(refusal, No.COUPON_UNUSABLE)


def _refused(counter: Counter, coupon: AnyCoupon, refusal: str) -> Outcome:
    match refusal:
        case Refusal.NOT_YET_VALID:
            return reject(no_of(refusal), counter, date=coupon.valid_from or "")
        case Refusal.EXPIRED:
            return reject(no_of(refusal), counter, date=coupon.valid_to or "")
        case Refusal.BELOW_MIN:
            return reject(no_of(refusal), counter, amount=format_fen(coupon.min))
        case _:
            return reject(no_of(refusal), counter)
