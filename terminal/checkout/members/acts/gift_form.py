"""The form of gifts for points: one of the list is picked, or the last one is taken back."""

from msgspec.structs import replace

from terminal.checkout.deeds.gate import request
from terminal.checkout.effects import CouponPurpose, FindCoupon, LookUp, Purpose
from terminal.checkout.goods.messages import GoodsNo
from terminal.checkout.handlers.typing import PICKS
from terminal.checkout.inputs import CouponFound, LookedUp, Moment
from terminal.checkout.members.acts.drafts import GiveGift, TakeGiftBack
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.messages import No
from terminal.checkout.modes import FormField, MemberForm
from terminal.checkout.outcome import Applied, Ignored, Outcome, Turn, reject
from terminal.checkout.state import Counter
from terminal.domain.members.gifts import Given, PointsGift
from terminal.domain.sale import Entry
from terminal.domain.text import SafeText, clean

BACK = "0"
"""Picks no gift, but what was given last, to take it back."""


def last_given(counter: Counter, form: MemberForm) -> Given | None:
    """Return what the highlighted member got last at this till, as long as it can be taken back."""
    chosen = form.page.chosen
    ours = (
        ()
        if chosen is None
        else (one for one in reversed(counter.record.shifts.given) if one.member == chosen.row.member.id)
    )
    return next(iter(ours), None)


def picked(counter: Counter, form: MemberForm, text: str, moment: Moment) -> Outcome:
    """Give what is picked: an article is looked up first, it may be on the stop list."""
    if text == BACK:
        return _back(counter, form, moment)
    gift = counter.trade.offers[PICKS.find(text)]
    if isinstance(gift, PointsGift):
        query = LookUp(purpose=Purpose.GIFT, entry=Entry.SEARCH, code=text, sku=gift.sku)
        return Applied(counter=counter, effects=(query,))
    return _given(counter, form, text, moment, article=SafeText(""))


def looked_up(turn: Turn[LookedUp]) -> Outcome:
    """Give the article that was picked, if the book has it and it is not on the stop list."""
    counter, answer, form = turn.counter, turn.cause, turn.counter.mode
    if not isinstance(form, MemberForm) or form.at_hand is not FormField.GIFT:
        return Ignored()
    article, cleared = answer.article, replace(counter, text="")
    if article is None:
        return reject(No.UNKNOWN_ITEM, cleared, code=clean(answer.query.sku))
    if article.terms.recalled is not None:
        return reject(GoodsNo.RECALLED, cleared, name=article.name, why=article.terms.recalled)
    return _given(counter, form, answer.query.code, turn.moment, article=article.name)


def _given(counter: Counter, form: MemberForm, pick: str, moment: Moment, *, article: SafeText) -> Outcome:
    chosen = form.page.chosen
    if chosen is None:
        return Ignored()
    gift = counter.trade.offers[PICKS.find(pick)]
    action = GiveGift(member=chosen.row.member, gift=gift, article=article, today=form.page.now[:10])
    return request(replace(counter, text=""), action, moment)


def _back(counter: Counter, form: MemberForm, moment: Moment) -> Outcome:
    """Take back what was given last; a coupon must not be used."""
    given, cleared = last_given(counter, form), replace(counter, text="")
    if given is None:
        return reject(MemberNo.NO_GIFT_BACK, cleared)
    if given.coupon is None:
        return _asked(cleared, form, given, moment)
    return Applied(counter=cleared, effects=(FindCoupon(purpose=CouponPurpose.GIFT_BACK, code=given.coupon),))


def coupon_known(turn: Turn[CouponFound]) -> Outcome:
    """Take a coupon back that no sale of this till used."""
    counter, form = turn.counter, turn.counter.mode
    given = last_given(counter, form) if isinstance(form, MemberForm) else None
    if not isinstance(form, MemberForm) or given is None or given.coupon != turn.cause.query.code:
        return Ignored()
    if turn.cause.is_used:
        return reject(No.COUPON_USED, counter)
    return _asked(counter, form, given, turn.moment)


def _asked(counter: Counter, form: MemberForm, given: Given, moment: Moment) -> Outcome:
    chosen = form.page.chosen
    return (
        Ignored() if chosen is None else request(counter, TakeGiftBack(member=chosen.row.member, given=given), moment)
    )
