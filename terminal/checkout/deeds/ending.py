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
from terminal.domain.pricing.sums import amount_asked, settle
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


def total_fen(counter: Counter) -> int:
    """Return the total if cash pays now all that the vouchers leave."""
    sale = counter.record.sale
    if sale is None or counter.priced is None:
        return 0
    return amount_asked(counter.priced.due_fen, counter.settings.rounding, noncash_fen=paid_fen(sale))


def remaining_fen(counter: Counter) -> int:
    """Return what is left to pay in cash: 0 also where the rest rounds to nothing."""
    sale = counter.record.sale
    return 0 if sale is None else max(0, total_fen(counter) - paid_fen(sale))


def voucher_limit_fen(counter: Counter) -> int:
    """Return the most that a voucher can pay: what is asked without cash, less what is paid. Nothing rounds for it."""
    sale = counter.record.sale
    return 0 if sale is None else max(0, due_fen(counter) - paid_fen(sale))


def complete(counter: Counter, permit: Permit, *, given_fen: int | None) -> Outcome:
    """End the sale: everything of it in one step, then the drawer (only for cash) and the receipt.

    ``given_fen`` is the cash of the customer; None = exactly what remains. Nothing remains → no cash is recorded.
    """
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None or not priced.lines:
        return reject(No.EMPTY_SALE, replace(counter, text=""))
    remaining = remaining_fen(counter)
    refused = _unpayable(counter, sale, remaining if given_fen is None else given_fen)
    if refused is not None:
        return refused
    given = None if remaining == 0 else remaining if given_fen is None else given_fen
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


def _unpayable(counter: Counter, sale: Sale, given_fen: int) -> Outcome | None:
    """Return why cash does not end the sale: too little, too much where nothing remains, or vouchers above the total.

    An older till took such vouchers when it rounded up: the last one has to be given back.
    """
    cleared, remaining = replace(counter, text=""), remaining_fen(counter)
    if paid_fen(sale) > total_fen(counter):
        return reject(No.OVER_TENDER, cleared, limit=format_fen(total_fen(counter)))
    if given_fen < remaining:
        return reject(No.UNDERPAID, cleared, missing=format_fen(remaining - given_fen))
    if remaining == 0 and given_fen > 0:
        return reject(No.NOTHING_TO_PAY, cleared, given=format_fen(given_fen))
    return None


def _acts(sale: Sale, completed: ev.SaleCompleted, *, cash: bool) -> tuple[Effect, ...]:
    receipt = PrintReceipt(action=print_action(sale.id, 0), sale=sale, completed=completed)
    return (PulseDrawer(drawer_action(sale.id)), receipt) if cash else (receipt,)


def add_voucher(counter: Counter, amount_fen: int) -> Outcome:
    """Take a voucher: it gives no change, so it cannot be more than what is asked without cash."""
    sale, limit_fen = counter.record.sale, voucher_limit_fen(counter)
    if sale is None:
        return reject(No.OVER_TENDER, replace(counter, text=""), limit=format_fen(0))
    try:
        tender = take_voucher(limit_fen, amount_fen)
    except RuleError:
        return reject(No.OVER_TENDER, replace(counter, text=""), limit=format_fen(limit_fen))
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
    asked_fen = due_fen(counter)
    fact = ev.SaleVoided(sale_id=sale.id, staff=staff.number, total_fen=asked_fen, approved_by=permit.approver)
    return Applied(
        counter=replace(at_sale(counter), selected=0),
        facts=(fact,),
        said=say(Say.SALE_VOIDED, total=format_fen(asked_fen)),
    )
