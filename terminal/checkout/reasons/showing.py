"""Why a line costs what it does, as the wire has it: amounts that add up, what was refused, what nearly fired."""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from terminal.checkout.handlers.coupons import label, no_of
from terminal.checkout.reasons.messages import NearText, Why
from terminal.checkout.rows import quantity_text
from terminal.checkout.state import Counter
from terminal.domain.money import format_fen
from terminal.domain.pricing.cart import PriceReason
from terminal.domain.pricing.nearly import Missing, Near
from terminal.domain.pricing.sums import PricedLine, PricedSale
from terminal.domain.pricing.uses import CouponUse, RuleUse, coupon_uses, rule_uses
from terminal.domain.sale import Sale, SaleLine
from terminal.wire.counter.panels import Line, ReasonsPanel, WhyRow

_SET_BY: Mapping[str, Why] = {
    PriceReason.MEMBER: Why.MEMBER,
    PriceReason.PRINTED: Why.PRINTED,
    PriceReason.OVERRIDE: Why.OVERRIDE,
    PriceReason.COUNT_CARD: Why.COUNT_CARD,
}


def reasons(counter: Counter) -> ReasonsPanel:
    """Return the page about the selected line."""
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None or not 0 < counter.selected <= len(sale.lines):
        return ReasonsPanel()
    line, row = sale.lines[counter.selected - 1], priced.rows[counter.selected - 1]
    return ReasonsPanel(
        number=str(line.number),
        code=line.code,
        name=line.name,
        rows=(WhyRow(message=Why.VOIDED),) if row is None else tuple(_rows(counter, sale, priced, row)),
        near=() if row is None else tuple(_near_line(counter, priced, row)),
        book=str(sale.book_version),
        rules=str(sale.rules_version) if sale.rules_version else "",
    )


def _rows(counter: Counter, sale: Sale, priced: PricedSale, row: PricedLine) -> Iterator[WhyRow]:
    """Yield the amounts of a line from the shelf's to what is to pay; each is what one reason adds, so they add up."""
    line, basket = row.line, priced.basket
    rules = rule_uses(basket, counter.pricer.rules)
    coupons = coupon_uses(basket, {coupon.code: coupon for coupon in sale.coupons})
    yield _row(Why.LIST, row.list_fen, detail=f"{format_fen(line.price_fen)} x {quantity_text(line)}")
    by_itself_fen = _by_itself(priced, line)
    if row.reason in _SET_BY:
        why = {"reason": line.override_reason} if row.reason == PriceReason.OVERRIDE else {}
        yield _row(_SET_BY[row.reason], by_itself_fen, detail=_price(line, row.reason), **why)
    shares = [*_shares(rules, line), *_shares(coupons, line)]
    for use, off_fen in shares:
        yield _of_use(use, off_fen)
    off_fen = row.list_fen + by_itself_fen - sum(off for _, off in shares) - row.net_fen
    if off_fen:
        yield _row(Why.BY_HAND, -off_fen, reason=" ".join(dict.fromkeys(one.reason for one in line.reductions)))
    for coupon, redeemed in zip(sale.coupons, basket.coupons, strict=True):
        if redeemed.refusal is not None:
            yield WhyRow(message=Why.REFUSED, params={"coupon": label(coupon), "reason": no_of(redeemed.refusal).value})
    if not line.discountable:
        yield WhyRow(message=Why.NO_DISCOUNT)
    yield _row(Why.DUE, row.net_fen)


def _row(message: Why, amount_fen: int, **params: str) -> WhyRow:
    return WhyRow(message=message, params=params, amount=format_fen(amount_fen))


def _by_itself(priced: PricedSale, line: SaleLine) -> int:
    """Return what the price stage added to the shelf's amount where no rule of HQ did."""
    basket, index = priced.basket, line.number - 1
    units = range(basket.starts[index], basket.starts[index + 1])
    return sum(basket.base_fen[unit] - basket.list_fen[unit] for unit in units if basket.set_by[unit] in _SET_BY)


def _price(line: SaleLine, reason: str) -> str:
    """Return the price that is not the shelf's."""
    fen = line.member_price_fen if reason == PriceReason.MEMBER else line.override_fen
    return "" if fen is None else f"{format_fen(fen)} x {quantity_text(line)}"


def _shares(uses: Iterable[RuleUse | CouponUse], line: SaleLine) -> Iterator[tuple[RuleUse | CouponUse, int]]:
    """Yield what took something off a line, or set its price, with how much."""
    for use in uses:
        for share in use.shares:
            if share.line == line.number:
                yield use, share.off_fen


def _of_use(use: RuleUse | CouponUse, off_fen: int) -> WhyRow:
    if isinstance(use, CouponUse):
        return _row(Why.COUPON, -off_fen, coupon=use.label)
    return _row(Why.WHOLE if use.whole else Why.RULE, -off_fen, rule=use.label, id=use.id)


# --- what nearly fired -----------------------------------------------------------------------------------------------


def _near_line(counter: Counter, priced: PricedSale, row: PricedLine) -> Iterator[Line]:
    line = row.line
    for near in counter.near:
        if line.sku in near.skus:
            yield _line(near, priced)
    member_fen = line.member_price_fen
    if not priced.member and member_fen is not None and member_fen < line.price_fen and not line.is_locked:
        yield Line(message=NearText.MEMBER_PRICE, params={"price": format_fen(member_fen)})


def hint(counter: Counter) -> Line | None:
    """Return what is nearest in the open sale, for one line of the tender page."""
    if not counter.near or counter.priced is None:
        return None
    return _line(counter.near[0], counter.priced)


def _line(near: Near, priced: PricedSale) -> Line:
    rule: dict[str, str] = {"rule": near.label}
    off, amount = {"off": format_fen(near.off_fen)}, {"amount": format_fen(near.amount_fen)}
    pieces = {"pieces": str(near.pieces)}
    match near.missing:
        case Missing.AMOUNT if near.off_fen:
            return Line(message=NearText.AMOUNT, params=rule | amount | off)
        case Missing.AMOUNT:
            return Line(message=NearText.AMOUNT_FOR, params=rule | amount)
        case Missing.PIECES if near.off_fen:
            return Line(message=NearText.PIECES_OFF, params=rule | pieces | off)
        case Missing.PIECES:
            return Line(message=NearText.PIECES, params=rule | pieces)
        case Missing.ARTICLE:
            return Line(message=NearText.ARTICLE, params=rule | pieces | {"article": _article(near, priced)})
        case Missing.MEMBER:
            return Line(message=NearText.MEMBER, params=rule)
        case _:
            assert_never(near.missing)


def _article(near: Near, priced: PricedSale) -> str:
    """Return the name of an article that is in the basket, else its number: the book is not asked for it."""
    return next((line.name for line in priced.entered if line.sku == near.sku), near.sku or "")
