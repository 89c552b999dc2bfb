"""How facts about what is in the open sale change it."""

from typing import assert_never

from msgspec.structs import replace

from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.sale import Sale, SaleLine
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire import promotion_events as pev
from terminal.wire import store_events as sev

OfOpenSale = (
    ev.LineAdded
    | ev.QuantityChanged
    | ev.LineVoided
    | ev.LineReduced
    | sev.LinePriceChanged
    | ev.MemberBound
    | ev.MemberUnbound
    | pev.CouponPresented
    | pev.CouponTakenBack
    | mev.CountCardChosen
    | sev.SalespersonSet
    | ev.TenderAdded
    | ev.TenderRemoved
)
_OfCustomer = ev.MemberBound | ev.MemberUnbound | pev.CouponPresented | pev.CouponTakenBack
_OfPrice = ev.LineReduced | sev.LinePriceChanged
_OfLine = ev.QuantityChanged | ev.LineVoided | _OfPrice | mev.CountCardChosen | sev.SalespersonSet


def changed(sale: Sale, fact: OfOpenSale) -> Sale:
    """Return the open sale after a fact about what is in it."""
    match fact:
        case ev.LineAdded(line=line):
            return sale.with_line(line)
        case ev.QuantityChanged() | ev.LineVoided() | mev.CountCardChosen() | sev.SalespersonSet():
            return sale.with_changed(_changed_line(sale.line(fact.number), fact))
        case ev.LineReduced() | sev.LinePriceChanged():
            return sale.with_changed(_changed_line(sale.line(fact.number), fact))
        case ev.MemberBound() | ev.MemberUnbound() | pev.CouponPresented() | pev.CouponTakenBack():
            return _of_customer(sale, fact)
        case ev.TenderAdded(tender=tender):
            return replace(sale, tenders=(*sale.tenders, tender))
        case ev.TenderRemoved():
            return replace(sale, tenders=sale.tenders[:-1])
        case _:
            assert_never(fact)


def _of_customer(sale: Sale, fact: _OfCustomer) -> Sale:
    match fact:
        case ev.MemberBound(card=card, member=member, uses=uses, coupons=coupons, waiting=waiting):
            return replace(sale, member_card=card, member=member, uses=uses, member_coupons=coupons, waiting=waiting)
        case ev.MemberUnbound():
            uses = Uses(total=sale.uses.total) if sale.uses.total else NO_USES
            return replace(sale, member_card=None, member=None, uses=uses, member_coupons=(), waiting=StoredValue())
        case pev.CouponPresented(coupon=coupon):
            return replace(sale, coupons=(*sale.coupons, coupon))
        case pev.CouponTakenBack(code=code):
            return replace(sale, coupons=tuple(coupon for coupon in sale.coupons if coupon.code != code))
        case _:
            assert_never(fact)


def _changed_line(line: SaleLine, fact: _OfLine) -> SaleLine:
    match fact:
        case ev.QuantityChanged(quantity=quantity):
            return replace(line, quantity=quantity)
        case ev.LineVoided():
            return replace(line, voided=True)
        case ev.LineReduced(reduction=reduction):
            return replace(line, reductions=(*line.reductions, reduction))
        case sev.LinePriceChanged(price_fen=price_fen, reason=reason):
            return replace(line, override_fen=price_fen, override_reason=reason)
        case mev.CountCardChosen(card=card):
            return replace(line, count_card=None if card is None else SafeText(card))
        case sev.SalespersonSet(salesperson=salesperson):
            return replace(line, salesperson=salesperson)
        case _:
            assert_never(fact)
