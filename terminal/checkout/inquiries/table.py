"""Which handler takes which key or scan in the modes of looking; `terminal.checkout.table` has them in it."""

from collections.abc import Callable, Mapping

from terminal.checkout.handlers import looking
from terminal.checkout.inquiries import page
from terminal.checkout.inquiries.modes import ListPage
from terminal.checkout.modes import Mode
from terminal.checkout.outcome import KeyTurn, Outcome, ScanTurn

_PAGES: Mapping[str, Callable[[KeyTurn], Outcome]] = {"f1": looking.open_help, "f18": looking.open_status}
KEYS: Mapping[type[Mode], Mapping[str, Callable[[KeyTurn], Outcome]]] = {
    ListPage: {
        **_PAGES,
        "escape": page.leave,
        **dict.fromkeys(("up", "down", "pageup", "pagedown", "home", "end"), page.move),
    },
}
SCANS: Mapping[type[Mode], Callable[[ScanTurn], Outcome]] = {ListPage: looking.refuse_scan}
