"""Selling: scans, typed codes, quantities, corrections."""

from msgspec.structs import replace

from terminal.checkout.after import finding as returns
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale, last_line, live_line, signed
from terminal.checkout.drafts import ChangeQuantity, Need, QuantityOf, ReasonOf, RepeatLine, VoidLine
from terminal.checkout.effects import FindArticles, LookUp, Purpose
from terminal.checkout.goods.messages import GoodsNo
from terminal.checkout.handlers import new_price
from terminal.checkout.handlers.coupons import coupon_code, presented
from terminal.checkout.handlers.held import by_paper
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.typing import amount_of, clear, count_of, drop, put, split_prefix
from terminal.checkout.members.asking import by_card, card_of
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Prompting, Searching, Selling
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, ScanTurn, reject, say
from terminal.checkout.state import Counter
from terminal.domain.catalog import Unit
from terminal.domain.money import format_fen, pay
from terminal.domain.pricing.sums import PricedLine
from terminal.domain.sale import Entry
from terminal.domain.sale_codes import is_sale_code
from terminal.domain.slips.hold import hold_code

TAKE_BACK = "0"
"""Typed before ``-``: the next scan takes a piece back (a bare ``-`` voids the last line at once)."""


def purpose_of(counter: Counter) -> Purpose:
    """Return what an article is looked up for in the present mode."""
    mode = counter.mode
    return Purpose.TAKE_BACK if isinstance(mode, Selling) and mode.taking_back else Purpose.SELL


def scan(turn: ScanTurn) -> Outcome:
    """Look the article up, with the quantity that stands typed; anything else typed is dropped. A card is bound."""
    counter, code = turn.counter, turn.cause.data
    card = card_of(counter, code)
    if card is not None:
        return Applied(counter=counter, effects=(by_card(card, scan=turn.cause),))
    coupon = coupon_code(counter, code)
    if coupon is not None:
        return presented(counter, coupon, turn.cause)
    if is_sale_code(code):
        return returns.scan_receipt(turn)
    held = hold_code(code)
    if held is not None:
        return by_paper(turn, held)
    times, rest = split_prefix(counter.text)
    if times is None or (rest and rest != counter.text):
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    query = LookUp(
        purpose=purpose_of(counter),
        entry=Entry.SCAN,
        code=code,
        quantity=times.quantity,
        weight_g=times.weight_g,
        scan=turn.cause,
    )
    is_used = not rest and purpose_of(counter) is Purpose.SELL
    return Applied(counter=replace(counter, text="") if is_used else drop(counter), effects=(query,))


def enter(turn: KeyTurn) -> Outcome:
    """Look a typed code up."""
    counter = turn.counter
    times, code = split_prefix(counter.text)
    card = card_of(counter, code)
    if card is not None:
        return Applied(counter=replace(counter, text=""), effects=(by_card(card),))
    coupon = coupon_code(counter, code)
    if coupon is not None:
        return presented(counter, coupon, None)
    if times is None or not code or "*" in code:
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    query = LookUp(
        purpose=purpose_of(counter),
        entry=Entry.TYPED,
        code=code,
        quantity=times.quantity,
        weight_g=times.weight_g,
    )
    return Applied(counter=replace(counter, text=""), effects=(query,))


def multiply(turn: KeyTurn) -> Outcome:
    """``3*``: that many of the next item. On an empty input: another quantity for the last line."""
    counter = turn.counter
    if counter.text:
        if split_prefix(f"{counter.text}*")[1] != "":
            return reject(No.BAD_QUANTITY, replace(counter, text=""))
        return put(turn)
    last = last_line(counter)
    if last is None:
        return reject(No.EMPTY_SALE)
    return _ask_quantity(counter, last)


def minus(turn: KeyTurn) -> Outcome:
    """Void the last line, ``n-`` line n; ``0-`` takes back by scanning."""
    counter = turn.counter
    if counter.text == TAKE_BACK:
        return Applied(counter=replace(counter, text="", mode=Selling(taking_back=True)), said=say(Say.TAKE_BACK))
    last = last_line(counter)
    number = count_of(counter.text) if counter.text else last.line.number if last is not None else None
    return _void(turn, number or 0)


def void_selected(turn: KeyTurn) -> Outcome:
    """Void the selected line."""
    return _void(turn, turn.counter.selected)


def _void(turn: KeyTurn, number: int) -> Outcome:
    if live_line(turn.counter, number) is None:
        return _no_line(turn.counter)
    return request(turn.counter, VoidLine(number), turn.moment)


def _no_line(counter: Counter) -> Outcome:
    """Refuse what is about a line: the basket is empty, or that line is not there."""
    no = No.EMPTY_SALE if last_line(counter) is None else No.UNKNOWN_LINE
    return reject(no, replace(counter, text=""))


def plus(turn: KeyTurn) -> Outcome:
    """Repeat the last line, ``n+`` n more of it."""
    counter = turn.counter
    quantity = count_of(counter.text) if counter.text else 1
    last = last_line(counter)
    if last is None:
        return reject(No.EMPTY_SALE, replace(counter, text=""))
    if quantity is None:
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    if not _is_counted(last):
        return reject(No.NOT_REPEATABLE, replace(counter, text=""))
    return request(counter, RepeatLine(last.line.number, signed(last.line, quantity)), turn.moment)


def _is_counted(row: PricedLine) -> bool:
    """Whether a line has a number of pieces that may be another one: no weight, no printed price, no serial number."""
    return row.line.unit is Unit.EACH and row.line.printed_fen is None and not row.line.serial


def change_quantity(turn: KeyTurn) -> Outcome:
    """``n F2`` gives the selected line n pieces; F2 alone asks how many."""
    counter = turn.counter
    row = live_line(counter, counter.selected)
    if row is None:
        return _no_line(counter)
    if not counter.text or not _is_counted(row):
        return _ask_quantity(counter, row)
    quantity = count_of(counter.text)
    if quantity is None:
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    return request(counter, ChangeQuantity(row.line.number, signed(row.line, quantity)), turn.moment)


def _ask_quantity(counter: Counter, row: PricedLine) -> Outcome:
    if not _is_counted(row):
        no = GoodsNo.SERIAL_ONE if row.line.serial else No.NOT_COUNTED
        return reject(no, replace(counter, text=""))
    return Applied(
        counter=replace(counter, text="", mode=Prompting(need=Need.QUANTITY, subject=QuantityOf(row.line.number)))
    )


def reduce(turn: KeyTurn) -> Outcome:
    """``amount F3`` takes money off the selected line, F3 alone asks for another price; then the reason is picked."""
    counter = turn.counter
    row = live_line(counter, counter.selected)
    if not counter.text and row is not None:
        return new_price.ask(counter, row.line)
    return _ask_reason(turn, amount_of(counter.text))


def percent(turn: KeyTurn) -> Outcome:
    """``90/`` sells the selected line at 90 percent of what it costs now; then the reason is picked."""
    counter = turn.counter
    row = live_line(counter, counter.selected)
    share = count_of(counter.text)
    if row is None:
        return _no_line(counter)
    if share is None or not 10 <= share < 100:
        return reject(No.PERCENT_HOW, replace(counter, text=""))
    return _ask_reason(turn, row.net_fen - pay(row.net_fen, share * 100))


def _ask_reason(turn: KeyTurn, off_fen: int | None) -> Outcome:
    counter = replace(turn.counter, text="")
    row = live_line(counter, counter.selected)
    if row is None:
        return _no_line(counter)
    if not row.line.discountable:
        return reject(No.NOT_DISCOUNTABLE, counter)
    if off_fen is None or off_fen < 1:
        return reject(No.BAD_AMOUNT, counter)
    if off_fen > row.net_fen:
        return reject(No.ABOVE_LINE, counter, limit=format_fen(row.net_fen))
    prompt = Prompting(need=Need.REASON, subject=ReasonOf(row.line.number, off_fen))
    return Applied(counter=replace(counter, mode=prompt))


def search(turn: KeyTurn) -> Outcome:
    """A letter begins a search by pinyin initials; a typed quantity goes with it."""
    counter, letter = turn.counter, turn.cause.name.lower()
    times, rest = split_prefix(counter.text)
    if rest or times is None:
        return put(turn)
    searching = Searching(query=letter, purpose=purpose_of(counter), prefix=counter.text)
    return Applied(counter=replace(counter, mode=searching, text=""), effects=(FindArticles(initials=letter),))


def select(turn: KeyTurn) -> Outcome:
    """Move the selection by a line, a page, or to an end."""
    counter = turn.counter
    count = len(counter.rows)
    if not count:
        return reject(No.EMPTY_SALE)
    return Applied(counter=replace(counter, selected=moved(turn, counter.selected - 1, last=count - 1) + 1))


def escape(turn: KeyTurn) -> Outcome:
    """Clear what is typed, then the taking back; a sale is never cancelled by it."""
    counter = turn.counter
    if not counter.text and purpose_of(counter) is Purpose.TAKE_BACK:
        return Applied(counter=at_sale(counter))
    return clear(turn)
