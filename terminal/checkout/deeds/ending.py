"""How a sale ends: with cash, with nothing left to pay, or dropped. And what is asked of it until then."""

from msgspec.structs import replace

from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.effects import Effect, PrintReceipt, PulseDrawer
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Completed, Tendering
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.state import Counter, next_receipt
from terminal.domain.document import finish
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import ActionId, SaleId
from terminal.domain.money import format_fen
from terminal.domain.pricing import amount_asked, settle
from terminal.domain.sale import Sale
from terminal.domain.tenders import take_voucher
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.documents import completion


def print_action(sale_id: SaleId, copy: int) -> ActionId:
    """Return the id of a print job: the same sale and copy always have the same."""
    return ActionId(f"print:{sale_id}:{copy}")


def drawer_action(sale_id: SaleId) -> ActionId:
    """Return the id of the one pulse of a sale."""
    return ActionId(f"drawer:{sale_id}")


def paid_fen(sale: Sale) -> int:
    """Return what vouchers paid so far."""
    return sum(voucher.amount_fen for voucher in sale.vouchers)


def due_fen(counter: Counter) -> int:
    """Return what is asked of the open sale as it stands, as a quote: cash rounding shows when cash is taken."""
    if counter.priced is None:
        return 0
    return amount_asked(counter.priced.due_fen, counter.settings.rounding, noncash_fen=counter.priced.due_fen)


def remaining_fen(counter: Counter) -> int:
    """Return what is left to pay in cash."""
    sale = counter.record.sale
    if sale is None or counter.priced is None:
        return 0
    paid = paid_fen(sale)
    return max(0, amount_asked(counter.priced.due_fen, counter.settings.rounding, noncash_fen=paid) - paid)


def complete(counter: Counter, permit: Permit, *, given_fen: int | None) -> Outcome:
    """End the sale: everything of it in one step, then the drawer (only for cash) and the receipt.

    ``given_fen`` is the cash of the customer; None = exactly what remains. Nothing remains → no cash is recorded.
    """
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None or not priced.lines:
        return reject(No.EMPTY_SALE, replace(counter, text=""))
    remaining = remaining_fen(counter)
    given = None if remaining == 0 else remaining if given_fen is None else given_fen
    if given is not None and given < remaining:
        return reject(No.UNDERPAID, replace(counter, text=""), missing=format_fen(remaining - given))
    settled = settle(priced, counter.settings.rounding, noncash_fen=paid_fen(sale))
    document = finish(sale, priced, settled, cash_given_fen=given, receipt_no=next_receipt(counter))
    completed = completion(document, receipt_count=counter.record.receipts_done + 1, completed_ms=permit.moment.wall_ms)
    return Applied(
        counter=replace(counter, mode=Completed(), text="", selected=0),
        facts=(completed,),
        effects=_acts(sale, completed, cash=given is not None),
        said=say(
            Say.COMPLETED,
            Level.MONEY,
            total=format_fen(completed.total_fen),
            change=format_fen(completed.change_fen),
        ),
    )


def _acts(sale: Sale, completed: ev.SaleCompleted, *, cash: bool) -> tuple[Effect, ...]:
    receipt = PrintReceipt(action=print_action(sale.id, 0), sale=sale, completed=completed)
    return (PulseDrawer(drawer_action(sale.id)), receipt) if cash else (receipt,)


def add_voucher(counter: Counter, amount_fen: int) -> Outcome:
    """Take a voucher: it gives no change, so it cannot be more than what remains."""
    sale, remaining = counter.record.sale, remaining_fen(counter)
    if sale is None:
        return reject(No.OVER_TENDER, replace(counter, text=""), limit=format_fen(0))
    try:
        tender = take_voucher(remaining, amount_fen)
    except RuleError:
        return reject(No.OVER_TENDER, replace(counter, text=""), limit=format_fen(remaining))
    except InputError:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return Applied(
        counter=replace(counter, mode=Tendering(), text=""),
        facts=(ev.TenderAdded(sale_id=sale.id, tender=tender),),
        said=say(Say.VOUCHER_TAKEN, amount=format_fen(amount_fen)),
    )


def remove_voucher(counter: Counter) -> Outcome:
    """Give the last voucher back."""
    sale = counter.record.sale
    if sale is None or not sale.vouchers:
        return reject(No.NO_TENDER)
    return Applied(
        counter=replace(counter, mode=Tendering(), text=""),
        facts=(ev.TenderRemoved(sale_id=sale.id),),
        said=say(Say.TENDER_REMOVED, amount=format_fen(sale.vouchers[-1].amount_fen)),
    )


def void_sale(counter: Counter, permit: Permit) -> Outcome:
    """Drop the open sale before anything is paid."""
    sale, staff = counter.record.sale, counter.record.staff
    if sale is None or staff is None:
        return reject(No.EMPTY_SALE, at_sale(counter))
    total = due_fen(counter)
    fact = ev.SaleVoided(sale_id=sale.id, staff=staff.number, total_fen=total, approved_by=permit.approver)
    return Applied(
        counter=replace(at_sale(counter), selected=0),
        facts=(fact,),
        said=say(Say.SALE_VOIDED, total=format_fen(total)),
    )
