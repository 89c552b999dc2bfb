"""The pages of a shift: what a digit opens, the float, cash in and out, the count by notes and coins."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.deeds.empty import without_empty_sale
from terminal.checkout.deeds.gate import request
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.typing import HIGHEST_COUNT, PICKS, amount_of, backspace, clear, put
from terminal.checkout.inputs import Moment
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, reject
from terminal.checkout.shifts.deeds import at_page
from terminal.checkout.shifts.drafts import BeginCount, BeginShift, EndShift, HandOver, MoveCash, ShowReport
from terminal.checkout.shifts.messages import MOVE_REASONS, ShiftEntry, ShiftNo
from terminal.checkout.shifts.modes import Counting, MovingCash, ReportPage, ShiftPage
from terminal.checkout.shifts.report import report_rows
from terminal.checkout.state import Counter, at_rest
from terminal.domain.barcode import looks_like_barcode
from terminal.domain.shifts import Counted, MoveKind, ReportKind
from terminal.domain.text import SafeText

ENTRIES: tuple[ShiftEntry, ...] = tuple(ShiftEntry)
_MOVES: Mapping[ShiftEntry, MoveKind] = {
    ShiftEntry.CASH_IN: MoveKind.IN,
    ShiftEntry.CASH_OUT: MoveKind.OUT,
    ShiftEntry.DROP: MoveKind.DROP,
}
_ACTS: Mapping[ShiftEntry, ShowReport | HandOver | BeginCount] = {
    ShiftEntry.X: ShowReport(ReportKind.X),
    ShiftEntry.DAY: ShowReport(ReportKind.DAY),
    ShiftEntry.HAND_OVER: HandOver(),
    ShiftEntry.CLOSE: BeginCount(),
}


@without_empty_sale
def open_page(turn: KeyTurn) -> Outcome:
    """Show the page of the shift, but not over an open sale."""
    counter = turn.counter
    if counter.record.sale is not None:
        return reject(No.SALE_OPEN)
    if counter.is_training:
        return reject(No.NOT_IN_TRAINING)
    return Applied(counter=at_page(counter))


def leave(turn: KeyTurn) -> Outcome:
    """Clear the input, then go back to where the record says."""
    if turn.counter.text:
        return clear(turn)
    return Applied(counter=replace(turn.counter, mode=at_rest(turn.counter), text=""))


def digit(turn: KeyTurn) -> Outcome:
    """Open what a digit stands for; where no shift is open, type the float."""
    counter = turn.counter
    if counter.record.shift is None:
        return put(turn)
    index = PICKS.find(turn.cause.name)
    if not 0 <= index < len(ENTRIES):
        return reject(No.NO_CHOICE)
    entry = ENTRIES[index]
    if entry in _MOVES:
        return Applied(counter=replace(counter, mode=MovingCash(kind=_MOVES[entry]), text=""))
    return request(counter, _ACTS[entry], turn.moment)


def edit(turn: KeyTurn) -> Outcome:
    """Take the last digit of the float back."""
    return backspace(turn)


def enter(turn: KeyTurn) -> Outcome:
    """Open a shift with the typed float."""
    counter = turn.counter
    if counter.record.shift is not None:
        return reject(No.NO_CHOICE)
    if not counter.text:
        return reject(ShiftNo.FLOAT_FIRST)
    float_fen = _amount_of(counter.text)
    if float_fen is None:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return request(replace(counter, text=""), BeginShift(float_fen), turn.moment)


def _amount_of(text: str) -> int | None:
    """Return a typed amount from 0 up; a barcode is never money."""
    fen = None if looks_like_barcode(text) else amount_of(text)
    return None if fen is None or fen < 0 else fen


def print_z(turn: KeyTurn) -> Outcome:
    """Show the last Z report again, and print a marked copy."""
    return request(turn.counter, ShowReport(ReportKind.Z), turn.moment)


# --- cash in and out --------------------------------------------------------------------------------------------------


def move_digit(turn: KeyTurn) -> Outcome:
    """Type the amount, then pick the reason."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, MovingCash):
        return Ignored()
    if mode.amount_fen is None:
        return put(turn)
    reasons, index = MOVE_REASONS[mode.kind], PICKS.find(turn.cause.name)
    if not 0 <= index < len(reasons):
        return reject(No.NO_CHOICE)
    reason = SafeText(reasons[index].removeprefix("reason."))
    return request(at_page(counter), MoveCash(mode.kind, mode.amount_fen, reason), turn.moment)


def move_enter(turn: KeyTurn) -> Outcome:
    """Take the typed amount."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, MovingCash) or mode.amount_fen is not None:
        return reject(No.NO_CHOICE)
    if not counter.text:
        return reject(ShiftNo.AMOUNT_FIRST)
    amount_fen = _amount_of(counter.text)
    if not amount_fen:
        return reject(No.BAD_AMOUNT, replace(counter, text=""))
    return Applied(counter=replace(counter, mode=replace(mode, amount_fen=amount_fen), text=""))


def move_escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then the amount, then go back to the page."""
    counter, mode = turn.counter, turn.counter.mode
    if counter.text:
        return clear(turn)
    if isinstance(mode, MovingCash) and mode.amount_fen is not None:
        return Applied(counter=replace(counter, mode=replace(mode, amount_fen=None)))
    return Applied(counter=at_page(counter))


# --- the count --------------------------------------------------------------------------------------------------------


def count_enter(turn: KeyTurn) -> Outcome:
    """Take the typed pieces, and go to the next note or coin."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Counting):
        return Ignored()
    return _count_moved(counter, min(mode.at + 1, len(mode.pieces) - 1))


def count_move(turn: KeyTurn) -> Outcome:
    """Go to another note or coin; what is typed counts for the one before."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Counting):
        return Ignored()
    return _count_moved(counter, moved(turn, mode.at, last=len(mode.pieces) - 1))


def _count_moved(counter: Counter, at: int) -> Outcome:
    taken = _taken(counter)
    mode = None if taken is None else taken.mode
    if taken is None or not isinstance(mode, Counting):
        return reject(ShiftNo.NOT_PIECES, replace(counter, text=""))
    return Applied(counter=replace(taken, mode=replace(mode, at=at)))


def _taken(counter: Counter) -> Counter | None:
    """Return the counter with the typed pieces taken; None if they are none."""
    mode, text = counter.mode, counter.text
    if not isinstance(mode, Counting):
        return None
    if not text:
        return counter
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_COUNT):
        return None
    pieces = (*mode.pieces[: mode.at], int(text), *mode.pieces[mode.at + 1 :])
    return replace(counter, mode=replace(mode, pieces=pieces), text="")


def count_done(turn: KeyTurn) -> Outcome:
    """Close the shift with what was counted, after a yes."""
    counter = turn.counter
    taken = _taken(counter)
    mode = None if taken is None else taken.mode
    if taken is None or not isinstance(mode, Counting):
        return reject(ShiftNo.NOT_PIECES, replace(counter, text=""))
    return _end(taken, mode, turn.moment)


def _end(counter: Counter, mode: Counting, moment: Moment) -> Outcome:
    values = counter.settings.denominations_fen
    counted = tuple(Counted(value, pieces) for value, pieces in zip(values, mode.pieces, strict=False) if pieces)
    return request(counter, EndShift(counted), moment)


def count_escape(turn: KeyTurn) -> Outcome:
    """Clear the input, then give the count up."""
    return clear(turn) if turn.counter.text else Applied(counter=at_page(turn.counter))


def move_in_report(turn: KeyTurn) -> Outcome:
    """Move the selection by a row, a page, or to an end: a report may be longer than the screen."""
    page = turn.counter.mode
    if not isinstance(page, ReportPage):
        return Ignored()
    at = moved(turn, page.selected, last=len(report_rows(page)) - 1)
    return Applied(counter=replace(turn.counter, mode=replace(page, selected=at)))


def close_report(turn: KeyTurn) -> Outcome:
    """Leave a report: to the page of the shift, or after a Z report to where the record says."""
    counter, mode = turn.counter, turn.counter.mode
    if isinstance(mode, ReportPage) and mode.kind is ReportKind.Z:
        return Applied(counter=replace(counter, mode=at_rest(counter), text=""))
    return Applied(counter=replace(counter, mode=ShiftPage(), text=""))
