"""The tender page, and that of points and coupons, as the wire has them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from terminal.checkout.claims.spending import leased_until_ms, may_use, spending_of
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.handlers.coupons import label, tried
from terminal.checkout.handlers.pay import quick_amounts
from terminal.checkout.handlers.typing import amount_of
from terminal.checkout.members.telling import points_text, seen
from terminal.checkout.modes import Tendering
from terminal.checkout.reasons import showing as reasons
from terminal.checkout.state import Counter, hq_answers
from terminal.checkout.tendering.modes import Redeeming
from terminal.checkout.tendering.redeeming import choices
from terminal.checkout.tendering.spending import offline_limits
from terminal.domain.money import format_fen
from terminal.domain.paying import Taking
from terminal.domain.promotions.coupons import AnyCoupon, Refusal
from terminal.domain.sale import Sale, Tender, TenderKind
from terminal.domain.text import tail
from terminal.wire.counter import panels

_WHY_NOT: Mapping[str, str] = {
    Refusal.NOT_COMBINABLE: "redeem.not_combinable",
    Refusal.NO_GOODS: "redeem.no_goods",
    Refusal.BELOW_MIN: "redeem.below_min",
}


def tender(counter: Counter, mode: Tendering) -> panels.TenderPanel:
    """Return the tender page."""
    taking, spending = taking_of(counter), spending_of(counter)
    remaining, asked = taking.cash_rest_fen, taking.total_fen
    amounts = quick_amounts(counter)
    selected = mode.selected % len(amounts) if amounts else 0
    given = amount_of(counter.text) if counter.text else (amounts[selected] if amounts else None)
    more = given is not None and given > remaining
    return panels.TenderPanel(
        due=format_fen(asked),
        remaining=format_fen(remaining),
        rounding=format_fen(taking.cash_total_fen - asked),
        rows=tuple(map(_row, taking.tenders)),
        quick=tuple(panels.QuickCash(amount=format_fen(fen), exact=fen == remaining) for fen in amounts),
        selected=selected,
        near=reasons.hint(counter),
        given=format_fen(given) if given is not None and more else "",
        change=_back(asked, remaining, given),
        points=_points_worth(spending),
        stored=format_fen(spending.most_stored()) if spending.most_stored() else "",
    )


def _back(asked_fen: int, remaining_fen: int, given_fen: int | None) -> str:
    """Return what would be given back, empty for nothing: change, or deposits that are worth more than the goods."""
    if asked_fen < 0:
        return format_fen(-asked_fen)
    return format_fen(given_fen - remaining_fen) if given_fen is not None and given_fen > remaining_fen else ""


def _row(one: Tender) -> panels.TenderRow:
    note = points_text(one.points) if one.kind is TenderKind.POINTS else tail(one.reference)
    return panels.TenderRow(kind=f"tender.{one.kind}", amount=format_fen(one.amount_fen), note=note)


def _points_worth(taking: Taking) -> str:
    """Return what the points that may be taken now pay; empty for none."""
    program, points = taking.wallet.program, taking.most_points()
    return format_fen(program.worth_fen(points)) if program is not None and points else ""


def redeem(counter: Counter, page: Redeeming) -> panels.PagePanel:
    """Return the page of points and coupons."""
    sale, taking = counter.record.sale, taking_of(counter)
    lines = [panels.Line(message="redeem.rest", params={"amount": format_fen(max(0, taking.rest_fen))})]
    if taking.member is not None:
        points = points_text(taking.member.points.balance(taking.wallet.today))
        lines.append(panels.Line(message="redeem.member", params={"who": seen(taking.member), "points": points}))
        lines += _offline(counter, sale)
    rows = () if sale is None else tuple(_rows(counter, sale))
    return panels.PagePanel(page="redeem", lines=tuple(lines), rows=rows, selected=page.selected)


def _offline(counter: Counter, sale: Sale | None) -> list[panels.Line]:
    """Return what of a member's value may be spent while HQ does not answer: what it leased and until when, or not."""
    if sale is None or hq_answers(counter) or counter.is_training:
        return []
    until_ms = leased_until_ms(counter, sale)
    if until_ms:
        return [panels.Line(message="redeem.leased", params={"time": _local(sale, until_ms)})]
    limit_fen = offline_limits(counter).stored_per_sale
    if not limit_fen:
        return [panels.Line(message="redeem.offline_no_stored")]
    return [panels.Line(message="redeem.offline_stored", params={"limit": format_fen(limit_fen)})]


def _local(sale: Sale, at_ms: int) -> str:
    """Return the shop's time (HH:MM) of a moment: that of the first line, and what passes since then."""
    passed = timedelta(milliseconds=at_ms - sale.started_ms)
    return (datetime.fromisoformat(sale.local_time) + passed).strftime("%H:%M")


def _rows(counter: Counter, sale: Sale) -> Iterator[tuple[str, ...]]:
    offered = choices(counter)
    if offered.points:
        spending = spending_of(counter)
        worth, points = _points_worth(spending), points_text(spending.most_points())
        yield "tender.points", points, f"-{worth}" if worth else "0.00", _no_points(spending)
    for coupon in offered.coupons:
        yield _coupon(counter, sale, coupon)


def _no_points(spending: Taking) -> str:
    """Return why no points may be taken now; empty if they may, or if there are none that could be."""
    if spending.most_points():
        return ""
    offline = spending.wallet.offline
    return "redeem.offline" if offline is not None and not offline.points else "redeem.too_few"


def _coupon(counter: Counter, sale: Sale, coupon: AnyCoupon) -> tuple[str, ...]:
    """Return a coupon: what it is called, its last day, what it takes off, and where it stands."""
    until = coupon.valid_to or ""
    redeemed = None
    if counter.priced is not None:
        redeemed = next((one for one in counter.priced.basket.coupons if one.code == coupon.code), None)
    is_in = redeemed is not None and any(one.code == coupon.code for one in sale.coupons)
    redeemed = tried(counter, coupon) if redeemed is None else redeemed
    if redeemed.refusal is not None:
        return label(coupon), until, "", _WHY_NOT.get(redeemed.refusal, "redeem.unusable")
    state = "redeem.in_sale" if is_in else _why_not_now(counter, sale, coupon)
    return label(coupon), until, format_fen(-redeemed.effect.off_fen), state


def _why_not_now(counter: Counter, sale: Sale, coupon: AnyCoupon) -> str:
    """Return why a coupon that fits cannot be used any more, or not now; empty if it can."""
    if sale.tenders:
        return "redeem.paid_already"
    return "" if may_use(counter, sale, coupon) else "redeem.offline"
