"""Facts about what happens after a sale: goods that come back, and where their money goes.

``act`` is made on the till and names what was done, so that it is safe to repeat. ``approved_by`` names who lent the
right when ``staff`` had none.
"""

from enum import StrEnum

from msgspec import Struct

from terminal.domain.after.refund import PointsBack, Return
from terminal.domain.after.sold import Sold
from terminal.domain.catalog import Unit
from terminal.domain.ids import ActionId, SaleId, Sku, StaffNumber
from terminal.domain.members.claims import ClaimId, Drawn
from terminal.domain.members.entries import Entry
from terminal.domain.members.member import Balance, CountCardId, Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode
from terminal.domain.sale import SaleLine, Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.domain.vat import VatAmount


class ReturnKind(StrEnum):
    """How goods come back."""

    REFUND = "refund"
    """For their money."""
    VOID = "void"
    """The whole sale never was."""
    EXCHANGE = "exchange"
    """For other goods."""
    BY_CODE = "by_code"
    """For cash, of a sale of another till that nobody can look up now: by the signed code of its receipt."""
    NO_RECEIPT = "no_receipt"
    """For cash, of a sale that nobody can show."""


class GoodsBack(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Units that came back, worth ``amount_fen``.

    ``line`` is their number in the sale (0: there is none), ``units`` are indivisible ones; negative are deposits, in a
    void. ``shelf`` is what goes back on the shelf, in pieces or grams: nothing of what is ``damaged``.
    """

    line: int
    sku: Sku
    name: SafeText
    units: int
    amount_fen: int
    unit: Unit = Unit.EACH
    weight_g: int | None = None
    shelf: int = 0
    damaged: bool = False


class PartTaken(Struct, frozen=True, array_like=True):
    """Fen that were taken out of a tender of the sale, by its place among them; a credit stands as its shares."""

    part: int
    fen: int


class SaleReturned(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Goods came back, worth ``amount_fen``; everything that their sale did is undone in proportion.

    The sale is ``sale_id`` (None: nobody can show one), its receipt ``receipt_no``, of the local date ``sold_on``;
    ``terminal`` and ``epoch`` did it, where that was not this till. ``number`` is printed on the paper, ``count``
    counts the returns of the epoch.

    ``tenders`` were paid out; ``taken`` is what was taken out of the sale's tenders for that, in its order. Of an
    exchange it also has what was set aside for ``bought_by``, the new sale, which has it as a tender: ``credit_fen``.
    What was withheld of a refund is in ``points``.

    Of a member: ``member`` is what was known before (of the person nothing but the number), ``entries`` are all that
    changed, ``balance`` is what there is now. ``stored`` went back to the card, ``counts`` are uses that went back to
    count cards (``counts_lost``: to those that are over). ``coupons`` have a status again. A void gives uses of
    ``rules`` back. ``commission`` is what salespeople lose (negative).

    ``code`` is that of a receipt by which alone goods came back. ``drawn`` is what HQ had set aside of a
    count card that came back.

    It is worked out with ``rules_version`` at ``local_time`` (YYYY-MM-DDTHH:MM:SS), in ``shift``. ``digest`` (SHA-256)
    covers all of it (`terminal.wire.returning`).
    """

    act: ActionId
    kind: ReturnKind
    number: str
    count: int
    staff: StaffNumber
    reason: SafeText
    amount_fen: int
    lines: tuple[GoodsBack, ...]
    local_time: str
    returned_ms: int
    digest: bytes = b""
    sale_id: SaleId | None = None
    receipt_no: str = ""
    sold_on: str = ""
    terminal: str = ""
    epoch: int = 0
    tenders: tuple[Tender, ...] = ()
    taken: tuple[PartTaken, ...] = ()
    credit_fen: int = 0
    bought_by: SaleId | None = None
    vat: tuple[VatAmount, ...] = ()
    member: Member | None = None
    entries: tuple[Entry, ...] = ()
    balance: Balance | None = None
    points: PointsBack | None = None
    stored: StoredValue | None = None
    counts: dict[CountCardId, int] = {}
    counts_lost: dict[CountCardId, int] = {}
    coupons: dict[CouponCode, str] = {}
    rules: tuple[str, ...] = ()
    commission: dict[StaffNumber, int] = {}
    rules_version: int = 0
    shift: int | None = None
    code: str = ""
    approved_by: StaffNumber | None = None
    payments: dict[TenderKind, int] | None = None
    drawn: tuple[Drawn, ...] = ()


class ExchangeBegan(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Goods of a done sale are to pay for the sale that is open; with it they come back (`SaleReturned`), or not.

    ``sold`` is what is left of the old sale, ``lines`` those of it, ``returns`` what comes back, ``coupons`` what it
    used. ``member`` is its member as known now (of the person nothing but the number). ``terminal`` and ``epoch`` as
    in `SaleReturned`. HQ has set the receipt aside for this till under ``claim``, if it could be asked.
    """

    act: ActionId
    staff: StaffNumber
    reason: SafeText
    receipt_no: str
    sold: Sold
    lines: tuple[SaleLine, ...]
    returns: tuple[Return, ...]
    coupons: tuple[AnyCoupon, ...] = ()
    member: Member | None = None
    terminal: str = ""
    epoch: int = 0
    approved_by: StaffNumber | None = None
    claim: ClaimId | None = None


class ReturnLeft(Struct, frozen=True, kw_only=True, tag=True):
    """The cashier left the page of the done return: it does not come back after a restart."""

    act: ActionId


class ReturnReprinted(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A marked copy of the paper of the last return was asked for."""

    act: ActionId
    copy: int
    staff: StaffNumber
    approved_by: StaffNumber | None = None


class ReturnsElsewhere(Struct, frozen=True, kw_only=True, tag=True):
    """HQ told, up to its place ``until``, what came back at other tills of the sales of this one."""

    returns: tuple[SaleReturned, ...]
    until: int


OfReturns = SaleReturned | ExchangeBegan | ReturnLeft | ReturnReprinted
