"""Which handler takes which key or scan in the modes of looking; `terminal.checkout.table` has them in it."""

from collections.abc import Callable, Mapping

from terminal.checkout.handlers import looking, typing
from terminal.checkout.inquiries import page
from terminal.checkout.inquiries.modes import DetailPage, InquiryMenu, ListPage
from terminal.checkout.modes import Mode
from terminal.checkout.outcome import KeyTurn, Outcome, ScanTurn

DIGIT = "digit"
LETTER = "letter"
_PAGES: Mapping[str, Callable[[KeyTurn], Outcome]] = {"f1": looking.open_help, "f18": looking.open_status}
_MOVES = dict.fromkeys(("up", "down", "pageup", "pagedown", "home", "end"), page.move)

KEYS: Mapping[type[Mode], Mapping[str, Callable[[KeyTurn], Outcome]]] = {
    InquiryMenu: {**_PAGES, DIGIT: page.pick, "escape": page.leave_menu, "f20": page.leave_menu},
    ListPage: {
        **_PAGES,
        **_MOVES,
        **dict.fromkeys((DIGIT, LETTER, "*", "-"), page.digit),
        "backspace": typing.backspace,
        "enter": page.enter,
        "escape": page.leave,
        "f7": page.give_back,
    },
    DetailPage: {**_PAGES, **_MOVES, "escape": page.close, "enter": page.close, "f7": page.give_back},
}
SCANS: Mapping[type[Mode], Callable[[ScanTurn], Outcome]] = {
    InquiryMenu: looking.refuse_scan,
    ListPage: page.scan,
    DetailPage: looking.refuse_scan,
}
