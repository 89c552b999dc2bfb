"""What the screen shows of a shift: pages of one kind, the key line, and what stands beside the input.

Before the drawer is counted nothing here tells what should be in it: the reports do, and they need a right.
"""

from typing import assert_never

from terminal.checkout.messages import Hint, Key
from terminal.checkout.modes import Mode
from terminal.checkout.shifts.messages import MOVE_REASONS, ShiftHint, ShiftKey
from terminal.checkout.shifts.modes import Counting, MovingCash, ReportPage, ShiftMode, ShiftPage
from terminal.checkout.shifts.page import ENTRIES
from terminal.checkout.shifts.report import report_rows
from terminal.checkout.state import Counter
from terminal.domain.money import format_fen
from terminal.wire.counter import panels
from terminal.wire.counter.view import KeyHint

KeyLine = tuple[KeyHint, ...]
Cells = tuple[str, ...]


def _line(*keys: tuple[str, Key | ShiftKey]) -> KeyLine:
    return tuple(KeyHint(key=key, message=message.value) for key, message in keys)


_BACK = ("Esc", Key.BACK)
_HELP = ("F1", Key.HELP)
KEY_LINES: dict[type[Mode], KeyLine] = {
    ShiftPage: _line(
        ("1-9", Key.PICK), ("Enter", Key.ACCEPT), ("F6", Key.RECALL), ("F13", ShiftKey.PRINT_Z), _BACK, _HELP
    ),
    MovingCash: _line(("Enter", Key.ACCEPT), ("1-9", Key.PICK), _BACK, _HELP),
    Counting: _line(("Enter", Key.ACCEPT), ("F12", ShiftKey.COUNT_DONE), _BACK, _HELP),
    ReportPage: _line(_BACK, _HELP),
}


def hint(counter: Counter, mode: ShiftMode) -> Hint | ShiftHint:
    """Return what the input is for."""
    match mode:
        case ShiftPage():
            return ShiftHint.FLOAT if counter.record.shift is None else ShiftHint.SHIFT
        case MovingCash(amount_fen=amount_fen):
            return ShiftHint.AMOUNT if amount_fen is None else Hint.REASON
        case Counting():
            return ShiftHint.PIECES
        case ReportPage():
            return Hint.PAGE
        case _:
            assert_never(mode)


def panel(counter: Counter, mode: ShiftMode) -> panels.PagePanel:
    """Return the page of a mode."""
    match mode:
        case ShiftPage():
            return _page(counter)
        case MovingCash():
            return _move(mode)
        case Counting():
            return _count(counter, mode)
        case ReportPage():
            return _report(mode)
        case _:
            assert_never(mode)


def _page(counter: Counter) -> panels.PagePanel:
    shift, held = counter.record.shift, len(counter.record.held)
    foot = (panels.Line(message="shift.held", params={"count": str(held)}),) if held else ()
    if shift is None:
        return panels.PagePanel(page="shift", lines=(panels.Line(message="shift.none"),), foot=foot)
    params = {"number": str(shift.number), "day": shift.day, "people": ", ".join(shift.people)}
    return panels.PagePanel(
        page="shift",
        lines=(panels.Line(message="shift.open", params=params),),
        rows=tuple((str(number), entry.value) for number, entry in enumerate(ENTRIES, start=1)),
        foot=foot,
    )


def _move(mode: MovingCash) -> panels.PagePanel:
    what = panels.Line(message=f"cash_move.{mode.kind}")
    if mode.amount_fen is None:
        return panels.PagePanel(page="cash_move", lines=(what, panels.Line(message="cash_move.amount")))
    taken = panels.Line(message="cash_move.taken", params={"amount": format_fen(mode.amount_fen)})
    reasons = ((str(number), str(reason)) for number, reason in enumerate(MOVE_REASONS[mode.kind], start=1))
    return panels.PagePanel(page="cash_move", lines=(what, taken), rows=tuple(reasons))


def _count(counter: Counter, mode: Counting) -> panels.PagePanel:
    values = counter.settings.denominations_fen
    pairs = list(zip(values, mode.pieces, strict=False))
    total = {"amount": format_fen(sum(value * pieces for value, pieces in pairs))}
    return panels.PagePanel(
        page="count",
        rows=tuple((format_fen(value), str(pieces), format_fen(value * pieces)) for value, pieces in pairs),
        selected=mode.at,
        foot=(panels.Line(message="count.total", params=total),),
    )


def _report(mode: ReportPage) -> panels.PagePanel:
    shift = mode.shift
    params = {"number": str(shift.number), "day": shift.day, "people": ", ".join(shift.people)}
    title = panels.Line(message=f"report.title.{mode.kind}", params=params)
    return panels.PagePanel(page="report", lines=(title,), rows=report_rows(mode), selected=mode.selected)
