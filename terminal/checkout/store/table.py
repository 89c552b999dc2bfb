"""Which handler takes which key or scan in the modes of the store's work; `terminal.checkout.table` has them in it."""

from collections.abc import Callable, Mapping

from terminal.checkout.handlers import looking, typing
from terminal.checkout.modes import Mode
from terminal.checkout.outcome import KeyTurn, Outcome, ScanTurn
from terminal.checkout.store import attendance, menu
from terminal.checkout.store.modes import Attending, StoreMenu

DIGIT = "digit"
_PAGES: Mapping[str, Callable[[KeyTurn], Outcome]] = {"f1": looking.open_help, "f18": looking.open_status}

KEYS: Mapping[type[Mode], Mapping[str, Callable[[KeyTurn], Outcome]]] = {
    StoreMenu: {**_PAGES, DIGIT: menu.pick, "escape": menu.leave, "f20": menu.leave},
    Attending: {
        **_PAGES,
        DIGIT: attendance.digit,
        "backspace": typing.backspace,
        "enter": attendance.enter,
        "escape": attendance.escape,
    },
}
SCANS: Mapping[type[Mode], Callable[[ScanTurn], Outcome]] = {
    StoreMenu: looking.refuse_scan,
    Attending: looking.refuse_scan,
}
