"""What is done after a sale: goods come back, a sale never was, a paper is printed again."""

from msgspec.structs import replace

from terminal.checkout.after.drafts import AfterAction, CopyReceipt, CopyReturn, Exchange, GiveBack, VoidDone
from terminal.checkout.after.finding import hindered
from terminal.checkout.after.limits import limit_fen
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import BareLine, BareReturn, Returned, Returning
from terminal.checkout.after.paper import ReturnSlip
from terminal.checkout.after.undoing import desk_of, refusal_of, undone
from terminal.checkout.claims.asking import Need, held_for, secured
from terminal.checkout.deeds.ending import print_action
from terminal.checkout.deeds.lines import at_sale, rules_version, started
from terminal.checkout.deeds.watching import noticed_in_return
from terminal.checkout.effects import Effect, FindMember, PrintReceipt, PrintSlip, PulseDrawer, Seeking
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Outcome, Permit, Rejected, reject, say
from terminal.checkout.payments.asking import tend
from terminal.checkout.payments.course import ahead
from terminal.checkout.state import Counter, hq_answers
from terminal.domain.after.refund import Undone
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import ActionId, OrderNumber, SaleId, StaffNumber
from terminal.domain.members.claims import drawn, parts_between
from terminal.domain.members.entries import Account
from terminal.domain.members.member import ACTIVE
from terminal.domain.money import format_fen
from terminal.domain.paying import cash_fen
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.shifts import payments_of
from terminal.domain.text import SafeText
from terminal.domain.vat import vat_by_rate
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.found import afterwards
from terminal.wire.return_events import ExchangeBegan, GoodsBack, ReturnKind, ReturnReprinted, SaleReturned
from terminal.wire.returning import nameless, paper_action, return_number, sealed, told


def do(counter: Counter, action: AfterAction, permit: Permit) -> Outcome:
    """Do something after a sale that nothing stands against any more; what is refused leads back to its page."""
    outcome = _done(counter, action, permit)
    return replace(outcome, counter=counter) if isinstance(outcome, Rejected) else outcome


def _done(counter: Counter, action: AfterAction, permit: Permit) -> Outcome:
    staff, page = counter.record.staff, counter.mode
    if staff is None:
        return reject(No.LOCKED)
    no = hindered(counter)
    if no is not None:
        return reject(no)
    if isinstance(action, CopyReturn):
        return _copy_return(counter, permit, staff.number)
    if isinstance(page, Returning):
        return _of_sale(counter, page, action, permit, staff.number)
    if not isinstance(page, BareReturn) or not isinstance(action, GiveBack):
        return reject(AfterNo.NOTHING_CHOSEN)
    kind = ReturnKind.NO_RECEIPT if page.code is None else ReturnKind.BY_CODE
    return _given_without_receipt(counter, page, _head(counter, kind, action.reason, permit), permit)


_OfSale = GiveBack | VoidDone | Exchange | CopyReceipt


def _of_sale(counter: Counter, page: Returning, action: _OfSale, permit: Permit, staff: StaffNumber) -> Outcome:
    if isinstance(action, CopyReceipt):
        return _copy(counter, page, permit, staff)
    if returning_orders(counter) & {part.order for part in page.found.sold.parts if part.order}:
        return reject(AfterNo.REFUND_UNDER_WAY)
    if isinstance(action, Exchange):
        return _begin_exchange(counter, page, action.reason, permit, staff)
    return _returned(counter, page, action, permit)


def _head(counter: Counter, kind: ReturnKind, reason: SafeText, permit: Permit) -> SaleReturned:
    """Return what a return says before it is worked out."""
    record, moment = counter.record, permit.moment
    count = record.returns_done + 1
    return SaleReturned(
        act=ActionId(f"return:{moment.fresh_id}"),
        kind=kind,
        number=return_number(counter.identity, count),
        count=count,
        staff=StaffNumber("") if record.staff is None else record.staff.number,
        reason=reason,
        amount_fen=0,
        lines=(),
        local_time=moment.local_iso,
        returned_ms=moment.wall_ms,
        rules_version=rules_version(counter),
        shift=None if record.shift is None else record.shift.number,
        approved_by=permit.approver,
    )


def _returned(counter: Counter, page: Returning, action: GiveBack | VoidDone, permit: Permit) -> Outcome:
    """Undo it in one fact, with what of the member's count cards it takes set aside before."""
    kind = ReturnKind.VOID if isinstance(action, VoidDone) else ReturnKind.REFUND
    head = _head(counter, kind, action.reason, permit)
    try:
        done = undone(counter, page, head.kind, permit.moment.local_iso[:10])
    except (RuleError, InputError) as error:
        return reject(refusal_of(error.code))
    need = _uses_taken(page, done)
    if need is not None and need.parts:
        asking = secured(counter, need, action, permit) if _hq_knows(counter, page) else None
        if asking is not None:
            return asking
        head = replace(head, drawn=drawn(held_for(counter, need, now_ms=permit.moment.wall_ms), need.parts))
    completed = page.found.completed
    head = replace(head, receipt_no=completed.receipt_no, terminal=page.terminal, epoch=page.epoch)
    if head.kind is ReturnKind.VOID and any(tender.kind is TenderKind.CREDIT for tender in completed.tenders):
        head = replace(head, payments=dict(payments_of(completed.tenders)))
    return _ended(counter, told(head, done, page.found.sale, page.owner), permit)


def _uses_taken(page: Returning, done: Undone) -> Need | None:
    """Return the uses of count cards that a return takes from a member, to be set aside; of one who may not buy none.

    HQ sets nothing aside of such a member, and nobody else can spend it.
    """
    if page.owner is None or done.member is None or page.owner.status != ACTIVE:
        return None
    uses = tuple(part for part in parts_between(page.owner, done.member) if part.account is Account.USES)
    return Need(member=page.owner.id, sale=SaleId(f"return:{done.sold.id}"), parts=uses)


def _hq_knows(counter: Counter, page: Returning) -> bool:
    """Whether HQ can be asked, and has the sale: of a card that it does not know nobody else has a use."""
    sold_ms, link = page.found.completed.completed_ms, counter.link
    is_sent = link is None or not 0 < link.oldest_unacked_ms <= sold_ms
    return hq_answers(counter) and (is_sent or bool(page.terminal))


def _given_without_receipt(counter: Counter, page: BareReturn, head: SaleReturned, permit: Permit) -> Outcome:
    """Pay out what goods without a receipt, or with nothing but its code, are worth."""
    amount_fen = page.worth_fen
    if not page.lines:
        return reject(AfterNo.NOTHING_CHOSEN)
    if amount_fen > limit_fen(counter, page):
        return reject(AfterNo.REFUND_LIMIT, limit=format_fen(limit_fen(counter, page)))
    code = page.code
    if code is not None:
        told_of = {"receipt_no": code.receipt_no, "sold_on": code.day, "terminal": code.terminal, "code": code.text}
        head = replace(head, **told_of)
    fact = replace(
        head,
        amount_fen=amount_fen,
        lines=tuple(map(_goods_back, page.lines)),
        tenders=(Tender(kind=TenderKind.CASH, amount_fen=amount_fen),) if amount_fen else (),
        vat=vat_by_rate((line.article.vat_bp, line.worth_fen) for line in page.lines),
    )
    return _ended(counter, sealed(fact), permit)


def _goods_back(line: BareLine) -> GoodsBack:
    article = line.article
    return GoodsBack(
        line=0,
        sku=article.sku,
        name=article.name,
        units=line.units,
        amount_fen=line.worth_fen,
        shelf=0 if line.damaged else line.units,
        damaged=line.damaged,
    )


def _ended(counter: Counter, fact: SaleReturned, permit: Permit) -> Applied:
    """Return what follows from a return: the drawer (only for cash), the paper, the questions to the payment host."""
    cash = cash_fen(fact.tenders)
    paper = PrintSlip(action=paper_action(fact.act), slip=ReturnSlip(fact=fact))
    pulse: tuple[Effect, ...] = (PulseDrawer(ActionId(f"drawer:return:{permit.moment.fresh_id}")),) if cash else ()
    sums = {"amount": format_fen(fact.amount_fen), "cash": format_fen(cash)}
    said = say(AfterSay.RETURNED, Level.MONEY, number=fact.number, **sums)
    if fact.terminal and fact.terminal != counter.identity.terminal:
        said = say(AfterSay.RETURNED_HERE, Level.MONEY, **sums)
    if fact.kind is ReturnKind.VOID:
        said = say(AfterSay.VOIDED, Level.MONEY, receipt_no=fact.receipt_no, **sums)
    errands, asks = tend(ahead(counter, (fact,)), counter.errands, permit.moment)
    after = replace(counter, mode=Returned(), text="", errands=errands)
    odd = noticed_in_return(counter, fact)
    if odd:
        params = {"count": str(odd[0].count), "hours": str(odd[0].minutes // 60)}
        said = say(AfterSay.RETURNED_OFTEN, Level.MONEY, **sums, **params)
    return Applied(counter=after, facts=(fact, *odd), effects=(*pulse, paper, *asks), said=said)


def _begin_exchange(counter: Counter, page: Returning, reason: SafeText, permit: Permit, staff: StaffNumber) -> Outcome:
    """Begin the sale that what is chosen pays for, with the member of the old one; of what may not come back none."""
    begins = started(counter, permit)
    if not begins:
        return reject(No.NO_BOOK)
    found, owner = page.found, page.owner
    try:
        amount_fen = undone(counter, page, ReturnKind.REFUND, permit.moment.local_iso[:10]).amount_fen
    except (RuleError, InputError) as error:
        return reject(refusal_of(error.code))
    fact = ExchangeBegan(
        act=ActionId(f"return:{permit.moment.fresh_id}"),
        staff=staff,
        reason=reason,
        receipt_no=found.completed.receipt_no,
        sold=found.sold,
        lines=tuple(line for line in found.sale.live_lines if page.units_of(line.number)),
        returns=page.chosen,
        coupons=tuple(desk_of(counter, found, "").coupons.values()),
        member=None if owner is None else nameless(owner),
        terminal=page.terminal,
        epoch=page.epoch,
        approved_by=permit.approver,
        claim=page.claim,
    )
    effects = () if owner is None else (FindMember(seeking=Seeking.BIND, member=owner.id),)
    said = say(AfterSay.EXCHANGING, Level.ATTENTION, amount=format_fen(amount_fen))
    return Applied(counter=at_sale(counter), facts=(*begins, fact), effects=effects, said=said)


def returning_orders(counter: Counter) -> set[OrderNumber]:
    """Return the orders of payments by code of which a customer has not got back what is to be returned."""
    return {payment.order for payment in counter.durable.payments if payment.is_owed}


def _copy(counter: Counter, page: Returning, permit: Permit, staff: StaffNumber) -> Outcome:
    """Print a marked copy of the receipt of the page, and count it."""
    found, copy = page.found, page.found.copies + 1
    action = print_action(found.sale.id, copy)
    fact = ev.ReprintRequested(
        action=action, sale_id=found.sale.id, copy=copy, staff=staff, approved_by=permit.approver
    )
    printing = PrintReceipt(action=action, sale=found.sale, completed=found.completed, copy=copy)
    said = say(AfterSay.COPYING, number=found.completed.receipt_no, copy=str(copy))
    after = replace(counter, mode=replace(page, found=afterwards(found, fact)))
    return Applied(counter=after, facts=(fact,), effects=(printing,), said=said)


def _copy_return(counter: Counter, permit: Permit, staff: StaffNumber) -> Outcome:
    """Print a marked copy of the paper of the last return."""
    last = counter.record.returned
    if last is None:
        return reject(AfterNo.NOTHING_CHOSEN)
    copy = last.copies + 1
    fact = ReturnReprinted(act=last.fact.act, copy=copy, staff=staff, approved_by=permit.approver)
    paper = PrintSlip(action=paper_action(last.fact.act, copy), slip=ReturnSlip(fact=last.fact, copy=copy))
    said = say(AfterSay.COPYING, number=last.fact.number, copy=str(copy))
    return Applied(counter=counter, facts=(fact,), effects=(paper,), said=said)
