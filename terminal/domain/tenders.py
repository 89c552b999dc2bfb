"""Cash with change, vouchers without, and the notes that a cashier may offer."""

from collections.abc import Iterable

from terminal.domain.errors import InputError, RuleError, UnderpaidError
from terminal.domain.sale import Tender, TenderKind

QUICK_CHOICES = 6


def pay_cash(due_fen: int, given_fen: int) -> tuple[Tender, int]:
    """Return the recorded tender and the change for cash that ends a sale.

    `UnderpaidError` if it is too little; `InputError` if nothing is due: then no cash is recorded.
    """
    if due_fen < 1:
        raise InputError(f"no cash for {due_fen}")
    if given_fen < due_fen:
        raise UnderpaidError(short_fen=due_fen - given_fen)
    return Tender(kind=TenderKind.CASH, amount_fen=due_fen, given_fen=given_fen), given_fen - due_fen


def take_voucher(remaining_fen: int, amount_fen: int) -> Tender:
    """Return the recorded tender of a voucher; `RuleError` ``over_tender`` above the rest: no change is given."""
    if amount_fen < 1:
        raise InputError(f"voucher of {amount_fen}")
    if amount_fen > remaining_fen:
        raise RuleError(f"voucher of {amount_fen} for {remaining_fen}", code="over_tender")
    return Tender(kind=TenderKind.VOUCHER, amount_fen=amount_fen)


def cash_fen(tenders: Iterable[Tender]) -> int:
    """Return what of these tenders is money that stays in the drawer."""
    return sum(tender.amount_fen for tender in tenders if tender.kind is TenderKind.CASH)


def quick_cash(due_fen: int, denominations: Iterable[int]) -> tuple[int, ...]:
    """Return what customers hand over: the exact amount, then the least sums of one kind of note that cover it.

    Ascending, without repeats, at most `QUICK_CHOICES`: of more, the smallest steps above exact are left out.
    """
    covering = {-(-due_fen // note) * note for note in denominations} - {due_fen}
    return (due_fen, *sorted(covering)[-(QUICK_CHOICES - 1) :])
