"""Which handler takes which key or scan after a sale; `terminal.checkout.table` has them in it."""

from collections.abc import Callable, Mapping

from terminal.checkout.after import bare, finding, page
from terminal.checkout.after.modes import BareReturn, FindingReceipt, Returned, Returning
from terminal.checkout.handlers import looking, typing
from terminal.checkout.modes import Mode
from terminal.checkout.outcome import KeyTurn, Outcome, ScanTurn

DIGIT = "digit"
LETTER = "letter"
_PAGES: Mapping[str, Callable[[KeyTurn], Outcome]] = {"f1": looking.open_help, "f18": looking.open_status}
_EDIT: Mapping[str, Callable[[KeyTurn], Outcome]] = {DIGIT: typing.put, "backspace": typing.backspace}

KEYS: Mapping[type[Mode], Mapping[str, Callable[[KeyTurn], Outcome]]] = {
    FindingReceipt: {
        **_EDIT,
        **_PAGES,
        LETTER: finding.letter,
        "-": typing.put,
        "enter": finding.enter,
        "escape": finding.leave,
        "f2": bare.open_page,
        "f7": finding.leave,
    },
    BareReturn: {
        **_EDIT,
        **_PAGES,
        "+": bare.more,
        "-": bare.less,
        "enter": bare.enter,
        "escape": bare.leave,
        "f2": bare.change,
        "f3": bare.damaged,
        "f12": bare.give_back,
        **dict.fromkeys(("up", "down", "home", "end"), bare.move),
    },
    Returning: {
        **_EDIT,
        **_PAGES,
        "+": page.more,
        "-": page.less,
        "enter": page.enter,
        "escape": page.leave,
        "f2": page.change,
        "f3": page.damaged,
        "f5": page.choose_all,
        "f6": page.swap,
        "f7": page.leave,
        "f12": page.give_back,
        "f13": page.copy,
        "f19": page.void,
        **dict.fromkeys(("up", "down", "pageup", "pagedown", "home", "end"), page.move),
    },
    Returned: {
        **_PAGES,
        "f9": looking.ask_drawer_reason,
        "f13": page.copy_return,
        "f7": page.another,
        **dict.fromkeys(("enter", "escape"), page.close),
    },
}
SCANS: Mapping[type[Mode], Callable[[ScanTurn], Outcome]] = {
    FindingReceipt: finding.scan,
    Returning: page.scan,
    BareReturn: bare.scan,
}
"""What is scanned on the page of a done return begins the next sale: `terminal.checkout.table` says how."""
