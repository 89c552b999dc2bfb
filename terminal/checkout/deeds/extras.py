"""What a cashier does between sales: open the drawer, print a copy, put sales aside and take them up again."""

from msgspec.structs import replace
from msgspec.structs import replace as change

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.deeds.ending import print_action
from terminal.checkout.deeds.lines import at_sale, rules_version, uses_now
from terminal.checkout.drafts import OpenDrawer, Recall, VoidHeld
from terminal.checkout.effects import (
    CouponPurpose,
    FindCoupon,
    FindMember,
    LookUp,
    PrintReceipt,
    PrintSlip,
    PulseDrawer,
    Purpose,
    Seeking,
)
from terminal.checkout.held_messages import HeldNo
from terminal.checkout.inputs import CouponFound, LookedUp
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import HeldList, Recalling
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.state import Counter
from terminal.domain.catalog import Article
from terminal.domain.ids import ActionId, HoldId
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import price_sale
from terminal.domain.sale import Entry, SaleLine
from terminal.domain.slips.hold import HoldCode, HoldSlip
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.held_sale import HeldSale


def open_drawer(counter: Counter, action: OpenDrawer, permit: Permit) -> Outcome:
    """Open the drawer without a sale."""
    staff = counter.record.staff
    if staff is None:
        return reject(No.LOCKED)
    pulse = ActionId(f"drawer:none:{permit.moment.fresh_id}")
    fact = ev.NoSaleOpened(
        action=pulse,
        staff=staff.number,
        reason=action.reason,
        approved_by=permit.approver,
        makes_up_for=action.makes_up_for,
    )
    opening = replace(counter, text="")
    return Applied(counter=opening, facts=(fact,), effects=(PulseDrawer(pulse),), said=say(Say.DRAWER_OPENING))


def reprint(counter: Counter, permit: Permit) -> Outcome:
    """Print a marked copy of the last receipt."""
    last, staff = counter.record.last, counter.record.staff
    if last is None or staff is None:
        return reject(No.NO_LAST_SALE)
    copy = last.copies + 1
    action = print_action(last.sale.id, copy)
    fact = ev.ReprintRequested(
        action=action, sale_id=last.sale.id, copy=copy, staff=staff.number, approved_by=permit.approver
    )
    return Applied(
        counter=replace(counter, text=""),
        facts=(fact,),
        effects=(PrintReceipt(action=action, sale=last.sale, completed=last.completed, copy=copy),),
        said=say(Say.REPRINTING, receipt_no=last.completed.receipt_no, copy=str(copy)),
    )


def hold(counter: Counter, permit: Permit) -> Outcome:
    """Put the open sale aside; it belongs to who is signed in."""
    sale, staff = counter.record.sale, counter.record.staff
    if sale is None or staff is None or not sale.live_lines:
        return reject(No.EMPTY_SALE)
    if sale.tenders or counter.durable.undecided(sale.id) is not None:
        return reject(No.PARTLY_PAID)
    if counter.record.exchange is not None:
        return reject(AfterNo.EXCHANGE_OPEN)
    label = f"G{counter.record.holds_made + 1:02d}"
    fact = ev.SaleHeld(
        hold_id=HoldId(permit.moment.fresh_id),
        sale_id=sale.id,
        label=label,
        owner=staff.number,
        held_ms=permit.moment.wall_ms,
        due_fen=0 if counter.priced is None else counter.priced.due_fen,
    )
    slip = HoldSlip(
        label=label,
        code=HoldCode(counter.identity.terminal, fact.hold_id),
        lines=len(sale.live_lines),
        due_fen=fact.due_fen or 0,
        staff=staff.number,
        at_ms=fact.held_ms,
    )
    return Applied(
        counter=replace(at_sale(counter), selected=0),
        facts=(fact,),
        effects=(PrintSlip(action=ActionId(f"slip:hold:{fact.hold_id}"), slip=slip),),
        said=say(Say.HELD, label=label),
    )


def held_sale(counter: Counter, hold_id: HoldId) -> HeldSale | None:
    """Return a held sale by its id."""
    return next((held for held in counter.record.held if held.hold_id == hold_id), None)


def void_held(counter: Counter, action: VoidHeld, permit: Permit) -> Outcome:
    """Drop a held sale."""
    held, staff = held_sale(counter, action.hold_id), counter.record.staff
    if held is None or staff is None:
        return reject(HeldNo.NOTHING_HELD, at_sale(counter))
    fact = ev.HeldVoided(
        hold_id=held.hold_id,
        sale_id=held.sale.id,
        staff=staff.number,
        approved_by=permit.approver,
        reason=action.reason,
    )
    last_one = len(counter.record.held) == 1
    mode = at_sale(counter) if last_one else replace(counter, mode=HeldList(), text="")
    return Applied(counter=mode, facts=(fact,), said=say(Say.HELD_VOIDED, label=held.label))


def recall(counter: Counter, action: Recall, permit: Permit) -> Outcome:
    """Open a held sale again, priced anew: each of its articles is looked up in the present book."""
    held = held_sale(counter, action.hold_id)
    if held is None:
        return reject(HeldNo.NOTHING_HELD, at_sale(counter))
    recalling = Recalling(
        hold_id=held.hold_id,
        approver=permit.approver,
        done=(),
        left=held.sale.lines,
        coupons_left=held.sale.coupons,
    )
    return recall_on(counter, recalling, permit)


def recall_on(counter: Counter, recalling: Recalling, permit: Permit) -> Outcome:
    """Ask for the next article of a recall, then for its coupons, or end it."""
    done, left = recalling.done, recalling.left
    while left and keeps_its_price(left[0]):
        done, left = (*done, left[0]), left[1:]
    recalling = replace(recalling, done=done, left=left)
    query: LookUp | FindCoupon
    if left:
        query = LookUp(purpose=Purpose.RECALL, entry=left[0].entry, sku=left[0].sku)
    elif recalling.coupons_left:
        query = FindCoupon(purpose=CouponPurpose.RECALL, code=recalling.coupons_left[0].code)
    else:
        return _recalled(counter, recalling, permit)
    return Applied(counter=replace(counter, mode=HeldList(recalling=recalling), text=""), effects=(query,))


def keeps_its_price(line: SaleLine) -> bool:
    """Whether a held line stays as it was: voided ones, and those whose price no book knows."""
    return line.voided or line.open_price or line.entry is Entry.UNKNOWN


def repriced(line: SaleLine, article: Article | None) -> SaleLine:
    """Return a held line with the present values of its article; one that is gone keeps the old ones.

    A printed price stays: it is on the goods. What is on the stop list by now is not sold.
    """
    if article is None or article.unit is not line.unit:
        return line
    return change(
        line,
        name=article.name,
        price_fen=article.price_fen,
        member_price_fen=article.member_price_fen,
        vat_bp=article.vat_bp,
        category=article.category,
        discountable=article.discountable,
        earns=article.terms.earns,
        returnable=article.terms.returnable,
        service=article.terms.service,
        voided=article.terms.recalled is not None,
    )


def recall_answered(counter: Counter, recalling: Recalling, answer: LookedUp, permit: Permit) -> Outcome:
    """Take the article of the first line that is left, and go on."""
    line = repriced(recalling.left[0], answer.article)
    recalling = replace(recalling, done=(*recalling.done, line), left=recalling.left[1:])
    if line.voided:
        recalling = replace(recalling, lost=(*recalling.lost, line.name))
    return recall_on(counter, recalling, permit)


def coupon_refreshed(counter: Counter, recalling: Recalling, answer: CouponFound, permit: Permit) -> Outcome:
    """Take what the rules say now of the first coupon that is left, and go on. What a member owns stays as it is."""
    held, was = held_sale(counter, recalling.hold_id), recalling.coupons_left[0]
    owned = () if held is None else held.sale.member_coupons
    coupon = next((one for one in owned if one.code == was.code), answer.coupon)
    recalling = replace(recalling, coupons_left=recalling.coupons_left[1:])
    if coupon is None or answer.is_used:
        lost = was.name or clean(was.code)
        return recall_on(counter, replace(recalling, lost=(*recalling.lost, lost)), permit)
    return recall_on(counter, replace(recalling, coupons=(*recalling.coupons, coupon)), permit)


def _recalled(counter: Counter, recalling: Recalling, permit: Permit) -> Outcome:
    held, staff = held_sale(counter, recalling.hold_id), counter.record.staff
    version = counter.record.book_version
    if held is None or staff is None or version is None:
        return reject(HeldNo.NOTHING_HELD, at_sale(counter))
    fact = ev.SaleRecalled(
        hold_id=held.hold_id,
        sale_id=held.sale.id,
        staff=staff.number,
        book_version=version,
        local_time=permit.moment.local_iso,
        lines=recalling.done,
        rules_version=rules_version(counter),
        uses=uses_now(counter),
        coupons=recalling.coupons,
        approved_by=recalling.approver,
    )
    before = held.due_fen if held.due_fen is not None else price_sale(held.sale).due_fen
    now = change(held.sale, lines=fact.lines, local_time=fact.local_time, coupons=fact.coupons)
    after = price_sale(now, pricer=counter.pricer).due_fen
    said = say(Say.RECALLED, label=held.label)
    if recalling.lost:
        said = say(Say.RECALLED_WITHOUT, Level.ATTENTION, label=held.label, name=clean(", ".join(recalling.lost)))
    elif before != after:
        params = {"label": held.label, "before": format_fen(before), "after": format_fen(after)}
        said = say(Say.RECALLED_REPRICED, Level.ATTENTION, **params)
    selected = next((line.number for line in reversed(recalling.done) if not line.voided), 0)
    member = held.sale.member
    effects = () if member is None else (FindMember(seeking=Seeking.RENEW, member=member.id),)
    return Applied(counter=replace(at_sale(counter), selected=selected), facts=(fact,), effects=effects, said=said)
