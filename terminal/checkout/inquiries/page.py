"""Looking into what a till knows: picked from a menu, searched, walked through, seen in full."""

from msgspec.structs import replace

from terminal.checkout.after.finding import hindered
from terminal.checkout.after.messages import AfterNo
from terminal.checkout.after.modes import FindingReceipt
from terminal.checkout.effects import FindSale, Inquire
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.typing import clear, put
from terminal.checkout.inputs import Inquired
from terminal.checkout.inquiries.messages import AskedNo
from terminal.checkout.inquiries.modes import DetailPage, InquiryMenu, ListPage
from terminal.checkout.inquiries.questions import Finding, Listed, SaleOf, SaleSeen, Search, Topic
from terminal.checkout.inquiries.showing import MENU, detail_rows
from terminal.checkout.inquiries.sought import search_of
from terminal.checkout.keys import Press
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, Turn, reject
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store.modes import StockMenu, StoreMenu
from terminal.ports.history import Deed
from terminal.wire.events import SaleCompleted
from terminal.wire.return_events import SaleReturned

PICKS = "123456789"
SEARCHED = frozenset({Topic.SALES, Topic.MEMBER})
"""Topics that something is typed for."""


def open_menu(turn: KeyTurn) -> Outcome:
    """Show what may be looked up."""
    return Applied(counter=replace(turn.counter, mode=InquiryMenu(), text=""))


def pick(turn: KeyTurn) -> Outcome:
    """Open the list of a topic: the newest of all; of a member only when somebody is named."""
    index = PICKS.find(turn.cause.name)
    if not 0 <= index < len(MENU):
        return reject(No.NO_CHOICE)
    search = Search(topic=MENU[index])
    if search.topic is Topic.MEMBER:
        return Applied(counter=replace(turn.counter, mode=ListPage(search=search), text=""))
    return ask(turn.counter, search)


def leave_menu(turn: KeyTurn) -> Outcome:
    """Go back to the menu of the store."""
    return Applied(counter=replace(turn.counter, mode=StoreMenu(), text=""))


def ask(counter: Counter, search: Search) -> Outcome:
    """Open the page of a search and have it answered."""
    opened = replace(counter, mode=ListPage(search=search), text="")
    return Applied(counter=opened, effects=(Inquire(question=search),))


def answered(turn: Turn[Inquired]) -> Outcome:
    """Show what was found: a list, or one sale in full."""
    counter, answer = turn.counter, turn.cause
    page = counter.mode
    if not isinstance(page, ListPage):
        return Ignored()
    if not isinstance(answer.query.question, SaleOf):
        listed = replace(page, found=answer.found, who=answer.who, fault=answer.fault, selected=0)
        return Applied(counter=replace(counter, mode=listed))
    sale = next((one for one in answer.found if isinstance(one, SaleSeen)), None)
    if sale is None:
        return reject(AskedNo.SALE_GONE)
    return Applied(counter=replace(counter, mode=DetailPage(back=page, about=sale)))


# --- a list ----------------------------------------------------------------------------------------------------------


def digit(turn: KeyTurn) -> Outcome:
    """Type what is looked for."""
    page = turn.counter.mode
    if isinstance(page, ListPage) and page.search.topic in SEARCHED:
        return put(replace(turn, cause=Press(turn.cause.name.upper())))
    return reject(No.KEY_NOT_HERE)


def enter(turn: KeyTurn) -> Outcome:
    """Look for what stands typed; with nothing typed show the highlighted row in full."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, ListPage):
        return Ignored()
    if not counter.text:
        return _open(counter, page)
    search = search_of(counter, page.search.topic, counter.text, turn.moment)
    if search is None:
        return reject(AskedNo.SEARCH_HOW, replace(counter, text=""))
    return ask(counter, search)


def _open(counter: Counter, page: ListPage) -> Outcome:
    row = page.found[page.selected] if page.found else None
    if not isinstance(row, Listed):
        return reject(No.NO_CHOICE)
    match row.deed.fact:
        case SaleCompleted(sale_id=sale_id):
            return Applied(counter=counter, effects=(Inquire(question=SaleOf(sale_id)),))
        case SaleReturned():
            return Applied(counter=replace(counter, mode=DetailPage(back=page, about=row)))
        case _:
            return reject(AskedNo.NO_MORE)


def scan(turn: ScanTurn) -> Outcome:
    """A receipt's code finds its sale, a member's card what there is of the member; goods are refused."""
    counter, page = turn.counter, turn.counter.mode
    if isinstance(page, ListPage) and page.search.topic in SEARCHED:
        search = search_of(counter, page.search.topic, turn.cause.data, turn.moment, scanned=True)
        if search is not None:
            return replace_reason(ask(counter, search))
    return reject(No.NOT_HERE)


def replace_reason(outcome: Outcome) -> Outcome:
    """Return an outcome whose scan was looked for."""
    return replace(outcome, reason="looked_for") if isinstance(outcome, Applied) else outcome


def move(turn: KeyTurn) -> Outcome:
    """Move the selection by a row, a page, or to an end."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, ListPage | DetailPage):
        return Ignored()
    count = len(page.found) if isinstance(page, ListPage) else len(detail_rows(page))
    if not count:
        return reject(No.NO_CHOICE)
    at = moved(turn, page.selected, last=count - 1)
    return Applied(counter=replace(counter, mode=replace(page, selected=at)))


def leave(turn: KeyTurn) -> Outcome:
    """Clear what is typed, then go back to where the list was asked for."""
    counter, page = turn.counter, turn.counter.mode
    if counter.text:
        return clear(turn)
    low = isinstance(page, ListPage) and page.search.topic is Topic.LOW_STOCK
    return Applied(counter=replace(counter, mode=StockMenu() if low else InquiryMenu()))


def close(turn: KeyTurn) -> Outcome:
    """Go back from one row to its list."""
    page = turn.counter.mode
    back = page.back if isinstance(page, DetailPage) else at_rest(turn.counter)
    return Applied(counter=replace(turn.counter, mode=back))


def give_back(turn: KeyTurn) -> Outcome:
    """Open the page on which goods of the sale come back that is shown, or highlighted."""
    counter, page = turn.counter, turn.counter.mode
    seen: Finding | None = page.about if isinstance(page, DetailPage) else None
    if isinstance(page, ListPage) and page.found:
        seen = page.found[page.selected]
    receipt_no = _receipt_of(seen)
    if not receipt_no:
        return reject(AfterNo.RECEIPT_HOW)
    no = hindered(counter)
    if no is not None:
        return reject(no)
    query = FindSale(receipt_no=receipt_no)
    return Applied(counter=replace(counter, mode=FindingReceipt(), text=""), effects=(query,))


def _receipt_of(seen: Finding | None) -> str:
    """Return the number of the receipt that something is, or is about; empty = of none."""
    match seen:
        case SaleSeen(sale=sale):
            return sale.completed.receipt_no
        case Listed(deed=Deed(fact=SaleCompleted() | SaleReturned() as fact)):
            return fact.receipt_no
        case _:
            return ""
