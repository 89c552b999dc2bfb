"""Paying: cash, quick amounts, what is scanned. Also the keys that pay straight out of the sale."""

from msgspec.structs import replace

from terminal.checkout.deeds.ending import complete
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale, last_line
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.drafts import RemoveTender, TakeCash, VoidSale
from terminal.checkout.handlers.coupons import coupon_code, presented
from terminal.checkout.handlers.typing import amount_of, backspace, clear, drop
from terminal.checkout.members.asking import by_card, card_of
from terminal.checkout.messages import No
from terminal.checkout.modes import Tendering
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, Permit, ScanTurn, again, reject
from terminal.checkout.payments.practising import practise
from terminal.checkout.payments.starting import start
from terminal.checkout.state import Counter
from terminal.checkout.tendering.keys import is_a_code, is_partly_paid, typed_scan
from terminal.domain.barcode import pay_code_channel
from terminal.domain.paying import quick_cash


def quick_amounts(counter: Counter) -> tuple[int, ...]:
    """Return the amounts that customers are likely to give, the exact one first; none when nothing remains."""
    remaining = taking_of(counter).cash_rest_fen
    return quick_cash(remaining, counter.settings.quick_cash_fen) if remaining > 0 else ()


def open_tender(turn: KeyTurn) -> Outcome:
    """Show what is to be paid."""
    if last_line(turn.counter) is None:
        return reject(No.EMPTY_SALE)
    return Applied(counter=replace(turn.counter, mode=Tendering(), text=""))


def cash(turn: KeyTurn) -> Outcome:
    """``amount F12`` takes cash, F12 alone exactly what remains; either ends the sale."""
    counter, text = turn.counter, turn.counter.text
    if not text:
        return complete(counter, Permit(moment=turn.moment), given_fen=None)
    if is_a_code(text):
        return typed_scan(turn)
    given_fen = amount_of(text)
    if given_fen is None or given_fen < 0:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return request(counter, TakeCash(given_fen), turn.moment)


def accept(turn: KeyTurn) -> Outcome:
    """Enter takes the typed amount, else the highlighted one."""
    counter, mode = turn.counter, turn.counter.mode
    amounts = quick_amounts(counter)
    if counter.text or not amounts or not isinstance(mode, Tendering):
        return cash(turn)
    return request(counter, TakeCash(amounts[mode.selected % len(amounts)]), turn.moment)


def choose(turn: KeyTurn) -> Outcome:
    """Highlight the next quick amount, or the one before."""
    counter, mode = turn.counter, turn.counter.mode
    amounts = quick_amounts(counter)
    if not amounts or not isinstance(mode, Tendering):
        return reject(No.KEY_NOT_HERE)
    step = -1 if turn.cause.name == "up" else 1
    return Applied(counter=replace(counter, mode=replace(mode, selected=(mode.selected + step) % len(amounts))))


def remove_last(turn: KeyTurn) -> Outcome:
    """Give the last tender back."""
    return request(turn.counter, RemoveTender(), turn.moment)


def edit(turn: KeyTurn) -> Outcome:
    """Backspace edits what is typed; on an empty input it gives the last tender back."""
    return backspace(turn) if turn.counter.text else remove_last(turn)


def leave(turn: KeyTurn) -> Outcome:
    """Clear the input, then go back to the sale, if nothing is paid yet."""
    if turn.counter.text:
        return clear(turn)
    if is_partly_paid(turn.counter):
        return reject(No.PARTLY_PAID)
    return Applied(counter=at_sale(turn.counter))


def cancel(turn: KeyTurn) -> Outcome:
    """Drop the whole sale; what was taken has to be given back first."""
    if turn.counter.record.sale is None:
        return reject(No.EMPTY_SALE)
    if is_partly_paid(turn.counter):
        return reject(No.PARTLY_PAID)
    return request(turn.counter, VoidSale(), turn.moment)


def scan(turn: ScanTurn) -> Outcome:
    """A payment code pays; an article goes into the sale, a member's card is bound, unless something is paid."""
    counter, code = turn.counter, turn.cause.data
    channel = pay_code_channel(code)
    if channel is not None and counter.is_training:
        return practise(counter, channel, turn.moment)
    if channel is not None:
        return start(counter, channel, code, turn.moment)
    if is_partly_paid(counter):
        return reject(No.PARTLY_PAID)
    card = card_of(counter, code)
    if card is not None:
        return Applied(counter=counter, effects=(by_card(card, scan=turn.cause),))
    coupon = coupon_code(counter, code)
    if coupon is not None:
        return presented(counter, coupon, turn.cause)
    return again(at_sale(drop(counter)), turn.cause)
