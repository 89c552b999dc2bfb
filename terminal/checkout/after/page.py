"""The page of a done sale: what of it comes back is scanned, counted, marked as damaged, and given back."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from terminal.checkout.after import bare, finding
from terminal.checkout.after.drafts import CopyReceipt, CopyReturn, ReasonOfReturn
from terminal.checkout.after.finding import open_page
from terminal.checkout.after.messages import AfterNo, AfterSay
from terminal.checkout.after.modes import BareReturn, Returned, Returning
from terminal.checkout.after.reason import ask_reason
from terminal.checkout.codes import is_secret
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.effects import LookUp, Purpose
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.typing import clear, count_of
from terminal.checkout.inputs import LookedUp
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, Turn, reject, say
from terminal.checkout.state import Counter
from terminal.domain.after.refund import Return
from terminal.domain.after.sold import SoldLine
from terminal.domain.ids import Sku
from terminal.domain.money import format_fen
from terminal.domain.sale import Entry
from terminal.domain.sale_codes import read_sale_code
from terminal.domain.text import clean
from terminal.wire.return_events import ReturnLeft

CODE_SHOWN = 40


def leave(turn: KeyTurn) -> Outcome:
    """Clear what is typed, then what is chosen is forgotten, and the till sells again."""
    return clear(turn) if turn.counter.text else Applied(counter=at_sale(turn.counter))


# --- choosing --------------------------------------------------------------------------------------------------------


def scan(turn: ScanTurn) -> Outcome:
    """One more of the article; the code of another receipt shows that one."""
    counter, code = turn.counter, turn.cause.data
    if read_sale_code(code) is not None:
        return finding.scan(turn)
    look_up = LookUp(purpose=Purpose.RETURN, entry=Entry.SCAN, code=code, scan=turn.cause)
    return Applied(counter=replace(counter, text=""), effects=(look_up,))


def enter(turn: KeyTurn) -> Outcome:
    """Look a typed code up; with nothing typed, give back."""
    counter = turn.counter
    if not counter.text:
        return give_back(turn)
    query = LookUp(purpose=Purpose.RETURN, entry=Entry.TYPED, code=counter.text)
    return Applied(counter=replace(counter, text=""), effects=(query,))


def answered(turn: Turn[LookedUp]) -> Outcome:
    """Choose one more of the line that the code was sold on; the cashier says which, where it could be several."""
    counter, page, query = turn.counter, turn.counter.mode, turn.cause.query
    if isinstance(page, BareReturn):
        return bare.answered(turn, page)
    if not isinstance(page, Returning):
        return Ignored()
    article = turn.cause.article
    sku = None if article is None else article.sku
    lines = _lines_of(page, sku, query.code)
    if not lines:
        if is_secret(query.code):
            return reject(No.NOT_GOODS)
        return reject(AfterNo.NOT_ON_RECEIPT, code=clean(query.code, limit=CODE_SHOWN))
    return _one_more(counter, page, lines)


def _one_more(counter: Counter, page: Returning, lines: Sequence[SoldLine]) -> Outcome:
    """Choose one more of the first of some lines of an article of which something is left, if they cost the same."""
    free = [line for line in lines if line.left > page.units_of(line.number)]
    if not free:
        return reject(AfterNo.QTY_EXCEEDS_SOLD)
    coming = [line for line in free if line.returnable] or free
    if not _cost_the_same(coming):
        return reject(AfterNo.WHICH_LINE, name=_name(page, coming[0].number))
    return replace_reason(_choose(counter, page, coming[0], page.units_of(coming[0].number) + 1), "noted")


def replace_reason(outcome: Outcome, reason: str) -> Outcome:
    """Return an outcome with what a scan that led to it is told by."""
    return replace(outcome, reason=reason) if isinstance(outcome, Applied) else outcome


def _lines_of(page: Returning, sku: Sku | None, code: str) -> list[SoldLine]:
    """Return the lines that were sold by a code, else those of its article.

    Where all lines of the article cost the same, it does not matter by which code each was sold.
    """
    codes, scanned = {line.number: line.code for line in page.found.sale.live_lines}, clean(code)
    sold = [line for line in page.found.sold.lines if line.units > 0]
    same_code = [line for line in sold if codes[line.number] == scanned and sku in {None, line.sku}]
    of_article = [line for line in sold if line.sku == sku]
    return of_article if not same_code or (of_article and _cost_the_same(of_article)) else same_code


def _cost_the_same(lines: Sequence[SoldLine]) -> bool:
    """Whether a unit of each line is worth the same, but for the fen that splitting a promotion leaves over."""
    worths = [line.worth_fen(1) for line in lines]
    return max(worths) - min(worths) <= 1


def more(turn: KeyTurn) -> Outcome:
    """One more of the selected line, ``n+`` n more."""
    return _step(turn, 1)


def less(turn: KeyTurn) -> Outcome:
    """One less of the selected line, ``n-`` n less."""
    return _step(turn, -1)


def _step(turn: KeyTurn, sign: int) -> Outcome:
    counter, page = turn.counter, turn.counter.mode
    line = selected_line(counter)
    if not isinstance(page, Returning) or line is None:
        return Ignored()
    step = count_of(counter.text) if counter.text else 1
    if step is None:
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    units = max(0, page.units_of(line.number) + sign * step)
    if sign < 0 and not page.units_of(line.number):
        return reject(AfterNo.NOTHING_CHOSEN, replace(counter, text=""))
    return _choose(replace(counter, text=""), page, line, units)


def change(turn: KeyTurn) -> Outcome:
    """``2 F2``: two of the selected line come back; 0 takes it out."""
    counter, page = turn.counter, turn.counter.mode
    line = selected_line(counter)
    if not isinstance(page, Returning) or line is None:
        return Ignored()
    units = 0 if counter.text == "0" else count_of(counter.text)
    cleared = replace(counter, text="")
    return reject(No.BAD_QUANTITY, cleared) if units is None else _choose(cleared, page, line, units)


def choose_all(turn: KeyTurn) -> Outcome:
    """Choose all that is left of the lines that may come back."""
    counter, page = turn.counter, turn.counter.mode
    if not isinstance(page, Returning):
        return Ignored()
    damaged = {one.line for one in page.chosen if one.damaged}
    left = [line for line in page.found.sold.lines if line.left]
    lines = [line for line in left if line.returnable]
    if not lines:
        return reject(AfterNo.NOT_RETURNABLE if left else AfterNo.QTY_EXCEEDS_SOLD)
    chosen = tuple(Return(line=one.number, units=one.left, damaged=one.number in damaged) for one in lines)
    after = replace(page, chosen=chosen)
    said = say(AfterSay.ALL, amount=format_fen(after.chosen_fen))
    return Applied(counter=replace(counter, mode=after, text=""), said=said)


def damaged(turn: KeyTurn) -> Outcome:
    """What of the selected line comes back is damaged, or it is not."""
    counter, page = turn.counter, turn.counter.mode
    line = selected_line(counter)
    if not isinstance(page, Returning) or line is None:
        return Ignored()
    if not page.units_of(line.number):
        return reject(AfterNo.NOTHING_CHOSEN)
    chosen = tuple(replace(one, damaged=not one.damaged) if one.line == line.number else one for one in page.chosen)
    return Applied(counter=replace(counter, mode=replace(page, chosen=chosen)))


def _choose(counter: Counter, page: Returning, line: SoldLine, units: int) -> Outcome:
    """Let so many units of a line come back, if that many are left."""
    if line.units < 0 or not line.returnable:
        return reject(AfterNo.NOT_RETURNABLE, counter)
    if units > line.left:
        return reject(AfterNo.QTY_EXCEEDS_SOLD, counter)
    was = next((one for one in page.chosen if one.line == line.number), Return(line=line.number))
    others = [one for one in page.chosen if one.line != line.number]
    now = [replace(was, units=units)] if units else []
    selected = page.found.sold.lines.index(line)
    after = replace(page, chosen=_in_order((*others, *now)), selected=selected)
    said = say(
        AfterSay.LINE, name=_name(page, line.number), quantity=str(units), amount=format_fen(after.worth_fen(line))
    )
    return Applied(counter=replace(counter, mode=after), said=said)


def _in_order(chosen: Iterable[Return]) -> tuple[Return, ...]:
    return tuple(sorted(chosen, key=lambda one: one.line))


def _name(page: Returning, number: int) -> str:
    return page.found.sale.line(number).name


def selected_line(counter: Counter) -> SoldLine | None:
    """Return the line that is highlighted."""
    page = counter.mode
    return page.found.sold.lines[page.selected] if isinstance(page, Returning) and page.found.sold.lines else None


def move(turn: KeyTurn) -> Outcome:
    """Move the selection by a line, a page, or to an end."""
    page = turn.counter.mode
    if not isinstance(page, Returning):
        return Ignored()
    at = moved(turn, page.selected, last=len(page.found.sold.lines) - 1)
    return Applied(counter=replace(turn.counter, mode=replace(page, selected=at)))


# --- the end ---------------------------------------------------------------------------------------------------------


def give_back(turn: KeyTurn) -> Outcome:
    """Ask for the reason, then give the money back."""
    page = turn.counter.mode
    if not isinstance(page, Returning):
        return Ignored()
    if turn.counter.text:
        return reject(No.FINISH_FIRST)
    if not page.chosen:
        return reject(AfterNo.NOTHING_CHOSEN)
    return ask_reason(turn, ReasonOfReturn(_as_of_now(turn, page)))


def swap(turn: KeyTurn) -> Outcome:
    """Ask for the reason, then let what is chosen pay for other goods."""
    page = turn.counter.mode
    if not isinstance(page, Returning):
        return Ignored()
    if not page.chosen:
        return reject(AfterNo.NOTHING_CHOSEN)
    return ask_reason(turn, ReasonOfReturn(_as_of_now(turn, page), exchange=True))


def void(turn: KeyTurn) -> Outcome:
    """Ask for the reason, then let the sale never have been."""
    page = turn.counter.mode
    if not isinstance(page, Returning):
        return Ignored()
    if page.terminal:
        return reject(AfterNo.AT_ITS_TILL)
    return ask_reason(turn, ReasonOfReturn(_as_of_now(turn, page), void=True))


def _as_of_now(turn: KeyTurn, page: Returning) -> Returning:
    """Return a page that may have been opened before midnight."""
    return replace(page, today=turn.moment.local_iso[:10])


def copy(turn: KeyTurn) -> Outcome:
    """Print a marked copy of the receipt."""
    page = turn.counter.mode
    if isinstance(page, Returning) and page.terminal:
        return reject(AfterNo.AT_ITS_TILL)
    return request(turn.counter, CopyReceipt(), turn.moment)


# --- the page of what is done ----------------------------------------------------------------------------------------


def close(turn: KeyTurn) -> Outcome:
    """Leave the page of the done return, for good."""
    returned = turn.counter.record.returned
    facts = () if returned is None else (ReturnLeft(act=returned.fact.act),)
    return Applied(counter=at_sale(turn.counter), facts=facts)


def another(turn: KeyTurn) -> Outcome:
    """Leave the page of the done return, and ask for the next receipt."""
    closed = close(turn)
    opened = open_page(replace(turn, counter=at_sale(turn.counter)))
    if not isinstance(opened, Applied) or not isinstance(closed, Applied):
        return opened
    return replace(opened, facts=(*closed.facts, *opened.facts))


def copy_return(turn: KeyTurn) -> Outcome:
    """Print a marked copy of the paper of the return."""
    if not isinstance(turn.counter.mode, Returned):
        return Ignored()
    return request(turn.counter, CopyReturn(), turn.moment)
