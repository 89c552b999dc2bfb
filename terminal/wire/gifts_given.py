"""What members got for points at this till, as far as it may still be taken back."""

from typing import assert_never

from terminal.domain.members.gifts import KEPT, Given
from terminal.domain.text import SafeText
from terminal.wire.member_events import CouponIssued, GiftGiven, GiftTakenBack, OfGifts


def after_gift(given: tuple[Given, ...], fact: OfGifts) -> tuple[Given, ...]:
    """Return what is remembered after a fact."""
    match fact:
        case GiftTakenBack(undoes=undoes):
            return tuple(one for one in given if one.act != undoes)
        case GiftGiven():
            new = Given(
                act=fact.act,
                member=fact.member,
                name=fact.name,
                points=fact.points,
                entries=fact.entries,
                sku=fact.sku,
                article=fact.article,
            )
        case CouponIssued(coupon=coupon):
            new = Given(
                act=fact.act,
                member=fact.member,
                name=coupon.name or SafeText(coupon.code),
                points=fact.points,
                entries=fact.entries,
                coupon=coupon.code,
            )
        case _:
            assert_never(fact)
    return (*given, new)[-KEPT:]
