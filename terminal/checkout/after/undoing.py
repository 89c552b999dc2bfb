"""What it would do, and does, that something of a sale comes back: the page, the question and the deed ask here."""

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.after.modes import Returning
from terminal.checkout.state import Counter
from terminal.domain.after.refund import Desk, Undone, refund
from terminal.domain.after.void import void
from terminal.domain.errors import RuleError
from terminal.wire.found import FoundSale
from terminal.wire.return_events import ReturnKind


def desk_of(counter: Counter, found: FoundSale, today: str) -> Desk:
    """Return under what something of a sale is undone: the settings of now, the coupons as the sale had them."""
    coupons = {coupon.code: coupon for coupon in (*found.sale.member_coupons, *found.sale.coupons)}
    return Desk(today=today, settings=counter.trade, coupons=coupons)


def undone(counter: Counter, page: Returning, kind: ReturnKind, today: str) -> Undone:
    """Return what it does that goods come back; `RuleError` or `InputError` if they may not."""
    desk = desk_of(counter, page.found, today)
    if kind is not ReturnKind.VOID:
        return refund(page.found.sold, page.chosen, page.owner, desk)
    shift = counter.record.shift
    sold = page.found.sold
    if shift is None and sold.shift is None and sold.day != today:
        raise RuleError("a sale of another day", code=AfterNo.SHIFT_CLOSED.code)
    return void(sold, page.owner, desk, shift=None if shift is None else shift.number, approved=True)


def refusal_of(code: str) -> AfterNo:
    """Return the refusal of an error of the rules."""
    try:
        return AfterNo(f"error.{code}")
    except ValueError:
        return AfterNo.NOTHING_CHOSEN
