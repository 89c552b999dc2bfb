"""How much may come back of a sale that nobody can look up."""

from terminal.checkout.after.modes import BareReturn
from terminal.checkout.state import Counter
from terminal.domain.sale_codes import SaleCode


def by_code_fen(counter: Counter, code: SaleCode, back_fen: int) -> int:
    """Return what may come back in cash by a signed code, of whose sale ``back_fen`` did at this till.

    0 or less: nothing. What the sale was paid with otherwise comes back where HQ tells of it.
    """
    return min(counter.trade.other_till_max, code.total_fen, code.cash_fen) - back_fen


def limit_fen(counter: Counter, page: BareReturn) -> int:
    """Return the most that the goods of a page may be worth."""
    return counter.trade.no_receipt_max if page.code is None else by_code_fen(counter, page.code, page.back_fen)
