"""A sale: lines, the member's card, tenders. Values only; every change makes a new value."""

from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.errors import RuleError
from terminal.domain.ids import OrderNumber, SaleId, Sku, StaffNumber
from terminal.domain.members.member import Member
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.store_values import StoreValues
from terminal.domain.text import SafeText


class Entry(StrEnum):
    """How a line came into the sale."""

    SCAN = "scan"
    TYPED = "typed"
    SEARCH = "search"
    REPEAT = "repeat"
    UNKNOWN = "unknown"


class Reduction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money taken off one line by hand, with its reason."""

    off_fen: int
    reason: SafeText


class SaleLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line: what was entered and the article as the pinned book had it.

    ``price_fen`` and ``member_price_fen`` are per piece or per kg. ``printed_fen`` is the amount printed on a scale
    label: it is the price as it stands. ``number`` counts from 1 without gaps; a voided line keeps its place.
    A negative quantity is deposits given back. ``override_fen`` is a price per piece or per kg that somebody with the
    right set, for ``override_reason``; ``count_card`` pays the pieces with uses of that card. ``earns`` points,
    ``returnable``, ``service`` (no stock): of the article. ``batch`` and ``serial`` are the numbers that were asked
    for.

    What has its default is not written: a row of the journal is a third as long.
    """

    number: int
    sku: Sku
    name: SafeText
    code: SafeText
    price_fen: int
    entry: Entry
    unit: Unit = Unit.EACH
    quantity: int = 1
    weight_g: int | None = None
    member_price_fen: int | None = None
    printed_fen: int | None = None
    vat_bp: int = 1300
    category: str = ""
    discountable: bool = True
    deposit: bool = False
    earns: bool = True
    returnable: bool = True
    service: bool = False
    open_price: bool = False
    override_fen: int | None = None
    override_reason: SafeText = SafeText("")
    count_card: SafeText | None = None
    salesperson: StaffNumber | None = None
    note: SafeText = SafeText("")
    batch: SafeText = SafeText("")
    serial: SafeText = SafeText("")
    reductions: tuple[Reduction, ...] = ()
    voided: bool = False

    @property
    def is_locked(self) -> bool:
        """Whether no rule and no coupon may touch it, or count it (CHECKOUT 3)."""
        return (
            not self.discountable or self.quantity < 0 or self.override_fen is not None or self.count_card is not None
        )

    @property
    def units(self) -> int:
        """How many indivisible units it has: its pieces, or one if it is weighed."""
        return 1 if self.unit is Unit.KG else abs(self.quantity)


class TenderKind(StrEnum):
    """Kinds of tender. ``credit`` is what a return brings into an exchange."""

    CASH = "cash"
    VOUCHER = "voucher"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    STORED = "stored"
    POINTS = "points"
    CREDIT = "credit"


class Tender(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A recorded tender; ``given_fen`` is what the customer handed over (cash), ``amount_fen`` what stays.

    ``stored`` are the parts of an amount of stored value, ``lots`` the points that paid it, and ``origin`` the shares
    of the first sale's tenders in the credit of an exchange. ``order`` is our number of a payment at a gateway,
    ``reference`` that of the gateway, or of the bank's terminal.
    """

    kind: TenderKind
    amount_fen: int
    given_fen: int | None = None
    stored: StoredValue | None = None
    lots: tuple[Lot, ...] = ()
    origin: tuple["Tender", ...] = ()
    order: OrderNumber = OrderNumber("")
    reference: SafeText = SafeText("")

    @property
    def points(self) -> int:
        """How many points paid it."""
        return sum(lot.points for lot in self.lots)


class Sale(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sale from its first line on.

    All of it is priced with ``book_version`` and ``rules_version`` (0 = without rules) at ``local_time``
    (YYYY-MM-DDTHH:MM:SS), for the ``member`` as known when the card or the phone number was presented: names and
    numbers of people are masked. A card of which nothing is known has a ``member_card`` alone. ``uses`` is how often
    limited rules were used by then, and ``member_coupons`` are the coupons that this member owns. ``coupons`` are those
    that were presented, as HQ's rules had them.
    """

    id: SaleId
    staff: StaffNumber
    book_version: int
    local_time: str
    started_ms: int
    rules_version: int = 0
    lines: tuple[SaleLine, ...] = ()
    member_card: SafeText | None = None
    member: Member | None = None
    uses: Uses = NO_USES
    member_coupons: tuple[AnyCoupon, ...] = ()
    waiting: StoredValue = StoredValue()
    """Stored value of the member that was paid for at this till, and may be spent when HQ has heard of it."""
    coupons: tuple[AnyCoupon, ...] = ()
    store_values: StoreValues = {}
    """What this till had set of HQ's rules by then."""
    tenders: tuple[Tender, ...] = field(default=(), name="vouchers")
    """What was taken so far, without cash, which ends the sale. On disk it has the name of its first kind."""

    @property
    def next_number(self) -> int:
        """The number that the next line gets."""
        return self.lines[-1].number + 1 if self.lines else 1

    @property
    def live_lines(self) -> tuple[SaleLine, ...]:
        """The lines that are not voided."""
        return tuple(line for line in self.lines if not line.voided)

    @property
    def is_member(self) -> bool:
        """Whether member prices apply."""
        return self.member_card is not None or self.member is not None

    def line(self, number: int) -> SaleLine:
        """Return a line by its number; `RuleError` ``unknown_line`` if there is none, or it is voided."""
        index = number - 1
        if 0 <= index < len(self.lines) and not self.lines[index].voided:
            return self.lines[index]
        raise RuleError(f"no line {number}", code="unknown_line")

    def with_line(self, line: SaleLine) -> "Sale":
        """Return the sale with one more line."""
        return replace(self, lines=self.lines + (line,))  # noqa: RUF005 - unpacking copies 1000 lines twice

    def with_changed(self, line: SaleLine) -> "Sale":
        """Return the sale with the line of this number replaced."""
        index = line.number - 1
        return replace(self, lines=(*self.lines[:index], line, *self.lines[index + 1 :]))
