"""An exchange: goods come back and pay for others. It is begun on the page of a receipt, and done with the new sale.

Until then nothing has happened: dropping the new sale drops the exchange too.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.after.paper import ReturnSlip
from terminal.checkout.effects import Effect, PrintSlip, PulseDrawer
from terminal.checkout.outcome import Permit
from terminal.checkout.payments.asking import tend
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.errand import Errand
from terminal.checkout.state import Counter
from terminal.domain.after.exchange import Exchanged, exchange
from terminal.domain.after.refund import Desk, counted
from terminal.domain.ids import ActionId
from terminal.domain.members.member import Member
from terminal.domain.paying import cash_fen
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon
from terminal.domain.sale import Sale
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.returning import paper_action, return_number, told_of


class Swap(Struct, frozen=True, kw_only=True):
    """What the return of an exchange comes to: its facts, what follows, and the new sale for its buyer as now."""

    sale: Sale
    facts: tuple[ev.Fact, ...]
    effects: tuple[Effect, ...]
    errands: tuple[Errand, ...]
    paid_out_fen: int


def exchanged_for(counter: Counter, total_fen: int) -> Exchanged | None:
    """Return what the return does for a new sale of a total; None where nothing is exchanged."""
    begun, sale = counter.record.exchange, counter.record.sale
    if begun is None or sale is None:
        return None
    coupons = {coupon.code: coupon for coupon in begun.coupons}
    desk = Desk(today=sale.local_time[:10], settings=counter.trade, coupons=coupons)
    return exchange(begun.sold, counted(begun.sold, begun.returns), total_fen, begun.member, desk)


def buyer_of(counter: Counter, done: Exchanged | None) -> Member | None:
    """Return the member of the open sale, with what an exchange gives back and takes back before it is paid."""
    begun, sale = counter.record.exchange, counter.record.sale
    known = None if sale is None else sale.member
    if begun is None or done is None or done.returned.member is None:
        return known
    return _as_known(done.returned.member, begun.member, known)


def swapped(counter: Counter, total_fen: int, permit: Permit) -> Swap | None:
    """Return all of the return, for a new sale that ends now; None where nothing is exchanged."""
    begun, sale, done = counter.record.exchange, counter.record.sale, exchanged_for(counter, total_fen)
    if begun is None or sale is None or done is None:
        return None
    fact = told_of(_head(counter, sale, done, permit), done.returned, begun.lines, begun.member)
    buyer = buyer_of(counter, done)
    facts: tuple[ev.Fact, ...] = (fact,)
    if done.returned.member is not None and buyer is not None:
        card, back = sale.member_card or SafeText(""), _coupons_back(begun.coupons, fact, buyer)
        sale = replace(sale, member=buyer, member_coupons=(*sale.member_coupons, *back))
        facts = (
            fact,
            ev.MemberBound(card=card, member=buyer, uses=sale.uses, coupons=sale.member_coupons, waiting=sale.waiting),
        )
    cash = cash_fen(fact.tenders)
    pulse: tuple[Effect, ...] = (PulseDrawer(ActionId(f"drawer:return:{permit.moment.fresh_id}")),) if cash else ()
    errands, asks = tend(ahead(counter, (fact,)), counter.errands, permit.moment)
    paper = PrintSlip(action=paper_action(fact.act), slip=ReturnSlip(fact=fact))
    return Swap(sale=sale, facts=facts, effects=(*pulse, paper, *asks), errands=errands, paid_out_fen=cash)


def _coupons_back(coupons: tuple[AnyCoupon, ...], fact: SaleReturned, buyer: Member) -> Iterator[AnyCoupon]:
    """Yield the coupons of the buyer's own that are good again with the return."""
    for coupon in coupons:
        if coupon.owner == buyer.id and fact.coupons.get(coupon.code) == ISSUED:
            yield replace(coupon, status=ISSUED)


def _as_known(buyer: Member, before: Member | None, known: Member | None) -> Member:
    """Return the member of a return as the sale knows it: the person, the tier of today, a top-up since then.

    ``before`` is the member when the exchange began, without the person, and perhaps of a membership that is over.
    """
    if before is None or known is None or known.id != buyer.id:
        return buyer
    stored = known.stored + (buyer.stored - before.stored)
    of_day = replace(buyer, tier=known.tier, own_tier=buyer.own, stored=stored)
    return replace(of_day, name=known.name, phone=known.phone, birthday=known.birthday)


def _head(counter: Counter, sale: Sale, done: Exchanged, permit: Permit) -> SaleReturned:
    record, begun, moment = counter.record, counter.record.exchange, permit.moment
    count = record.returns_done + 1
    head = SaleReturned(
        act=ActionId(f"return:{moment.fresh_id}"),
        kind=ReturnKind.EXCHANGE,
        number=return_number(counter.identity, count),
        count=count,
        staff=sale.staff,
        reason=SafeText(""),
        amount_fen=0,
        lines=(),
        local_time=sale.local_time,
        returned_ms=moment.wall_ms,
        rules_version=sale.rules_version,
        credit_fen=done.credit_fen,
        bought_by=sale.id,
        shift=None if record.shift is None else record.shift.number,
    )
    if begun is None:
        return head
    return replace(
        head,
        act=begun.act,
        staff=begun.staff,
        reason=begun.reason,
        receipt_no=begun.receipt_no,
        terminal=begun.terminal,
        epoch=begun.epoch,
        approved_by=begun.approved_by,
    )
