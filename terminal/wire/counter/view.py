"""What a screen shows: sections, each replaced as a whole, but the basket, which changes by lines.

All amounts are text already. Names are safe text. Words are message ids: the screen has the tables of texts.
"""

from enum import StrEnum

from msgspec import Struct

from terminal.wire.counter.panels import Panel, SalePanel


class Level(StrEnum):
    """How a notice looks and sounds: OK, attention (注意), rejected (!!), money."""

    OK = "ok"
    ATTENTION = "attention"
    REJECTED = "rejected"
    MONEY = "money"


class Notice(Struct, frozen=True, kw_only=True):
    """The outcome of the last thing that happened. ``serial`` rises with each one, also when the text is the same.

    ``message`` is an id of the tables of texts; ``params`` fill it by name. ``dropped`` is what stood typed and was
    dropped because a scan came first.
    """

    serial: int = 0
    level: Level = Level.OK
    message: str = ""
    params: dict[str, str] = {}
    dropped: str = ""


class Header(Struct, frozen=True, kw_only=True):
    """The first row: where, who, which receipt, what time (``HH:MM``, ``HH:MM?`` when nobody knows).

    ``training``: what is done now is only practised, and every page says so.
    """

    store: str = ""
    till: str = ""
    staff_number: str = ""
    staff_name: str = ""
    receipt_no: str = ""
    clock: str = ""
    shop: str = ""
    training: bool = False


class LineView(Struct, frozen=True, array_like=True):
    """One line of the basket. ``quantity`` is ``3`` or ``0.856kg``; ``tags`` are ids of 促 次 会 秤 退 免 作废."""

    number: int
    code: str
    name: str
    quantity: str
    price: str
    amount: str
    tags: tuple[str, ...] = ()
    voided: bool = False


class CouponView(Struct, frozen=True, array_like=True):
    """A coupon of the sale: its name, what it takes off; ``refusal`` (a message id) is why it does not count now."""

    name: str
    amount: str
    refusal: str = ""


class Totals(Struct, frozen=True, kw_only=True):
    """Left of the big total: pieces, discount; ``due`` is painted big.

    ``member`` is who the member of the sale is (masked), empty without one; what follows is empty when nothing more is
    known: points and what they pay, stored value, uses left on count cards, coupons that may be used.

    ``presented`` are the coupons of this sale.
    ``by_priority``: there are too many promotions that exclude each other; they were chosen by their priority.
    """

    pieces: str = "0"
    lines: int = 0
    gross: str = "0.00"
    discount: str = "0.00"
    due: str = "0.00"
    member: str = ""
    points: str = ""
    worth: str = ""
    stored: str = ""
    counts: str = ""
    coupons: str = ""
    presented: tuple[CouponView, ...] = ()
    by_priority: bool = False


class InputLine(Struct, frozen=True, kw_only=True):
    """The input row: what is typed (already masked for a PIN), and which hint stands beside it."""

    text: str = ""
    hint: str = "hint.sale"


class DeviceView(Struct, frozen=True, kw_only=True):
    """One device in the status row."""

    name: str
    kind: str
    link: str
    state: str
    detail: str = ""


class UplinkView(Struct, frozen=True, kw_only=True):
    """Link to HQ: events not acknowledged, age of the oldest.

    ``state`` is ``online``, ``offline``, ``absent``, or a trouble that a person must mend (`LinkTrouble`).
    """

    state: str = "absent"
    queue: int = 0
    oldest_s: int = 0
    book_version: int = 0
    book_label: str = ""
    rules_version: int = 0
    """0 = there are none."""
    rules_label: str = ""


class KeyHint(Struct, frozen=True, array_like=True):
    """One live key: its name (``F12``) and the message id of what it does."""

    key: str
    message: str


class Sections(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sections of a view that changed; None = as before."""

    header: Header | None = None
    totals: Totals | None = None
    notice: Notice | None = None
    input: InputLine | None = None
    devices: tuple[DeviceView, ...] | None = None
    uplink: UplinkView | None = None
    panel: Panel | None = None
    keys: tuple[KeyHint, ...] | None = None


class View(Struct, frozen=True, kw_only=True):
    """A whole view, as the till has it and as a screen rebuilds it."""

    header: Header = Header()
    totals: Totals = Totals()
    notice: Notice = Notice()
    input: InputLine = InputLine()
    devices: tuple[DeviceView, ...] = ()
    uplink: UplinkView = UplinkView()
    panel: Panel = SalePanel()
    keys: tuple[KeyHint, ...] = ()
    lines: tuple[LineView, ...] = ()
    selected: int = -1
    """Index into ``lines``; -1 = none."""
