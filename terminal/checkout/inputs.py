"""Everything that can happen to the counter: the event kinds of its table."""

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.effects import (
    CheckPin,
    FindArticles,
    FindCoupon,
    FindMember,
    FindSale,
    FindStaff,
    FindStock,
    Inquire,
    LookUp,
    ReadHead,
)
from terminal.checkout.inquiries.questions import Finding
from terminal.domain.catalog import Article
from terminal.domain.ids import Sku, sibling
from terminal.domain.members.member import Member
from terminal.domain.members.phone_codes import CodeKey
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.settings import Settings
from terminal.domain.staff import Staff
from terminal.domain.stock import Level
from terminal.domain.text import SafeText
from terminal.domain.trade import DeclaredTrade
from terminal.ports.catalog import BookInfo
from terminal.ports.devices import DeviceStatus, DrawerOutcome, PrintOutcome, Scan, ScanFault, Weight
from terminal.ports.members import KnownMember
from terminal.ports.rules import RulesInfo
from terminal.wire.counter.messages import Keys, Paste
from terminal.wire.doorbell import Answer, LinkChanged
from terminal.wire.found import FoundSale
from terminal.wire.shift_events import ShiftClosed


class Moment(Struct, frozen=True, kw_only=True):
    """What a step knows of time and chance: injected, so that a step can be repeated.

    ``fresh_id`` is a new UUIDv7 (32 hexadecimal digits); other ids of the same step are derived from it.
    ``local_iso`` is the shop's time ``YYYY-MM-DDTHH:MM:SS``.
    """

    wall_ms: int
    mono_ms: int
    local_iso: str
    fresh_id: str

    def after_a_sale(self) -> "Moment":
        """The same moment with another id: the keys of one read may end a sale and begin the next."""
        return replace(self, fresh_id=sibling(self.fresh_id))


class KeysRead(Struct, frozen=True):
    """Keys of one read of the operator's terminal."""

    keys: Keys


class Pasted(Struct, frozen=True):
    """A bracketed paste of the operator's terminal: each line is one scan."""

    paste: Paste


class Scanned(Struct, frozen=True):
    """A scanner read a code (or the keyboard layer took a burst for one: device ``keyboard``)."""

    scan: Scan


class ScanFaulted(Struct, frozen=True):
    """A scanner read something that is not whole."""

    fault: ScanFault


class DeviceReported(Struct, frozen=True):
    """A device came, went, or changed its state."""

    status: DeviceStatus


class ReceiptReported(Struct, frozen=True):
    """A print job ended."""

    outcome: PrintOutcome


class DrawerReported(Struct, frozen=True):
    """A drawer pulse ended."""

    outcome: DrawerOutcome


class Weighed(Struct, frozen=True):
    """The answer to `Weigh`: what lies on the scale."""

    turn: int
    weight: Weight


class Label(Struct, frozen=True, kw_only=True):
    """What an in-store label said beside its article: weight in grams, or amount in fen, or both."""

    weight_g: int | None = None
    amount_fen: int | None = None


class LookedUp(Struct, frozen=True, kw_only=True):
    """The answer to `LookUp`: the article, with what a label said; else a ``reason`` (``unknown_item``, …)."""

    query: LookUp
    article: Article | None = None
    label: Label | None = None
    reason: str = ""


class ArticlesFound(Struct, frozen=True, kw_only=True):
    """The answer to `FindArticles`."""

    query: FindArticles
    articles: tuple[Article, ...]


class MemberFound(Struct, frozen=True, kw_only=True):
    """The answer to `FindMember`: who fits, masked, with the newest balances.

    ``names`` are those of the articles that their count cards pay for. ``as_of`` is the local time of what HQ sent,
    empty = nothing; ``fault`` is why only members of this till can be found (the code of an error, or nothing).
    """

    query: FindMember
    found: tuple[KnownMember, ...]
    names: dict[Sku, SafeText] = {}
    as_of: str = ""
    fault: str = ""


class SaleFound(Struct, frozen=True, kw_only=True):
    """The answer to `FindSale`: the sale as it stands now; ``owner`` is its member as known now, masked.

    ``back_fen`` came back at this till of a receipt of another one. ``is_kept``: the journal here has the sale.
    """

    query: FindSale
    found: FoundSale | None
    owner: Member | None = None
    back_fen: int = 0
    is_kept: bool = False


class HeadRead(Struct, frozen=True, kw_only=True):
    """The answer to `ReadHead`: the Z report as the journal will keep it."""

    query: ReadHead
    closed: ShiftClosed


class StaffFound(Struct, frozen=True, kw_only=True):
    """The answer to `FindStaff`: what that person is called; None = there is nobody of that number."""

    query: FindStaff
    name: SafeText | None


class StockFound(Struct, frozen=True, kw_only=True):
    """The answer to `FindStock`: the levels of the articles of which something is known."""

    query: FindStock
    levels: dict[Sku, Level]


class Inquired(Struct, frozen=True, kw_only=True):
    """The answer to `Inquire`: what was found, as much as fits a list, of which member; else why nothing."""

    query: Inquire
    found: tuple[Finding, ...] = ()
    who: str = ""
    fault: str = ""


class PinChecked(Struct, frozen=True, kw_only=True):
    """The answer to `CheckPin`: the member of staff if number and PIN are right."""

    query: CheckPin
    staff: Staff | None


class BookOffered(Struct, frozen=True):
    """A verified book lies in the folder (from the uplink, or found at start)."""

    version: int


class BookOpened(Struct, frozen=True, kw_only=True):
    """The answer to `OpenBook`: the book is open and becomes the one that decides.

    ``code_keys`` are those of codes on phones, out of the box that it has for this till.
    """

    info: BookInfo
    settings: Settings
    code_keys: tuple[CodeKey, ...] = ()


class BookFailed(Struct, frozen=True, kw_only=True):
    """The answer to `OpenBook`, or news from the uplink: the book was refused; the till sells on."""

    version: int
    reason: str


class CouponFound(Struct, frozen=True, kw_only=True):
    """The answer to `FindCoupon`: the coupon, and whether a done sale used it; ``reason`` says why nobody knows."""

    query: FindCoupon
    coupon: AnyCoupon | None = None
    is_used: bool = False
    reason: str = ""


class RulesOffered(Struct, frozen=True):
    """Verified rules lie in the folder (from the uplink, or found at start)."""

    version: int


class RulesLoaded(Struct, frozen=True, kw_only=True):
    """The answer to `LoadRules`: the rules are open and become those that decide."""

    info: RulesInfo
    rules: RuleSet
    trade: DeclaredTrade
    uses: Uses = NO_USES
    """How often limited rules were used at this till, by anybody."""


class RulesFailed(Struct, frozen=True, kw_only=True):
    """The answer to `LoadRules`, or news from the uplink: rules were refused; the till sells on."""

    version: int
    reason: str


class LinkReported(Struct, frozen=True):
    """News of the way to HQ; None = the uplink process is gone."""

    link: LinkChanged | None


class Answered(Struct, frozen=True):
    """The answer to an `Ask` effect, or that there is none: exactly one for each."""

    answer: Answer


class SpaceChanged(Struct, frozen=True):
    """The disk of the journal has little room left (the sale at hand may end, no other may begin), or enough again."""

    low: bool


class ClockJudged(Struct, frozen=True, kw_only=True):
    """The clock cannot be right any more, or times are right again; the fields of `ClockDoubted` and `ClockMended`.

    ``last_ms`` is the last time that could be right, ``was_ms`` that of the last fact.
    """

    doubted: bool
    machine_ms: int
    last_ms: int
    was_ms: int


class Fired(Struct, frozen=True, repr_omit_defaults=True):
    """A timer that was armed ended; ``turn`` is that of its `Arm`."""

    timer: str
    turn: int = 0


class ScreenFaulted(Struct, frozen=True):
    """The screen survived an error of its own."""

    error: str


Input = (
    KeysRead
    | Pasted
    | Scanned
    | ScanFaulted
    | DeviceReported
    | ReceiptReported
    | DrawerReported
    | Weighed
    | LookedUp
    | ArticlesFound
    | MemberFound
    | SaleFound
    | HeadRead
    | StaffFound
    | StockFound
    | Inquired
    | PinChecked
    | BookOffered
    | BookOpened
    | BookFailed
    | RulesOffered
    | RulesLoaded
    | CouponFound
    | RulesFailed
    | LinkReported
    | Answered
    | SpaceChanged
    | ClockJudged
    | Fired
    | ScreenFaulted
)
