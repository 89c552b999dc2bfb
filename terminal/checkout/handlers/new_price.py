"""F3 alone: another price for the selected line, then its reason."""

from msgspec.structs import replace

from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale, live_line
from terminal.checkout.drafts import ChangePrice, Need, NewPriceOf, ReasonOfPrice
from terminal.checkout.goods import prices
from terminal.checkout.handlers.typing import amount_of
from terminal.checkout.messages import No
from terminal.checkout.modes import Prompting
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, reject
from terminal.checkout.state import Counter
from terminal.domain.sale import SaleLine


def ask(counter: Counter, line: SaleLine) -> Outcome:
    """Ask for another price, if the line may have one."""
    no = prices.refusal(line)
    if no is not None:
        return reject(no)
    return Applied(counter=replace(counter, mode=Prompting(need=Need.NEW_PRICE, subject=NewPriceOf(line.number))))


def take(turn: KeyTurn, number: int) -> Outcome:
    """Take a typed price and ask why; nothing typed: the price of the article holds again."""
    counter = replace(turn.counter, text="")
    row = live_line(counter, number)
    if row is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    price_fen = amount_of(turn.counter.text) if turn.counter.text else None
    if turn.counter.text and (price_fen is None or price_fen < 0):
        return reject(No.BAD_AMOUNT, counter)
    no = prices.refused(row.line, price_fen)
    if no is not None:
        return reject(no, counter)
    if price_fen is None:
        return request(at_sale(counter), ChangePrice(number, None), turn.moment)
    prompt = Prompting(need=Need.REASON, subject=ReasonOfPrice(number, price_fen))
    return Applied(counter=replace(counter, mode=prompt))
