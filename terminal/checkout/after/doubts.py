"""What stands against doing something after a sale: a right, up to what it is worth."""

from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after.drafts import AfterAction, CopyReceipt, CopyReturn, Exchange, GiveBack, VoidDone
from terminal.checkout.after.messages import AfterAsk
from terminal.checkout.after.modes import BareReturn, Returning
from terminal.checkout.after.undoing import undone
from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.modes import Confirming
from terminal.checkout.state import Counter
from terminal.domain.after.refund import Undone
from terminal.domain.errors import PosError
from terminal.domain.money import format_fen
from terminal.domain.paying import cash_fen
from terminal.domain.staff import Right
from terminal.ports.devices import PrintResult
from terminal.wire.return_events import ReturnKind

ON_PAPER = frozenset({PrintResult.PRINTED.value, PrintResult.SENT.value})


def about(counter: Counter, action: AfterAction) -> Doubt:
    """Return what stands against it. Money that goes out is asked about once more, whoever gives it, with the reason.

    All that came back of the receipt counts, so that no limit is passed in small steps.
    """
    doubt = _doubt(counter, action)
    if isinstance(action, CopyReturn | CopyReceipt):
        return doubt
    return replace(doubt, params={**doubt.params, "reason": f"reason.{action.reason}"})


def _doubt(counter: Counter, action: AfterAction) -> Doubt:
    page = counter.mode.back if isinstance(counter.mode, Confirming) else counter.mode
    match action:
        case CopyReturn():
            return _about_copy(counter)
        case GiveBack() if isinstance(page, BareReturn):
            return _about_goods(page)
        case _ if not isinstance(page, Returning):
            return Doubt()
        case GiveBack() | Exchange():
            return _about_refund(counter, page, action)
        case VoidDone():
            total_fen = page.found.completed.total_fen
            params = {"amount": format_fen(total_fen), "receipt_no": page.found.completed.receipt_no}
            return Doubt(question=AfterAsk.VOID, params=params, right=Right.VOID_DONE, amount_fen=total_fen, again=True)
        case CopyReceipt():
            params = {"receipt_no": page.found.completed.receipt_no}
            return Doubt(question=AfterAsk.COPY, params=params, right=Right.REPRINT)
        case _:
            assert_never(action)


def _about_refund(counter: Counter, page: Returning, action: GiveBack | Exchange) -> Doubt:
    """The question names the cash, where some of the money is kept back."""
    params = {"amount": format_fen(page.chosen_fen), "receipt_no": page.found.completed.receipt_no}
    question = AfterAsk.EXCHANGE if isinstance(action, Exchange) else AfterAsk.REFUND
    done = _refunded(counter, page) if question is AfterAsk.REFUND else None
    if done is not None and done.points is not None and done.points.withheld_fen:
        question, withheld_fen = AfterAsk.WITHHELD, done.points.withheld_fen
        params = {**params, "withheld": format_fen(withheld_fen), "cash": format_fen(cash_fen(done.tenders))}
    sold = page.found.sold
    amount_fen = sold.refunded_fen + sold.by_code_fen + page.chosen_fen
    return Doubt(question=question, params=params, right=Right.REFUND, amount_fen=amount_fen, again=True)


def _refunded(counter: Counter, page: Returning) -> Undone | None:
    """Return what giving back would do; None if it may not be, which the deed says."""
    try:
        return undone(counter, page, ReturnKind.REFUND, page.today)
    except PosError:
        return None


def _about_goods(page: BareReturn) -> Doubt:
    """Goods without a receipt are a manager's; with its signed code they are a refund like another."""
    amount = format_fen(page.worth_fen)
    question, params, right = AfterAsk.NO_RECEIPT, {"amount": amount}, Right.NO_RECEIPT
    if page.code is not None:
        question, params, right = AfterAsk.REFUND, {**params, "receipt_no": page.code.receipt_no}, Right.REFUND
    return Doubt(question=question, params=params, right=right, amount_fen=page.back_fen + page.worth_fen, again=True)


def _about_copy(counter: Counter) -> Doubt:
    """A paper of which it is not known that it came out may be printed again by whoever gave the money back."""
    last = counter.record.returned
    if last is None or last.printed not in ON_PAPER:
        return Doubt()
    return Doubt(question=AfterAsk.COPY, params={"receipt_no": last.fact.number}, right=Right.REPRINT)
