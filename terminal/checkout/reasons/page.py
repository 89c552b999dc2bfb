"""The page that says why a line costs what it does, and what nearly made it cheaper (``=`` or F21)."""

from msgspec.structs import replace

from terminal.checkout.deeds.lines import last_line, live_line
from terminal.checkout.handlers.typing import count_of
from terminal.checkout.messages import No
from terminal.checkout.modes import Reasons, Selling, Tendering
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, again, reject
from terminal.checkout.state import Counter
from terminal.domain.pricing.nearly import nearly
from terminal.domain.pricing.sums import shopping_of


def open_page(turn: KeyTurn) -> Outcome:
    """Say it of the selected line, ``3=`` of line 3; on the tender page what stands typed is an amount, and stays."""
    counter, mode = turn.counter, turn.counter.mode
    if isinstance(mode, Tendering) and counter.text:
        return reject(No.KEY_NOT_HERE)
    last = last_line(counter)
    if last is None:
        return reject(No.EMPTY_SALE, replace(counter, text=""))
    number = count_of(counter.text) if counter.text else counter.selected or last.line.number
    if number is None or (counter.text and live_line(counter, number) is None):
        return reject(No.UNKNOWN_LINE, replace(counter, text=""))
    back = mode if isinstance(mode, Selling | Tendering) else Selling()
    return Applied(counter=replace(counter, mode=Reasons(back=back), text="", selected=number))


def close(turn: KeyTurn) -> Outcome:
    """Go back to where it was opened."""
    return Applied(counter=_closed(turn.counter))


def scan(turn: ScanTurn) -> Outcome:
    """A scan closes the page, and happens where it was opened."""
    counter = turn.counter
    return again(_closed(counter), turn.cause) if isinstance(counter.mode, Reasons) else Ignored()


def _closed(counter: Counter) -> Counter:
    mode = counter.mode
    return replace(counter, mode=mode.back) if isinstance(mode, Reasons) else counter


def with_near(before: Counter, after: Counter) -> Counter:
    """Return the counter with what nearly fired, where people see it: it is asked once a basket, and only there.

    Who has paid something buys no more.
    """
    sale, priced = after.record.sale, after.priced
    is_shown = isinstance(after.mode, Reasons | Tendering)
    if not is_shown or sale is None or priced is None or sale.tenders:
        return replace(after, near=()) if after.near else after
    if priced is before.priced and isinstance(before.mode, Reasons | Tendering) and not _was_paid(before):
        return after
    return replace(after, near=nearly(priced.basket, after.pricer.rules, shopping_of(sale)))


def _was_paid(counter: Counter) -> bool:
    return counter.record.sale is not None and bool(counter.record.sale.tenders)
