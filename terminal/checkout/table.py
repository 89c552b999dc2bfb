"""The table of the counter: which handler takes which key, scan or event in which mode.

Keys that a mode does not name are refused with what has to be done first. Every mode says what becomes of a scan.
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from terminal.checkout.after import finding
from terminal.checkout.after import table as after
from terminal.checkout.after.modes import Returned
from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.handlers import (
    cut,
    held,
    looking,
    pay,
    payments,
    prompt,
    sale,
    signing,
    training,
    typing,
    unnamed,
)
from terminal.checkout.inquiries import table as inquiries
from terminal.checkout.keys import Press
from terminal.checkout.members import count_cards, page
from terminal.checkout.members.acts import form
from terminal.checkout.modes import (
    Completed,
    Confirming,
    HeldList,
    Help,
    Locked,
    MemberForm,
    MemberPage,
    Mode,
    NoBook,
    Paying,
    PriceCheck,
    Prompting,
    Reasons,
    Searching,
    Selling,
    Status,
    Tendering,
)
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, ScanTurn
from terminal.checkout.reasons import page as reasons
from terminal.checkout.shifts import page as shift_page
from terminal.checkout.shifts import table as shifts
from terminal.checkout.state import Counter
from terminal.checkout.store import menu, salesperson
from terminal.checkout.store import table as store
from terminal.checkout.tendering import keys as tenders
from terminal.checkout.tendering import redeeming
from terminal.checkout.tendering.modes import Redeeming
from terminal.wire.events import DoneSaleLeft, Fact

KeyHandler = Callable[[KeyTurn], Outcome]
ScanHandler = Callable[[ScanTurn], Outcome]

DIGIT = "digit"
LETTER = "letter"
_OPERATORS = frozenset("*+-/=")
QUIET = frozenset({"escape", "backspace", "tab"})
"""Keys that clear, where there is nothing to be cleared, and what scanners send behind a code: not worth a refusal."""


def kind_of(press: Press) -> str:
    """Return the column of a key: its name, or ``digit`` (with the point), ``letter``, ``other``."""
    name = press.name
    if len(name) > 1 or name in _OPERATORS:
        return name
    if name == "." or (name.isascii() and name.isdigit()):
        return DIGIT
    return LETTER if name.isascii() and name.isalpha() else "other"


def handler_of(counter: Counter, press: Press) -> KeyHandler | None:
    """Return what takes a key; None: nothing, in silence.

    While a number may be cut, keys of numbers are refused, and any other act ends that.
    """
    kind = kind_of(press)
    handler = KEYS[type(counter.mode)].get(kind)
    if handler is None:
        return None if kind in QUIET else unnamed.refuse
    if not counter.cut:
        return handler
    if not isinstance(counter.mode, Selling | Tendering):
        return _uncut(handler) if kind == "escape" else handler
    if kind in cut.OF_NUMBERS:
        return cut.refuse
    return cut.begin_anew if kind == "escape" else _uncut(handler)


def _uncut(handler: KeyHandler) -> KeyHandler:
    """Return a handler of a key that begins something else."""

    def handle(turn: KeyTurn) -> Outcome:
        return handler(replace(turn, counter=replace(turn.counter, cut=False)))

    return handle


def _afresh(handler: KeyHandler) -> KeyHandler:
    """Return a handler that first leaves the page of the completed sale."""

    def handle(turn: KeyTurn) -> Outcome:
        return handler(replace(turn, counter=at_sale(turn.counter)))

    return handle


def _leave(turn: KeyTurn) -> Outcome:
    """Leave the page of the completed sale, for good: a restart does not bring it back."""
    return Applied(counter=at_sale(turn.counter), facts=_page_left(turn.counter))


def _left_for(handler: KeyHandler) -> KeyHandler:
    """Return a handler that goes from the page of the completed sale to another page, and leaves it for good."""

    def handle(turn: KeyTurn) -> Outcome:
        outcome = handler(replace(turn, counter=at_sale(turn.counter)))
        if not isinstance(outcome, Applied):
            return outcome
        return replace(outcome, facts=(*_page_left(turn.counter), *outcome.facts))

    return handle


def _page_left(counter: Counter) -> tuple[Fact, ...]:
    """Return the fact of it; on a disk that has room for nothing else the page is left without one."""
    last = counter.record.last
    return () if last is None or counter.low_space else (DoneSaleLeft(sale_id=last.sale.id),)


def _scan_afresh(turn: ScanTurn) -> Outcome:
    """Begin the next sale with a scan, and with the quantity that came in front of it."""
    return sale.scan(replace(turn, counter=replace(turn.counter, mode=Selling())))


_EDIT: Mapping[str, KeyHandler] = {DIGIT: typing.put, "backspace": typing.backspace}
_PAGES: Mapping[str, KeyHandler] = {"f1": looking.open_help, "f18": looking.open_status}
_BETWEEN: Mapping[str, KeyHandler] = {
    **_PAGES,
    "f6": held.show,
    "f7": finding.open_page,
    "f9": looking.ask_drawer_reason,
    "f13": looking.reprint,
    "f14": looking.open_price_check,
    "f15": training.toggle,
    "f16": signing.lock,
    "f17": shift_page.open_page,
    "f20": menu.open_menu,
}
_SELECTION: Mapping[str, KeyHandler] = dict.fromkeys(("up", "down", "pageup", "pagedown", "home", "end"), sale.select)

_MEMBERS: Mapping[str, KeyHandler] = {"f4": page.open_page}
_REASONS: Mapping[str, KeyHandler] = dict.fromkeys(("=", "f21"), reasons.open_page)
_TENDERS: Mapping[str, KeyHandler] = {"f8": tenders.voucher, "f10": tenders.bank_card, "f11": tenders.stored}

SELLING_KEYS: Mapping[str, KeyHandler] = {
    **_EDIT,
    **_BETWEEN,
    **_MEMBERS,
    **_REASONS,
    **_SELECTION,
    LETTER: sale.search,
    "*": sale.multiply,
    "-": sale.minus,
    "+": sale.plus,
    "/": sale.percent,
    "enter": lambda turn: sale.enter(turn) if turn.counter.text else pay.open_tender(turn),
    "escape": sale.escape,
    "delete": sale.void_selected,
    "f2": sale.change_quantity,
    "f3": sale.reduce,
    "f5": held.put_aside,
    **_TENDERS,
    "f12": pay.cash,
    "f19": pay.cancel,
    "f22": salesperson.name_one,
}

_SIGNING: Mapping[str, KeyHandler] = {
    DIGIT: signing.digit,
    "backspace": typing.backspace,
    "enter": signing.enter,
    "escape": signing.escape,
}

KEYS: Mapping[type[Mode], Mapping[str, KeyHandler]] = {
    NoBook: _PAGES,
    Locked: {**_SIGNING, **_PAGES, "f20": menu.open_menu},
    Selling: SELLING_KEYS,
    Prompting: {
        DIGIT: prompt.digit,
        LETTER: prompt.letter,
        "*": prompt.star,
        "-": prompt.sign,
        "/": prompt.sign,
        "backspace": typing.backspace,
        "enter": prompt.enter,
        "escape": prompt.escape,
        "f1": looking.open_help,
    },
    Searching: {
        LETTER: looking.search_letter,
        DIGIT: looking.search_digit,
        "backspace": looking.search_backspace,
        "enter": looking.search_enter,
        "escape": looking.search_escape,
        "up": looking.search_move,
        "down": looking.search_move,
        "f1": looking.open_help,
    },
    Tendering: {
        **_PAGES,
        **_MEMBERS,
        **_REASONS,
        DIGIT: typing.put,
        "backspace": pay.edit,
        "enter": pay.accept,
        "escape": pay.leave,
        "up": pay.choose,
        "down": pay.choose,
        "+": pay.choose,
        "/": pay.remove_last,
        "delete": pay.cancel,
        **_TENDERS,
        "f7": finding.open_page,
        "f12": pay.cash,
        "f15": training.toggle,
        "f16": signing.lock,
        "f19": pay.cancel,
        "f20": menu.open_menu,
    },
    Redeeming: {
        **_PAGES,
        DIGIT: typing.put,
        "backspace": typing.backspace,
        "enter": redeeming.enter,
        "escape": redeeming.escape,
        "up": redeeming.move,
        "down": redeeming.move,
        "f8": redeeming.escape,
    },
    Paying: {**_PAGES, "escape": payments.escape, "f16": payments.lock},
    Completed: {
        **{key: _afresh(SELLING_KEYS[key]) for key in (DIGIT, LETTER, "f4", "f16")},
        **{key: _left_for(SELLING_KEYS[key]) for key in ("f6", "f7", "f14", "f15", "f17", "f20")},
        **_PAGES,
        "f9": looking.ask_drawer_reason,
        "f13": looking.reprint,
        "enter": _leave,
        "escape": _leave,
    },
    HeldList: {
        **_PAGES,
        DIGIT: held.pick,
        "up": held.move,
        "down": held.move,
        "home": held.move,
        "end": held.move,
        "enter": held.recall,
        "delete": held.drop,
        "escape": looking.back,
    },
    PriceCheck: {
        **_EDIT,
        **_PAGES,
        LETTER: looking.search_letter,
        "enter": looking.price_enter,
        "escape": looking.back,
        "f14": looking.back,
    },
    **after.KEYS,
    Returned: {**{key: _afresh(SELLING_KEYS[key]) for key in (DIGIT, LETTER)}, **after.KEYS[Returned]},
    **shifts.KEYS,
    **store.KEYS,
    **inquiries.KEYS,
    MemberPage: {
        **_EDIT,
        **_PAGES,
        LETTER: typing.put,
        "enter": page.enter,
        "escape": page.escape,
        "up": page.move,
        "down": page.move,
        "delete": page.take_off,
        "f4": page.escape,
        **dict.fromkeys(form.TASKS, form.open_form),
        "f8": count_cards.toggle,
    },
    MemberForm: {
        **_EDIT,
        **_PAGES,
        LETTER: typing.put,
        "enter": form.enter,
        "escape": form.escape,
        "f4": form.escape,
    },
    Reasons: {
        **_PAGES,
        **_SELECTION,
        **dict.fromkeys(("escape", "enter", "=", "f21"), reasons.close),
    },
    Confirming: {**_SIGNING, "f1": looking.open_help},
    Help: dict.fromkeys(("escape", "enter", "f1"), looking.close_page),
    Status: {DIGIT: payments.pick, **dict.fromkeys(("escape", "enter", "f18"), looking.close_page)},
}

SCANS: Mapping[type[Mode], ScanHandler] = {
    NoBook: looking.refuse_without_book,
    Locked: signing.scan,
    Selling: sale.scan,
    Prompting: prompt.scan,
    Searching: looking.search_scan,
    Tendering: pay.scan,
    Redeeming: redeeming.scan,
    Paying: payments.scan,
    Completed: _scan_afresh,
    HeldList: held.scan,
    PriceCheck: looking.price_scan,
    **after.SCANS,
    Returned: _scan_afresh,
    **shifts.SCANS,
    **store.SCANS,
    **inquiries.SCANS,
    MemberPage: page.scan,
    Reasons: reasons.scan,
    MemberForm: form.scan,
    Confirming: signing.scan,
    Help: looking.refuse_scan,
    Status: looking.refuse_scan,
}
