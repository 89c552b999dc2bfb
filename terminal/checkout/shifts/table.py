"""Which handler takes which key or scan on the pages of a shift; `terminal.checkout.table` has them in it."""

from collections.abc import Callable, Mapping

from terminal.checkout.handlers import held, looking, typing
from terminal.checkout.modes import Mode
from terminal.checkout.outcome import KeyTurn, Outcome, ScanTurn
from terminal.checkout.shifts import page
from terminal.checkout.shifts.modes import Counting, MovingCash, ReportPage, ShiftPage

DIGIT = "digit"
_PAGES: Mapping[str, Callable[[KeyTurn], Outcome]] = {"f1": looking.open_help, "f18": looking.open_status}

KEYS: Mapping[type[Mode], Mapping[str, Callable[[KeyTurn], Outcome]]] = {
    ShiftPage: {
        **_PAGES,
        DIGIT: page.digit,
        "backspace": page.edit,
        "enter": page.enter,
        "escape": page.leave,
        "f6": held.show,
        "f13": page.print_z,
        "f17": page.leave,
    },
    MovingCash: {
        **_PAGES,
        DIGIT: page.move_digit,
        "backspace": typing.backspace,
        "enter": page.move_enter,
        "escape": page.move_escape,
    },
    Counting: {
        **_PAGES,
        DIGIT: typing.put,
        "backspace": typing.backspace,
        "enter": page.count_enter,
        **dict.fromkeys(("up", "down", "home", "end"), page.count_move),
        "f12": page.count_done,
        "escape": page.count_escape,
    },
    ReportPage: {
        **_PAGES,
        **dict.fromkeys(("enter", "escape", "f17"), page.close_report),
        **dict.fromkeys(("up", "down", "pageup", "pagedown", "home", "end"), page.move_in_report),
    },
}
SCANS: Mapping[type[Mode], Callable[[ScanTurn], Outcome]] = dict.fromkeys(
    (ShiftPage, MovingCash, Counting, ReportPage), looking.refuse_scan
)
