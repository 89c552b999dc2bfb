"""Which handler takes which key or scan in the modes of the store's work; `terminal.checkout.table` has them in it."""

from collections.abc import Callable, Mapping

from terminal.checkout.handlers import looking, typing
from terminal.checkout.modes import Mode
from terminal.checkout.outcome import KeyTurn, Outcome, ScanTurn
from terminal.checkout.store import attendance, campaigns, inspection, menu, stock
from terminal.checkout.store.modes import (
    Attending,
    CampaignPage,
    Inspecting,
    StockMenu,
    StockPage,
    StoreMenu,
    TaskList,
)

DIGIT = "digit"
LETTER = "letter"
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
    StockMenu: {**_PAGES, DIGIT: stock.pick, "escape": stock.leave, "f13": stock.reprint, "f20": stock.leave},
    StockPage: {
        **_PAGES,
        DIGIT: typing.put,
        LETTER: stock.search,
        "backspace": typing.backspace,
        "*": stock.multiply,
        "+": stock.more,
        "-": stock.remove_last,
        "enter": stock.enter,
        "escape": stock.leave,
        "delete": stock.remove_selected,
        "f2": stock.change,
        "f12": stock.book,
        "f19": stock.drop_document,
        **dict.fromkeys(("up", "down", "pageup", "pagedown", "home", "end"), stock.move),
    },
    TaskList: {
        **_PAGES,
        DIGIT: inspection.pick,
        "enter": inspection.begin,
        "escape": inspection.leave_list,
        "f20": inspection.leave_list,
        **dict.fromkeys(("up", "down", "home", "end"), inspection.move),
    },
    Inspecting: {
        **_PAGES,
        DIGIT: inspection.digit,
        "backspace": inspection.back,
        "enter": inspection.enter,
        "escape": inspection.leave,
    },
    CampaignPage: {
        **_PAGES,
        DIGIT: campaigns.digit,
        "backspace": typing.backspace,
        "enter": campaigns.enter,
        "delete": campaigns.give_back,
        "escape": campaigns.escape,
        "f20": campaigns.escape,
        **dict.fromkeys(("up", "down", "home", "end"), campaigns.move),
    },
}
SCANS: Mapping[type[Mode], Callable[[ScanTurn], Outcome]] = {
    StoreMenu: looking.refuse_scan,
    Attending: attendance.scan,
    StockMenu: looking.refuse_scan,
    StockPage: stock.scan,
    TaskList: looking.refuse_scan,
    Inspecting: looking.refuse_scan,
    CampaignPage: looking.refuse_scan,
}
