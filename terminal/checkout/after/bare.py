"""Goods that come back without a receipt: they are scanned, and worth the lowest price of thirty days."""

from msgspec.structs import replace

from terminal.checkout.after.drafts import ReasonOfReturn
from terminal.checkout.after.finding import hindered
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import BareLine, BareReturn, FindingReceipt
from terminal.checkout.after.reason import ask_reason
from terminal.checkout.codes import is_secret
from terminal.checkout.effects import LookUp, Purpose
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.refusals import refusal_of
from terminal.checkout.handlers.typing import clear, count_of
from terminal.checkout.inputs import LookedUp
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, Turn, reject, say
from terminal.checkout.state import Counter
from terminal.domain.after.no_receipt import worth_without_receipt
from terminal.domain.catalog import Article
from terminal.domain.errors import RuleError
from terminal.domain.money import format_fen
from terminal.domain.sale import Entry
from terminal.domain.text import clean

CODE_SHOWN = 40


def open_page(turn: KeyTurn) -> Outcome:
    """Ask which goods come back, if HQ allows it at all."""
    counter = turn.counter
    no = hindered(counter)
    if no is not None:
        return reject(no)
    if not counter.trade.no_receipt_max:
        return reject(AfterNo.NO_RECEIPT_NEVER)
    return Applied(counter=replace(counter, mode=BareReturn(), text=""))


def leave(turn: KeyTurn) -> Outcome:
    """Clear what is typed, then go back to the question which receipt it is."""
    return clear(turn) if turn.counter.text else Applied(counter=replace(turn.counter, mode=FindingReceipt()))


def scan(turn: ScanTurn) -> Outcome:
    """One more of an article."""
    query = LookUp(purpose=Purpose.RETURN, entry=Entry.SCAN, code=turn.cause.data, scan=turn.cause)
    return Applied(counter=replace(turn.counter, text=""), effects=(query,))


def enter(turn: KeyTurn) -> Outcome:
    """Look a typed code up; with nothing typed, give back."""
    counter = turn.counter
    if not counter.text:
        return give_back(turn)
    query = LookUp(purpose=Purpose.RETURN, entry=Entry.TYPED, code=counter.text)
    return Applied(counter=replace(counter, text=""), effects=(query,))


def answered(turn: Turn[LookedUp], page: BareReturn) -> Outcome:
    """Take one more of an article."""
    counter, query, article = turn.counter, turn.cause.query, turn.cause.article
    if article is None:
        if is_secret(query.code):
            return reject(No.NOT_GOODS)
        if turn.cause.reason != No.UNKNOWN_ITEM.code:
            return reject(refusal_of(turn.cause))
        return reject(No.UNKNOWN_ITEM, code=clean(query.code, limit=CODE_SHOWN))
    at = next((index for index, line in enumerate(page.lines) if line.article.sku == article.sku), len(page.lines))
    units = page.lines[at].units + 1 if at < len(page.lines) else 1
    outcome = _set(counter, page, at, article, units)
    return replace(outcome, reason="noted") if isinstance(outcome, Applied) else outcome


def _set(counter: Counter, page: BareReturn, at: int, article: Article, units: int) -> Outcome:
    """Let so many of the article at a place come back; none takes it out."""
    if units < 1:
        lines = (*page.lines[:at], *page.lines[at + 1 :])
        return Applied(counter=replace(counter, mode=replace(page, lines=lines, selected=max(0, at - 1))))
    try:
        worth_fen = worth_without_receipt(article, article.terms, units, fees=counter.trade.fees)
    except RuleError:
        return reject(AfterNo.NOT_RETURNABLE, counter)
    was = page.lines[at] if at < len(page.lines) else BareLine(article=article)
    line = replace(was, units=units, worth_fen=worth_fen)
    after = replace(page, lines=(*page.lines[:at], line, *page.lines[at + 1 :]), selected=at)
    said = say(AfterSay.LINE, name=article.name, quantity=str(units), amount=format_fen(worth_fen))
    return Applied(counter=replace(counter, mode=after, text=""), said=said)


def more(turn: KeyTurn) -> Outcome:
    """One more of the selected line, ``n+`` n more."""
    return _step(turn, 1)


def less(turn: KeyTurn) -> Outcome:
    """One less of the selected line, ``n-`` n less."""
    return _step(turn, -1)


def _step(turn: KeyTurn, sign: int) -> Outcome:
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, BareReturn):
        return Ignored()
    step = count_of(counter.text) if counter.text else 1
    cleared = replace(counter, text="")
    if step is None or not page.lines:
        return reject(AfterNo.NOTHING_CHOSEN if step is not None else No.BAD_QUANTITY, cleared)
    line = page.lines[page.selected]
    return _set(cleared, page, page.selected, line.article, line.units + sign * step)


def change(turn: KeyTurn) -> Outcome:
    """``2 F2``: two of the selected line come back; 0 takes it out."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, BareReturn):
        return Ignored()
    units = 0 if counter.text == "0" else count_of(counter.text)
    cleared = replace(counter, text="")
    if units is None or not page.lines:
        return reject(AfterNo.NOTHING_CHOSEN if units is not None else No.BAD_QUANTITY, cleared)
    return _set(cleared, page, page.selected, page.lines[page.selected].article, units)


def damaged(turn: KeyTurn) -> Outcome:
    """What comes back of the selected line is damaged, or it is not."""
    page = turn.counter.mode
    if not isinstance(page, BareReturn):
        return Ignored()
    if not page.lines:
        return reject(AfterNo.NOTHING_CHOSEN)
    line = page.lines[page.selected]
    lines = (*page.lines[: page.selected], replace(line, damaged=not line.damaged), *page.lines[page.selected + 1 :])
    return Applied(counter=replace(turn.counter, mode=replace(page, lines=lines)))


def move(turn: KeyTurn) -> Outcome:
    """Move the selection by a line, or to an end."""
    page = turn.counter.mode
    if not isinstance(page, BareReturn):
        return Ignored()
    at = moved(turn, page.selected, last=len(page.lines) - 1)
    return Applied(counter=replace(turn.counter, mode=replace(page, selected=at)))


def give_back(turn: KeyTurn) -> Outcome:
    """Ask for the reason, then pay out; not more than HQ allows."""
    page = turn.counter.mode
    if not isinstance(page, BareReturn):
        return Ignored()
    return reject(No.FINISH_FIRST) if turn.counter.text else ask_reason(turn, ReasonOfReturn(page))
