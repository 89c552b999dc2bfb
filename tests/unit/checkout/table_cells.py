"""The table of the counter as data: mode, event → mode after, notice, facts.

What stands nowhere changes nothing: it is refused as `OTHERWISE` says, or is one of the `SILENT` keys.
"""

from tests.unit.checkout.table import pages, selling, store_pages
from tests.unit.checkout.table.cell import Cell

SILENT = ("escape", "backspace", "tab")
OTHERWISE: dict[str, str] = {
    "no_book": "error.no_book",
    "locked": "error.locked",
    "empty": "error.key_not_here",
    "sale": "error.key_not_here",
    "prompt": "error.finish_first",
    "search": "error.key_not_here",
    "tender": "error.key_not_here",
    "paid": "error.key_not_here",
    "redeem": "error.key_not_here",
    "slip": "error.finish_first",
    "paying": "error.payment_under_way",
    "completed": "error.sale_done",
    "held": "error.key_not_here",
    "price_check": "error.key_not_here",
    "shift": "error.key_not_here",
    "open_shift": "error.key_not_here",
    "cash_move": "error.key_not_here",
    "reason_of_move": "error.key_not_here",
    "count": "error.key_not_here",
    "report": "error.key_not_here",
    "store": "error.key_not_here",
    "stock_menu": "error.key_not_here",
    "low_stock": "error.key_not_here",
    "inquiry": "error.key_not_here",
    "list_sales": "error.key_not_here",
    "list_returns": "error.key_not_here",
    "detail": "error.key_not_here",
    "stock_page": "error.key_not_here",
    "reference": "error.finish_first",
    "stock_reason": "error.finish_first",
    "tasks": "error.key_not_here",
    "inspecting": "error.key_not_here",
    "campaigns": "error.key_not_here",
    "reason_of_value": "error.key_not_here",
    "attending": "error.key_not_here",
    "pin_of_attending": "error.key_not_here",
    "member": "error.key_not_here",
    "reasons": "error.key_not_here",
    "member_form": "error.key_not_here",
    "card_of_form": "error.key_not_here",
    "confirm": "error.finish_first",
    "approval": "error.finish_first",
    "help": "error.leave_first",
    "status": "error.leave_first",
    "find_receipt": "error.key_not_here",
    "return": "error.key_not_here",
    "chosen": "error.key_not_here",
    "reason_of_return": "error.finish_first",
    "returned": "error.key_not_here",
    "bare": "error.key_not_here",
}
CELLS: dict[str, dict[str, Cell]] = {**selling.CELLS, **store_pages.CELLS, **pages.CELLS}
