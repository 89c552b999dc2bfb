"""How a sale ends: with cash, with nothing left to pay, or dropped."""

from msgspec.structs import replace

from terminal.checkout.after.exchanging import Swap, buyer_of, exchanged_for, swapped
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.claims.drafts import FinishSale
from terminal.checkout.claims.spending import drawn_by
from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.deeds.paying import taking_of, wallet_of
from terminal.checkout.deeds.watching import noticed, told
from terminal.checkout.effects import Effect, PrintReceipt, PulseDrawer
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.members.count_cards import refusal
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Completed
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.payments.messages import PayNo
from terminal.checkout.state import Counter, next_receipt
from terminal.domain.document import Under, finish
from terminal.domain.ids import ActionId, SaleId
from terminal.domain.members.member import Member
from terminal.domain.money import format_fen
from terminal.domain.paying import Taking, cash_fen
from terminal.domain.sale import Sale
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.documents import completion


def print_action(sale_id: SaleId, copy: int) -> ActionId:
    """Return the id of a print job: the same sale and copy always have the same."""
    return ActionId(f"print:{sale_id}:{copy}")


def drawer_action(sale_id: SaleId) -> ActionId:
    """Return the id of the one pulse of a sale."""
    return ActionId(f"drawer:{sale_id}")


def complete(counter: Counter, permit: Permit, *, given_fen: int | None) -> Outcome:
    """End the sale: everything of it in one step, then the drawer (only for cash) and the receipt.

    ``given_fen`` is the cash of the customer; None = exactly what remains. Nothing remains → no cash is recorded.
    """
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None or not priced.lines:
        return reject(No.EMPTY_SALE, replace(counter, text=""))
    taking = taking_of(counter)
    swap = swapped(counter, taking.total_fen, permit)
    buyer = sale.member if swap is None else swap.sale.member
    no = _not_yet(counter, sale, buyer)
    if no is not None:
        return no
    if swap is not None:
        sale = swap.sale
    given = taking.cash_rest_fen if given_fen is None else given_fen
    refused = _unpayable(counter, taking, given)
    if refused is not None:
        return refused
    drawn = drawn_by(counter, sale, priced, FinishSale(given_fen), permit)
    if not isinstance(drawn, tuple):
        return drawn
    shift = counter.record.shift
    under = Under(rules=counter.pricer.rules, trade=counter.trade, shift=None if shift is None else shift.number)
    if swap is not None:
        taking = Taking.begin(priced.due_fen, wallet_of(counter, sale), taking.tenders)
    document = finish(sale, priced, taking.finish(given), receipt_no=next_receipt(counter), under=under)
    document = replace(document, drawn=drawn)
    completed = completion(document, receipt_count=counter.record.receipts_done + 1, completed_ms=permit.moment.wall_ms)
    odd = noticed(counter, sale, completed)
    done = replace(counter, mode=Completed(), text="", selected=0)
    effects = _acts(sale, completed, cash=cash_fen(completed.tenders) != 0)
    if swap is not None:
        return _exchanged(done, swap, (completed, *odd), effects)
    said = told(completed, odd, back_fen=handed_back_fen(completed))
    return Applied(counter=done, facts=(completed, *odd), effects=effects, said=said)


def _exchanged(done: Counter, swap: Swap, facts: tuple[ev.Fact, ...], effects: tuple[Effect, ...]) -> Applied:
    """Return the end of an exchange: what came back first, then what it paid for, with its facts."""
    completed = next(fact for fact in facts if isinstance(fact, ev.SaleCompleted))
    cash_back_fen = swap.paid_out_fen + handed_back_fen(completed)
    sums = {"total": format_fen(completed.total_fen), "cash": format_fen(cash_back_fen)}
    return Applied(
        counter=replace(done, errands=swap.errands),
        facts=(*swap.facts, *facts),
        effects=(*swap.effects, *effects),
        said=say(AfterSay.EXCHANGED, Level.MONEY, **sums),
    )


def endless(counter: Counter) -> Outcome | None:
    """Return why the open sale could not end, whatever is paid: nobody's card or code is charged for it."""
    sale = counter.record.sale
    if sale is None:
        return None
    return _not_yet(counter, sale, buyer_of(counter, exchanged_for(counter, taking_of(counter).total_fen)))


def _not_yet(counter: Counter, sale: Sale, buyer: Member | None) -> Outcome | None:
    """Return why a sale may not end, whatever is paid. ``buyer`` is its member, with what came back in an exchange."""
    if counter.durable.undecided(sale.id) is not None:
        return reject(PayNo.UNDECIDED)
    begun, cleared = counter.record.exchange, replace(counter, text="")
    if begun is not None and begun.member is not None and sale.member is None:
        return reject(AfterNo.WRONG_MEMBER, cleared)
    no = refusal(sale, buyer) or _of_nobody(counter, sale)
    return None if no is None else reject(no, cleared)


def _of_nobody(counter: Counter, sale: Sale) -> MemberNo | None:
    """Return why a sale of nobody may not end: it has the fee of a membership."""
    is_joining = any(line.sku in counter.trade.fees for line in sale.live_lines)
    return MemberNo.MEMBERSHIP_OF_NOBODY if is_joining and sale.member is None else None


def _unpayable(counter: Counter, taking: Taking, given_fen: int) -> Outcome | None:
    """Return why cash does not end the sale: too little, too much where nothing remains, or tenders above the total.

    An older till took such vouchers when it rounded up: the last one has to be given back.
    """
    cleared, remaining = replace(counter, text=""), taking.cash_rest_fen
    if taking.tenders and taking.paid_fen > taking.cash_total_fen:
        return reject(No.OVER_TENDER, cleared, limit=format_fen(taking.cash_total_fen))
    if given_fen < remaining:
        return reject(No.UNDERPAID, cleared, missing=format_fen(remaining - given_fen))
    if remaining == 0 and given_fen > 0:
        return reject(No.NOTHING_TO_PAY, cleared, given=format_fen(given_fen))
    return None


def handed_back_fen(completed: ev.SaleCompleted) -> int:
    """Return what the customer gets: the change, and a total below zero."""
    return completed.change_fen + max(0, -completed.total_fen)


def _acts(sale: Sale, completed: ev.SaleCompleted, *, cash: bool) -> tuple[Effect, ...]:
    receipt = PrintReceipt(action=print_action(sale.id, 0), sale=sale, completed=completed)
    return (PulseDrawer(drawer_action(sale.id)), receipt) if cash else (receipt,)


def void_sale(counter: Counter, permit: Permit) -> Outcome:
    """Drop the open sale before anything is paid."""
    sale, staff = counter.record.sale, counter.record.staff
    if sale is None or staff is None:
        return reject(No.EMPTY_SALE, at_sale(counter))
    if sale.tenders or counter.durable.undecided(sale.id) is not None:
        return reject(No.PARTLY_PAID)
    asked_fen = taking_of(counter).total_fen
    fact = ev.SaleVoided(sale_id=sale.id, staff=staff.number, total_fen=asked_fen, approved_by=permit.approver)
    return Applied(
        counter=replace(at_sale(counter), selected=0),
        facts=(fact,),
        said=say(Say.SALE_VOIDED, total=format_fen(asked_fen)),
    )
