"""The page of points and coupons (F8): what the member of the sale has, and what of it pays or lowers this sale."""

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.claims.spending import spending_of
from terminal.checkout.handlers.coupons import coupon_code, presented, taken_back
from terminal.checkout.members.asking import by_card, card_of
from terminal.checkout.messages import No
from terminal.checkout.modes import Tendering
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, Permit, ScanTurn, reject
from terminal.checkout.state import Counter, without_page
from terminal.checkout.tendering.messages import TenderNo
from terminal.checkout.tendering.modes import Redeeming
from terminal.checkout.tendering.taking import take_points
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, standing_refusal

LISTED = 9
"""Coupons that the page shows."""


class Choices(Struct, frozen=True, kw_only=True):
    """What the page offers: ``points`` = points come first, then coupons, those of the sale before others."""

    points: bool = False
    coupons: tuple[AnyCoupon, ...] = ()

    def coupon(self, row: int) -> AnyCoupon | None:
        """Return the coupon of a row, if it is one of a coupon."""
        index = row - self.points
        return self.coupons[index] if 0 <= index < len(self.coupons) else None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.points + len(self.coupons)


def choices(counter: Counter) -> Choices:
    """Return what may be chosen: points where the shop takes them, coupons of the sale and of its member."""
    sale = counter.record.sale
    if sale is None:
        return Choices()
    known = {coupon.code for coupon in sale.coupons}
    member = None if sale.member is None else sale.member.id
    owned = (
        coupon
        for coupon in sale.member_coupons
        if coupon.code not in known and standing_refusal(coupon, member=member, local_time=sale.local_time) is None
    )
    points = sale.member is not None and counter.trade.points is not None
    return Choices(points=points, coupons=(*sale.coupons, *owned)[:LISTED])


def open_page(turn: KeyTurn) -> Outcome:
    """Show points and coupons; the first that is worth something is highlighted."""
    counter = turn.counter
    offered, sale = choices(counter), counter.record.sale
    if not offered.rows:
        is_member = sale is not None and sale.member is not None
        return reject(TenderNo.NOTHING_TO_REDEEM if is_member else No.VOUCHER_HOW)
    first = int(offered.points and not spending_of(counter).most_points() and offered.rows > 1)
    page = Redeeming(selected=first, paying=isinstance(counter.mode, Tendering))
    return Applied(counter=replace(counter, mode=page, text=""))


def move(turn: KeyTurn) -> Outcome:
    """Highlight the next row, or the one before."""
    counter, page = turn.counter, turn.counter.mode
    rows = choices(counter).rows
    if not isinstance(page, Redeeming) or not rows:
        return Ignored()
    step = -1 if turn.cause.name == "up" else 1
    return Applied(counter=replace(counter, mode=replace(page, selected=(page.selected + step) % rows)))


def enter(turn: KeyTurn) -> Outcome:
    """Take so many points as stand typed, else what is highlighted."""
    counter, page, text = turn.counter, turn.counter.mode, turn.counter.text
    if not isinstance(page, Redeeming):
        return Ignored()
    coupon = None if text else choices(counter).coupon(page.selected)
    code = coupon_code(counter, text) if coupon is None else coupon.code
    if code is not None:
        return _choose(counter, code)
    return _take_typed(turn) if text else take_points(counter, None, Permit(moment=turn.moment))


def _choose(counter: Counter, code: CouponCode) -> Outcome:
    """Present a coupon; one that is in the sale is taken back. Nothing that changes prices, once something is paid."""
    sale = counter.record.sale
    if sale is None or sale.tenders:
        return reject(No.PARTLY_PAID)
    known = next((coupon for coupon in sale.coupons if coupon.code == code), None)
    return presented(counter, code, None) if known is None else taken_back(without_page(counter), known, None)


def _take_typed(turn: KeyTurn) -> Outcome:
    counter, text = turn.counter, turn.counter.text
    if not choices(counter).points or not text.isdigit() or not int(text):
        return reject(TenderNo.POINTS_HOW, replace(counter, text=""))
    return take_points(counter, int(text), Permit(moment=turn.moment))


def escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then leave."""
    counter = turn.counter
    return Applied(counter=replace(counter, text="") if counter.text else without_page(counter))


def scan(turn: ScanTurn) -> Outcome:
    """A coupon is presented, a member's card bound, unless something is paid; nothing else is scanned here."""
    counter, code = turn.counter, turn.cause.data
    card, coupon = card_of(counter, code), coupon_code(counter, code)
    if coupon is None and card is None:
        return reject(No.NOT_HERE)
    if counter.record.sale is not None and counter.record.sale.tenders:
        return reject(No.PARTLY_PAID)
    if card is not None:
        return Applied(counter=counter, effects=(by_card(card, scan=turn.cause),))
    return presented(counter, coupon, turn.cause) if coupon is not None else Ignored()
