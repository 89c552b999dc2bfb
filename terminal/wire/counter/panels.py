"""What stands over the lower part of the screen: one panel at a time, a tagged union."""

from msgspec import Struct


class SalePanel(Struct, frozen=True, kw_only=True, tag="sale"):
    """No panel: basket and total."""


class NoBookPanel(Struct, frozen=True, kw_only=True, tag="no_book"):
    """There is no price book yet, or it cannot be read; ``reason`` is an error code or empty."""

    reason: str = ""


class LoginPanel(Struct, frozen=True, kw_only=True, tag="login"):
    """Number, then PIN. ``step`` is ``number`` or ``pin``; ``hint`` is the demo's number and PIN, by language."""

    step: str = "number"
    staff: str = ""
    hint: dict[str, str] = {}
    has_sale: bool = False
    checking: bool = False


class PromptPanel(Struct, frozen=True, kw_only=True, tag="prompt"):
    """One value is asked for: ``quantity``, ``price``, ``weight``, ``reason``; ``about`` names the article.

    ``scale`` is how the till's scale is: ``wait``, ``stable``, ``net``, ``same`` (as the goods before), ``empty``,
    ``motion``, ``over``, ``under``, ``silent``, ``garbled``, ``wrong_unit``; empty = a weight is not asked for, or
    there is none. ``weight`` is what lies there, in kilograms.
    """

    what: str
    about: str = ""
    code: str = ""
    choices: tuple[str, ...] = ()
    scale: str = ""
    weight: str = ""


class Choice(Struct, frozen=True, kw_only=True):
    """One row of a list; ``pick`` is the digit that takes it."""

    pick: str
    code: str
    name: str
    price: str


class SearchPanel(Struct, frozen=True, kw_only=True, tag="search"):
    """Articles found by pinyin initials."""

    query: str
    rows: tuple[Choice, ...] = ()
    selected: int = 0


class Line(Struct, frozen=True, kw_only=True):
    """A text: message id and parameters."""

    message: str
    params: dict[str, str] = {}


class TenderRow(Struct, frozen=True, kw_only=True):
    """One tender taken: kind (message id), amount, and the end of what its bank or host calls it."""

    kind: str
    amount: str
    note: str = ""


class QuickCash(Struct, frozen=True, kw_only=True):
    """One quick amount; ``exact`` marks the amount asked itself."""

    amount: str
    exact: bool = False


class TenderPanel(Struct, frozen=True, kw_only=True, tag="tender"):
    """Paying: what is due, what was taken, what remains, quick cash amounts."""

    due: str
    remaining: str
    rounding: str = "0.00"
    rows: tuple[TenderRow, ...] = ()
    quick: tuple[QuickCash, ...] = ()
    selected: int = 0
    near: Line | None = None
    """What a little more would bring."""
    given: str = ""
    change: str = ""
    """What would be given back for ``given`` (typed, or the chosen quick amount); empty = nothing to give back."""
    points: str = ""
    stored: str = ""
    """What points and stored value of the member may pay now; empty = nothing."""


class PayingPanel(Struct, frozen=True, kw_only=True, tag="paying"):
    """A payment by code is under way. ``stage`` is ``pending``, ``reversing`` or ``unknown``; ``queued`` codes wait."""

    tender: str
    amount: str
    stage: str
    waited_s: int = 0
    queued: int = 0


class WhyRow(Struct, frozen=True, kw_only=True):
    """A reason (message id and parameters), and what it adds to the amount of a line; empty = nothing."""

    message: str
    params: dict[str, str] = {}
    amount: str = ""


class ReasonsPanel(Struct, frozen=True, kw_only=True, tag="reasons"):
    """Why a line costs what it does: rows that add up to the last one, and what nearly made it cheaper.

    ``book`` and ``rules`` are the versions that priced it; empty = there are no rules.
    """

    number: str = ""
    code: str = ""
    name: str = ""
    rows: tuple[WhyRow, ...] = ()
    near: tuple[Line, ...] = ()
    book: str = ""
    rules: str = ""


class BackRow(Struct, frozen=True, kw_only=True):
    """What goes back to the customer: tender (message id), amount, and how it goes back (message id)."""

    tender: str
    amount: str
    how: str


class CompletedPanel(Struct, frozen=True, kw_only=True, tag="completed"):
    """The sale is done: total, given and change stay until the next line. Without ``given`` the change is paid out."""

    receipt_no: str
    total: str
    given: str
    change: str
    printed: str = ""
    """Result of the receipt: empty = printing."""
    drawer: str = ""
    """Result of the drawer's pulse, as far as there was one."""
    back: tuple[BackRow, ...] = ()
    """What the goods that came back in an exchange were worth more than those taken; cash is in ``change`` too."""


class HeldRow(Struct, frozen=True, kw_only=True):
    """One held sale."""

    label: str
    time: str
    owner: str
    pieces: str
    amount: str
    member: str
    first: str


class HeldPanel(Struct, frozen=True, kw_only=True, tag="held"):
    """The list of held sales."""

    rows: tuple[HeldRow, ...] = ()
    selected: int = 0


class PriceCheckPanel(Struct, frozen=True, kw_only=True, tag="price_check"):
    """Price of one article; empty until something was scanned."""

    code: str = ""
    name: str = ""
    price: str = ""
    member_price: str = ""
    unit: str = ""
    recalled: str = ""
    """Why it is not sold any more; empty = it is."""
    found: bool = True


class PagePanel(Struct, frozen=True, kw_only=True, tag="page"):
    """A page of the store's work: texts above, rows of cells, texts below. The screen knows the columns of each.

    ``selected`` is the highlighted row; -1 = none. ``details`` stand between the rows and the foot, as many as there is
    room for; ``more`` is the id of the text that counts the others.
    """

    page: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    selected: int = -1
    details: tuple[Line, ...] = ()
    more: str = ""
    foot: tuple[Line, ...] = ()


class MemberLine(Struct, frozen=True, kw_only=True):
    """One member of a list, masked; ``mark`` is the id of why it may not be used."""

    who: str
    tier: str
    points: str
    stored: str
    mark: str = ""


class CountLine(Struct, frozen=True, kw_only=True):
    """One count card: what it pays for, how often still, until which day (empty = for ever)."""

    name: str
    left: str
    until: str = ""


class CouponLine(Struct, frozen=True, kw_only=True):
    """One coupon: what it is called, and its last day (empty = for ever)."""

    name: str
    until: str = ""


class MemberDetails(Struct, frozen=True, kw_only=True):
    """All that there is for the member that is highlighted.

    ``status`` is empty while nothing stands against it, ``lost`` are its cards that were. ``waiting`` is stored value
    that HQ has not heard of yet, ``expiring`` are (points, last day) of the lots that are over within a month.
    ``worth`` is what the points pay, ``missing`` what is to be spent until ``next_tier``.
    """

    who: str
    tier: str = ""
    status: str = ""
    lost: tuple[str, ...] = ()
    birthday: str = ""
    points: str = "0"
    worth: str = ""
    stored: str = "0.00"
    waiting: str = ""
    expiring: tuple[tuple[str, str], ...] = ()
    counts: tuple[CountLine, ...] = ()
    coupons: tuple[CouponLine, ...] = ()
    next_tier: str = ""
    missing: str = ""
    paid_until: str = ""
    """The last day of a paid membership."""
    bound: bool = False
    """Whether it is the member of the sale."""


class MemberPanel(Struct, frozen=True, kw_only=True, tag="member"):
    """Members: whom was looked for (masked), who was found, and the one that is highlighted.

    ``as_of`` is the time of what HQ sent (empty = nothing), ``fault`` why nobody of HQ's can be found.
    """

    asked_for: str = ""
    rows: tuple[MemberLine, ...] = ()
    selected: int = 0
    details: MemberDetails | None = None
    as_of: str = ""
    fault: str = ""


class ConfirmPanel(Struct, frozen=True, kw_only=True, tag="confirm"):
    """A question with yes (Enter) or no (Esc); ``question`` is a message id."""

    question: str
    params: dict[str, str] = {}
    approval: bool = False
    """Whether somebody with the right must give number and PIN."""
    step: str = ""
    hint: dict[str, str] = {}
    """The demo's number and PIN, by language."""


class HelpPanel(Struct, frozen=True, kw_only=True, tag="help"):
    """Help about the panel that stands below; ``topic`` is its tag."""

    topic: str


class PaymentRow(Struct, frozen=True, kw_only=True):
    """A payment of which something may still come; ``state`` is a message id, ``pick`` the digit that pays it out."""

    time: str
    tender: str
    amount: str
    state: str
    pick: str = ""


class StatusPanel(Struct, frozen=True, kw_only=True, tag="status"):
    """Devices, uplink, book, journal in full."""

    journal_seq: int = 0
    version: str = ""
    epoch: int = 1
    clock_doubted: bool = False
    key_problem: str = ""
    payments: tuple[PaymentRow, ...] = ()


Panel = (
    SalePanel
    | NoBookPanel
    | LoginPanel
    | PromptPanel
    | SearchPanel
    | TenderPanel
    | PayingPanel
    | CompletedPanel
    | HeldPanel
    | PriceCheckPanel
    | PagePanel
    | MemberPanel
    | ReasonsPanel
    | ConfirmPanel
    | HelpPanel
    | StatusPanel
)
