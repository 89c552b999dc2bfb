"""The counter: all that a step knows. ``durable`` changes by facts only; the rest is of the moment."""

from msgspec import Struct, field
from msgspec.structs import replace

from terminal.checkout.after.modes import BareReturn, Returned, Returning
from terminal.checkout.claims.drafts import Securing
from terminal.checkout.coming_up import come_up, first_notice, may_be_cut
from terminal.checkout.drafts import AddLine, Draft
from terminal.checkout.effects import AtOnce, FindMember
from terminal.checkout.goods.scale import Weighing
from terminal.checkout.keys import KeyState, Token
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
    Prompting,
    Searching,
    Selling,
    Status,
    Tendering,
)
from terminal.checkout.payments.errand import Errand
from terminal.checkout.rows import line_views
from terminal.checkout.store.modes import Attending
from terminal.checkout.tendering.modes import Redeeming
from terminal.domain.ids import Identity, receipt_number
from terminal.domain.members.claims import ClaimId
from terminal.domain.members.phone_codes import CodeKey
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.nearly import Near
from terminal.domain.pricing.sums import PricedSale, price_sale
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet
from terminal.domain.settings import Settings
from terminal.domain.staff import Right, may
from terminal.domain.trade import NOTHING_DECLARED, DeclaredTrade, TradeSettings
from terminal.ports.catalog import BookInfo
from terminal.ports.devices import DeviceStatus, Scan
from terminal.ports.rules import RulesInfo
from terminal.wire.counter.view import LineView, Notice
from terminal.wire.doorbell import LinkChanged
from terminal.wire.record import TillRecord

TRAINED = "TRAIN-"
"""Before the numbers of receipts that are only practised."""


class KnownDevice(Struct, frozen=True, kw_only=True):
    """A device as it is now, and as the journal last heard of it."""

    now: DeviceStatus
    told: DeviceStatus | None = None


class Looking(Struct, frozen=True, kw_only=True):
    """HQ is asked, under a number, about a member whom this till does not know."""

    ask: str
    query: FindMember


class Counter(Struct, frozen=True, kw_only=True):
    """The whole state. ``text`` is what stands typed, ``selected`` the number of a line (0 = none).

    ``durable`` is the whole record, ``record`` the part of it that is worked on: all, or what is practised.

    ``dropped`` stood typed when a scan came that did not use it: the next notice says so.

    ``news`` is what a payment host did by itself, until that has stood for its time.

    ``cut``: the till came up in this sale, and nobody has said yet that what is typed now is not the rest of a number.

    ``pasted``: codes were pasted, and no key was pressed since.

    ``beside`` is the page of members that comes back when what was scanned on it is in the sale.

    ``low_space``: the journal has room for the sale at hand only; no other may begin.

    ``trade`` is what holds of trade: what the ``rules`` declare, beside the rounding of the price book.

    ``used`` is how often limited rules were used here, by anybody.

    ``hq_rules`` are the rules as HQ has them. ``pricer`` has them with what the store set, and remembers the last
    basket; what it says does not depend on that.

    ``near`` is what nearly fired, on the pages that say so.

    ``priced`` and ``rows`` follow from the record and are kept, so that a scan does not price or draw the whole basket.
    ``hash_key`` keys the hashes of codes that may not be kept; without a key no hash is made. ``version`` is the
    product's, for the status page.

    ``code_keys`` are those of codes on phones.

    ``key_problem`` is the code of why the till's own key cannot be used, for the status page.

    ``errands`` are the payments by code that are looked after; in a lab they wait ``hurry`` times less.

    ``looking``: keys and scans wait for what HQ says of a member.

    ``securing`` is what waits until HQ has set something aside, ``leasing`` are the leases that it is asked for
    meanwhile. ``silent``: it did not answer, and was not heard of since.

    ``news_ask`` is the question what came back elsewhere, while it waits, ``news_asked_ms`` when it was asked last.
    """

    identity: Identity
    durable: TillRecord
    mode: Mode
    version: str = ""
    hash_key: bytes = b""
    code_keys: tuple[CodeKey, ...] = ()
    settings: Settings = field(default_factory=Settings)
    book: BookInfo | None = None
    offered_book: int | None = None
    declared: DeclaredTrade = NOTHING_DECLARED
    trade: TradeSettings = field(default_factory=TradeSettings)
    rules: RulesInfo | None = None
    offered_rules: int | None = None
    used: Uses = NO_USES
    text: str = ""
    dropped: str = ""
    cut: bool = False
    pasted: bool = False
    beside: MemberPage | None = None
    keys: KeyState = KeyState()
    notice: Notice = field(default_factory=Notice)
    noticed_ms: int = 0
    news: Notice | None = None
    devices: tuple[KnownDevice, ...] = ()
    link: LinkChanged | None = None
    low_space: bool = False
    oldest_s: int = 0
    selected: int = 0
    hq_rules: RuleSet = NO_RULES
    pricer: Pricer = field(default_factory=lambda: Pricer(RuleSet()))
    priced: PricedSale | None = None
    rows: tuple[LineView, ...] = ()
    near: tuple[Near, ...] = ()
    asked: AtOnce | None = None
    backlog: tuple[Token | Scan, ...] = ()
    errands: tuple[Errand, ...] = ()
    hurry: int = 1
    looking: Looking | None = None
    securing: Securing | None = None
    leasing: tuple[ClaimId, ...] = ()
    silent: bool = False
    news_ask: str = ""
    news_asked_ms: int | None = None
    weighing: Weighing = Weighing()
    key_problem: str = ""

    @property
    def record(self) -> TillRecord:
        """What the till works on: the real thing, or the training."""
        return self.durable.current

    @property
    def is_training(self) -> bool:
        """Whether what is done now is only practised."""
        return self.durable.training is not None

    def __repr__(self) -> str:
        """Name no key, and nothing typed or scanned: a traceback may end in a log."""
        return f"Counter({self.identity}, {self.mode.name})"


def initial(  # noqa: PLR0913 - what a till comes up with
    identity: Identity,
    record: TillRecord,
    *,
    version: str = "",
    hash_key: bytes = b"",
    is_new_epoch: bool = False,
    in_order: bool = False,
    hurry: int = 1,
    key_problem: str = "",
) -> Counter:
    """Return the counter of a till that comes up with what its journal says. There is no book until one is offered.

    ``is_new_epoch``: the record is what was carried over from the epoch before; people are told.
    ``in_order``: the one before was ended with nothing half typed (`is_finished`).
    """
    pricer = Pricer(RuleSet())
    sale = record.current.sale
    priced = price_sale(sale, pricer=pricer) if sale is not None else None
    return Counter(
        identity=identity,
        durable=come_up(record),
        mode=NoBook(),
        version=version,
        hash_key=hash_key,
        notice=first_notice(record, new_epoch=identity.epoch if is_new_epoch else None, in_order=in_order),
        cut=may_be_cut(record.current) and not in_order,
        pricer=pricer,
        priced=priced,
        rows=line_views(priced),
        selected=sale.lines[-1].number if sale is not None and sale.lines else 0,
        hurry=hurry,
        key_problem=key_problem,
    )


def at_rest(counter: Counter) -> Mode:
    """Return the mode that the record asks for: nobody there, a sale that is being paid, or partly paid, or selling."""
    if counter.record.staff is None:
        return Locked()
    undecided = counter.durable.undecided()
    if undecided is not None:
        return Paying(undecided.order)
    if counter.record.sale is not None and counter.record.sale.tenders:
        return Tendering()
    return Selling()


def without_page(counter: Counter) -> Counter:
    """Return the counter without the page of members, a form on it, or that of points: where the page was opened."""
    mode = counter.mode.page if isinstance(counter.mode, MemberForm) else counter.mode
    if isinstance(mode, Redeeming):
        return replace(counter, mode=Tendering() if mode.paying else Selling(), beside=None, text="")
    if isinstance(mode, MemberPage):
        return replace(counter, mode=mode.back, beside=None, text="")
    return replace(counter, beside=None)


def woken(counter: Counter) -> Mode:
    """Return the mode of a till that came up: the page of what was done last, if nothing ended it, else as at rest."""
    record = counter.record
    stands = [one for one in (record.last, record.returned) if one is not None and one.on_screen]
    return done_page(counter) if stands and record.staff is not None and record.sale is None else at_rest(counter)


def done_page(counter: Counter) -> Completed | Returned:
    """Return the page of the last done sale, or that of a return after it."""
    returned = counter.record.returned
    return Returned() if returned is not None and returned.on_screen else Completed()


def is_finished(counter: Counter) -> bool:
    """Whether nothing is half typed, half asked or half answered: who ends the till now interrupts nobody."""
    if counter.text or counter.keys.run or counter.backlog or counter.asked is not None:
        return False
    if counter.securing is not None or counter.looking is not None:
        return False
    return _is_finished(counter.mode)


def _is_finished(mode: Mode) -> bool:
    match mode:
        case Prompting() | Confirming() | Searching() | MemberForm() | Selling(taking_back=True) | Paying():
            return False
        case Returning(chosen=chosen) | BareReturn(lines=chosen):
            return not chosen
        case Locked(number=number) | Attending(number=number):
            return number is None
        case HeldList(recalling=recalling):
            return recalling is None
        case Help(below=below) | Status(below=below):
            return _is_finished(below)
        case _:
            return True


def draft_of(mode: Mode) -> Draft | None:
    """Return the line that waits in a mode for a value or a yes."""
    match mode:
        case Prompting(subject=Draft() as draft):
            return draft
        case Confirming(action=AddLine(draft=draft)):
            return draft
        case Help(below=below) | Status(below=below):
            return draft_of(below)
        case _:
            return None


def between_sales(counter: Counter) -> bool:
    """Whether nothing is open that belongs to the present book and rules: others may take over."""
    return counter.record.sale is None and counter.asked is None and draft_of(counter.mode) is None


def is_online(counter: Counter) -> bool:
    """Whether HQ can be asked."""
    return counter.link is not None and counter.link.online


def hq_answers(counter: Counter) -> bool:
    """Whether HQ can be asked, and answered when it was asked last."""
    return is_online(counter) and not counter.silent


def lacks_shift(counter: Counter) -> bool:
    """Whether the shop wants a shift before anything is sold, and none is open; a training needs none."""
    return counter.settings.shift_required and counter.record.shift is None and not counter.is_training


def allowed(counter: Counter, right: Right, *, amount_fen: int = 0) -> bool:
    """Whether who is signed in may use a right for an amount."""
    staff = counter.record.staff
    return staff is not None and may(counter.settings.rights, role=staff.role, right=right, amount_fen=amount_fen)


def next_receipt(counter: Counter) -> str:
    """Return the number that the next done sale gets."""
    number = receipt_number(counter.identity, counter.record.receipts_done + 1)
    return f"{TRAINED}{number}" if counter.is_training else number
