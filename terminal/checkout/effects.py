"""What the counter wants done. The desk does it, and feeds results back as events.

`AtOnce` are answered by the desk before any other event; the others take time.
"""

from enum import StrEnum

from msgspec import Struct

from terminal.checkout.inquiries.questions import Question
from terminal.domain.ids import ActionId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.sale import Entry, Sale
from terminal.domain.slips.slip import Slip
from terminal.ports.devices import Scan, Tone
from terminal.wire.asking import Receipt
from terminal.wire.doorbell import Ask
from terminal.wire.events import SaleCompleted
from terminal.wire.members.rows import MemberRow
from terminal.wire.return_events import SaleReturned
from terminal.wire.shift_events import ShiftClosed


class Purpose(StrEnum):
    """What an article is looked up for."""

    SELL = "sell"
    TAKE_BACK = "take_back"
    PRICE_CHECK = "price_check"
    RECALL = "recall"
    STOCK = "stock"
    RETURN = "return"
    GIFT = "gift"


class LookUp(Struct, frozen=True, kw_only=True):
    """Find the article of a code in the book that decides (the pinned one in an open sale).

    ``sku`` instead of ``code`` when the article is known (pick of a search, recall of a held sale, a gift for points,
    whose ``code`` is the pick of the list and comes back). ``quantity``,
    ``weight_g`` (what a typed prefix means if the article is weighed) and ``scan`` come back unchanged with the answer.
    ``quantity`` is 0 when the prefix is no whole number. Typed codes are tried as barcode, then as PLU.
    """

    purpose: Purpose
    entry: Entry
    code: str = ""
    sku: str = ""
    quantity: int = 1
    weight_g: int | None = None
    scan: Scan | None = None


class FindArticles(Struct, frozen=True, kw_only=True):
    """Find articles by pinyin initials, at most nine."""

    initials: str


class Seeking(StrEnum):
    """What a member is looked for."""

    BIND = "bind"
    """To be the member of the sale."""
    JOINED = "joined"
    """To be the member of the sale, just registered in the midst of it."""
    AGAIN = "again"
    """To be the member of the sale still, after something was done on the page of members."""
    LIST = "list"
    """To be shown on the page of members."""
    RENEW = "renew"
    """To be the member of the sale that was recalled, with what is known now."""
    STORED = "stored"
    """To give the open sale the stored value that its member has now."""
    SHOW = "show"
    """To be told, while prices are checked."""
    HELD = "held"
    """To have the sales highlighted that were put aside for it."""
    ACT = "act"
    """To have something done: what is known now decides."""
    FORM = "form"
    """To see whether what was put into a form can be taken."""


class MemberTask(StrEnum):
    """What is done for a member, on the page of members."""

    REGISTER = "register"
    ISSUE = "issue"
    REPLACE = "replace"
    LOST = "lost"
    TOP_UP = "top_up"
    CASH_OUT = "cash_out"
    FREEZE = "freeze"
    MERGE = "merge"
    EDIT = "edit"
    GIFT = "gift"


class FindMember(Struct, frozen=True, kw_only=True):
    """Find members by one of these: a card, a phone number, the last four digits of one, or their own number.

    ``scan`` and ``task`` come back unchanged with the answer. ``told`` is who HQ says it is; what was done here after
    that is added. ``is_asked``: HQ was asked.
    """

    seeking: Seeking
    card: CardKey | None = None
    phone: str = ""
    tail: str = ""
    member: MemberId | None = None
    scan: Scan | None = None
    task: MemberTask | None = None
    told: tuple[MemberRow, ...] = ()
    is_asked: bool = False

    def __repr__(self) -> str:
        """Numbers of people and cards are never logged."""
        return f"FindMember({self.seeking})"


class FindSale(Struct, frozen=True, kw_only=True):
    """Find the done sale of a receipt's number, of which something may come back. ``scan`` comes back unchanged.

    ``told`` is what HQ said of it: what this till did to it, and HQ does not know of, is added. ``is_asked``: HQ was
    asked, and has not heard of the sale; ``back`` is what came back of it elsewhere by its code all the same.
    ``alone``: it did not answer.
    """

    receipt_no: str
    scan: Scan | None = None
    told: Receipt | None = None
    is_asked: bool = False
    back: tuple[SaleReturned, ...] = ()
    alone: bool = False


class FindStaff(Struct, frozen=True):
    """Find who has a staff number, to be the salesperson of a line."""

    number: StaffNumber
    line: int


class FindStock(Struct, frozen=True):
    """Find how much there should be of some articles."""

    skus: tuple[Sku, ...]


class Inquire(Struct, frozen=True):
    """Find what a till knows, for a list."""

    question: Question


class CheckPin(Struct, frozen=True, kw_only=True):
    """Check number and PIN (argon2id, about 32 ms, not on the loop); who lends a right ``by_card`` needs no PIN."""

    number: StaffNumber
    pin: str
    approval: bool = False
    by_card: bool = False

    def __repr__(self) -> str:
        """A PIN is never logged."""
        return f"CheckPin({self.number})"


class OpenBook(Struct, frozen=True):
    """Open a book of the folder and make it the one that decides."""

    version: int


class CouponPurpose(StrEnum):
    """What a coupon is looked up for."""

    PRESENT = "present"
    RECALL = "recall"
    GIFT_BACK = "gift_back"


class FindCoupon(Struct, frozen=True, kw_only=True):
    """Find a coupon in the rules that decide, and whether it was used at this till. ``scan`` comes back unchanged."""

    purpose: CouponPurpose
    code: CouponCode
    scan: Scan | None = None


class LoadRules(Struct, frozen=True):
    """Open rules of the folder and make them those that decide."""

    version: int


class PrintReceipt(Struct, frozen=True, kw_only=True):
    """Print the receipt of a done sale; ``copy`` n > 0 is the n-th marked copy, ``training`` marks what is none."""

    action: ActionId
    sale: Sale
    completed: SaleCompleted
    copy: int = 0
    training: bool = False


class PrintSlip(Struct, frozen=True, kw_only=True):
    """Print a paper that is no receipt of a sale; ``training`` marks what is only practised."""

    action: ActionId
    slip: Slip
    training: bool = False


class ReadHead(Struct, frozen=True, kw_only=True):
    """Close a shift on the last row of the journal: ``closing`` comes back with that row, and with a signature."""

    closing: ShiftClosed


class PulseDrawer(Struct, frozen=True):
    """Open the cash drawer, one pulse."""

    action: ActionId


AtOnce = (
    LookUp
    | FindArticles
    | FindMember
    | FindCoupon
    | FindSale
    | FindStaff
    | FindStock
    | Inquire
    | OpenBook
    | LoadRules
    | ReadHead
)


class Weigh(Struct, frozen=True):
    """Ask the scale what lies on it: `Weighed` comes, with the same ``turn``."""

    turn: int


class Sound(Struct, frozen=True):
    """Beep."""

    tone: Tone


class Arm(Struct, frozen=True):
    """Start (or restart) a timer; `Fired` comes after ``ms``, with the same ``turn``.

    ``after_screen``: and not before the operator's screen has answered, so that all that it had read by then is here.
    """

    timer: str
    ms: int
    turn: int = 0
    after_screen: bool = False


Effect = AtOnce | CheckPin | PrintReceipt | PrintSlip | PulseDrawer | Weigh | Sound | Arm | Ask
