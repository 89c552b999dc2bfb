"""Facts: what the journal keeps and HQ gets.

Past tense; one per thing that happened; never a single key, PIN or pay code. The tag of a fact is the ``kind`` column
of its row. New fields need a default; a field is never given a new meaning. HQ ignores unknown fields of newer tills,
and keeps facts of unknown kinds as they are. ``approved_by`` names who lent the right when the cashier had none.
"""

from enum import StrEnum

import msgspec
from msgspec import Struct

from terminal.domain.ids import ActionId, HoldId, SaleId, StaffNumber
from terminal.domain.members.claims import Drawn
from terminal.domain.members.entries import Entry
from terminal.domain.members.member import Balance, Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.pricing.uses import CouponUse, RuleUse
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.coupons import AnyCoupon, MemberId
from terminal.domain.sale import Reduction, SaleLine, Tender
from terminal.domain.staff import Role
from terminal.domain.text import SafeText
from terminal.domain.vat import VatAmount
from terminal.wire.claim_events import OfClaims
from terminal.wire.clock_events import ClockDoubted, ClockMended
from terminal.wire.device_events import OfDevices
from terminal.wire.key_events import TillKeyFailed
from terminal.wire.member_events import CountCardChosen, OfMembers, PhoneCodeUsed
from terminal.wire.payment_events import OfPayments
from terminal.wire.promotion_events import CouponPresented, CouponTakenBack, RulesActivated, RulesRefused, RuleValueSet
from terminal.wire.return_events import OfReturns, ReturnsElsewhere
from terminal.wire.shift_events import OfShifts
from terminal.wire.staff_events import StaffListConfirmed
from terminal.wire.store_events import LinePriceChanged, SalespersonSet, StoreOfTill, StoreOfWork
from terminal.wire.watch_events import MisuseNoticed


class TillStarted(Struct, frozen=True, kw_only=True, tag=True):
    """The till process came up; ``recovered_lines`` lines of an open sale stand on the screen again."""

    version: str
    recovered_lines: int = 0


class EpochBegan(Struct, frozen=True, kw_only=True, tag=True):
    """The first fact of an epoch that follows another: ``record`` (`terminal.wire.record`) is what the till knew then.

    So who folds this epoch alone knows the open sale and the held ones, as the till does. Its receipts count from 1.
    """

    record: bytes


class BookActivated(Struct, frozen=True, kw_only=True, tag=True):
    """From the next sale on, this book decides."""

    version: int
    sha256: str
    label: str = ""


class BookRefused(Struct, frozen=True, kw_only=True, tag=True):
    """A book was offered and not taken; ``reason`` is the code of the error."""

    version: int
    reason: str


class StaffSignedIn(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody signed in with number and PIN."""

    staff: StaffNumber
    name: SafeText
    role: Role


class StaffSignedOut(Struct, frozen=True, kw_only=True, tag=True):
    """The till was locked; an open sale stays open."""

    staff: StaffNumber


class SignInRefused(Struct, frozen=True, kw_only=True, tag=True):
    """A sign-in failed.

    ``failures`` counts in a row for this number; ``until_ms`` (UTC) locks it out, 0 = not locked.
    """

    staff: SafeText
    reason: str
    failures: int
    until_ms: int = 0


class SaleStarted(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A sale began: comes in one transaction with its first line, or with what was recalled.

    It is priced with the rules of ``rules_version``; 0 = there were none. ``uses`` is how often those with a limit were
    used here by then.
    """

    sale_id: SaleId
    staff: StaffNumber
    book_version: int
    local_time: str
    started_ms: int
    rules_version: int = 0
    uses: Uses = NO_USES


IN_SALE = "sale"
"""The ``state`` of a scan that was handled in the sale, with no page over it."""


class ScanOutcome(StrEnum):
    """What became of a code that added nothing."""

    APPLIED = "applied"
    REJECTED = "rejected"


class ScanHandled(Struct, frozen=True, kw_only=True, tag=True):
    """The outcome of a scan that is not told by a fact of its own (`LineAdded`, `LineVoided`, `MemberBound`).

    ``code`` is the code itself for goods; kind, length and keyed hash for what may be a pay code or a bank number.
    """

    device: str
    code: SafeText
    outcome: ScanOutcome
    reason: str
    state: str


class LineAdded(Struct, frozen=True, kw_only=True, tag=True):
    """A line was added by scanner ``device`` (empty: by keys), weighed by ``scale`` (empty: typed, or a label)."""

    line: SaleLine
    device: str = ""
    scale: str = ""
    approved_by: StaffNumber | None = None


class LineVoided(Struct, frozen=True, kw_only=True, tag=True):
    """A line was taken back as a whole; ``device`` names the scanner when it was done by scanning the article."""

    number: int
    device: str = ""
    approved_by: StaffNumber | None = None


class QuantityChanged(Struct, frozen=True, kw_only=True, tag=True):
    """The number of pieces of a line was changed; ``device`` as in `LineVoided` (a piece taken back by scanning)."""

    number: int
    quantity: int
    device: str = ""
    approved_by: StaffNumber | None = None


class LineReduced(Struct, frozen=True, kw_only=True, tag=True):
    """Money was taken off a line by hand. ``approved_by`` names whose right it was."""

    number: int
    reduction: Reduction
    approved_by: StaffNumber


class MemberBound(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A member's card (or, with an empty ``card``, a phone number) was presented: the sale is priced for a member.

    ``member`` is what was known, the newest balances included, names and numbers of people masked; None = nothing is
    known of this card. ``uses`` is how often limited rules were used, ``coupons`` are those that the member owns.
    ``waiting`` is stored value that was paid for at this till, and may be spent when HQ has heard of it. HQ sent what
    is known at the local time ``as_of``; empty = not told.
    """

    card: SafeText
    device: str = ""
    member: Member | None = None
    uses: Uses = NO_USES
    coupons: tuple[AnyCoupon, ...] = ()
    waiting: StoredValue = StoredValue()
    as_of: str = ""


class MemberUnbound(Struct, frozen=True, kw_only=True, tag=True):
    """The sale is nobody's any more: it is priced without a member. ``staff`` took the member off."""

    staff: StaffNumber


class SaleHeld(Struct, frozen=True, kw_only=True, tag=True):
    """The open sale was put aside; ``owner`` is whose it is, ``label`` what stands on the list (``G07``)."""

    hold_id: HoldId
    sale_id: SaleId
    label: str
    owner: StaffNumber
    held_ms: int
    due_fen: int | None = None
    """What it came to; None: an older till held it."""


class SaleRecalled(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A held sale is open again, priced anew with ``book_version`` and ``rules_version`` at ``local_time``.

    ``lines`` and ``coupons`` are as they are now, ``uses`` as in `SaleStarted`.
    """

    hold_id: HoldId
    sale_id: SaleId
    staff: StaffNumber
    book_version: int
    local_time: str
    lines: tuple[SaleLine, ...]
    approved_by: StaffNumber | None = None
    rules_version: int = 0
    uses: Uses = NO_USES
    coupons: tuple[AnyCoupon, ...] = ()


class HeldVoided(Struct, frozen=True, kw_only=True, tag=True):
    """A held sale was dropped; an older till gave no ``reason``."""

    hold_id: HoldId
    sale_id: SaleId
    staff: StaffNumber
    approved_by: StaffNumber | None = None
    reason: SafeText = SafeText("")


class SaleVoided(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The open sale was dropped before it was paid; ``by_itself``: nothing was in it, and something else was wanted."""

    sale_id: SaleId
    staff: StaffNumber
    total_fen: int
    approved_by: StaffNumber | None = None
    by_itself: bool = False


class TenderAdded(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A tender was taken; the sale ends with a fact of its own. ``approved_by`` lent the right to much stored value."""

    sale_id: SaleId
    tender: Tender
    approved_by: StaffNumber | None = None


class TenderRemoved(Struct, frozen=True, kw_only=True, tag=True):
    """The last tender was given back."""

    sale_id: SaleId


class SaleCompleted(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The sale is paid and durable. Lines stand in the facts before; ``digest`` (SHA-256) covers the whole document.

    ``net_fen`` is the net of each live line in order, after rounding: their sum is ``total_fen``, which is the sum of
    ``tenders``. ``change_fen`` is what the cashier gives back.

    ``applied`` are the rules that lowered it (its ``rules_version`` is the sale's), ``coupons`` those that were used.
    ``by_priority``: there were too many ways to combine them, so that their priority decided.

    With a ``member``: points earned at ``mult_bp`` went to the lot that expires at ``points_expire`` (None = never);
    ``entries`` are all that the sale changed of the member, ``balance`` is what the receipt says that there is now.

    ``shift`` is the number of the shift in which it was done; None = there was none. ``commission`` is what salespeople
    earned by it. ``drawn`` is what it spent of what HQ had set aside for this till.
    """

    sale_id: SaleId
    receipt_no: str
    receipt_count: int
    book_version: int
    gross_fen: int
    discount_fen: int
    rounding_fen: int
    total_fen: int
    change_fen: int
    net_fen: tuple[int, ...]
    tenders: tuple[Tender, ...]
    vat: tuple[VatAmount, ...]
    digest: bytes
    completed_ms: int
    applied: tuple[RuleUse, ...] = ()
    coupons: tuple[CouponUse, ...] = ()
    by_priority: bool = False
    member: MemberId | None = None
    points_earned: int = 0
    points_used: int = 0
    points_expire: str | None = None
    mult_bp: int = 0
    entries: tuple[Entry, ...] = ()
    balance: Balance | None = None
    shift: int | None = None
    commission: dict[StaffNumber, int] = {}
    drawn: tuple[Drawn, ...] = ()


class DoneSaleLeft(Struct, frozen=True, kw_only=True, tag=True):
    """The cashier left the page of the done sale before the next one began: it does not come back after a restart."""

    sale_id: SaleId


class ReprintRequested(Struct, frozen=True, kw_only=True, tag=True):
    """A marked copy of a receipt was asked for."""

    action: ActionId
    sale_id: SaleId
    copy: int
    staff: StaffNumber
    approved_by: StaffNumber | None = None


class NoSaleOpened(Struct, frozen=True, kw_only=True, tag=True):
    """The drawer was opened without a sale.

    ``makes_up_for`` is a sale that was paid with cash shortly before, and whose drawer was known not to have opened:
    then the cashier needed nobody's right.
    """

    action: ActionId
    staff: StaffNumber
    reason: SafeText
    approved_by: StaffNumber | None = None
    makes_up_for: SaleId | None = None


OfTill = (
    TillStarted
    | EpochBegan
    | ClockDoubted
    | ClockMended
    | TillKeyFailed
    | BookActivated
    | BookRefused
    | RulesActivated
    | RulesRefused
    | RuleValueSet
    | StaffSignedIn
    | StaffSignedOut
    | SignInRefused
    | StaffListConfirmed
    | StoreOfTill
    | OfDevices
    | OfPayments
    | OfClaims
    | ReturnsElsewhere
)
"""True of the till itself, its people, its devices and its payment host: also while somebody is trained."""

OfWork = (
    SaleStarted
    | ScanHandled
    | LineAdded
    | LineVoided
    | QuantityChanged
    | LineReduced
    | LinePriceChanged
    | MemberBound
    | MemberUnbound
    | CouponPresented
    | CouponTakenBack
    | CountCardChosen
    | SalespersonSet
    | OfMembers
    | PhoneCodeUsed
    | SaleHeld
    | SaleRecalled
    | HeldVoided
    | SaleVoided
    | TenderAdded
    | TenderRemoved
    | SaleCompleted
    | DoneSaleLeft
    | ReprintRequested
    | OfReturns
    | MisuseNoticed
    | NoSaleOpened
    | OfShifts
    | StoreOfWork
)
"""What is done at a till; done in a training, it stands in an `InTraining`."""


class InTraining(Struct, frozen=True, kw_only=True, tag=True):
    """Something that was only practised. Whoever adds up sales, money, goods or points passes its kind over."""

    fact: OfWork


Fact = OfTill | OfWork | InTraining

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Fact] = msgspec.msgpack.Decoder(Fact)


def kind_of(fact: Fact) -> str:
    """Return the ``kind`` column of a fact."""
    return type(fact).__name__


def bare(fact: Fact) -> OfTill | OfWork:
    """Return what happened, for real or in a training."""
    return fact.fact if isinstance(fact, InTraining) else fact


def encode_fact(fact: Fact) -> bytes:
    """Return the ``body`` column of a fact (MessagePack)."""
    return _encoder.encode(fact)


def decode_fact(body: bytes) -> Fact:
    """Return the fact of a ``body`` column; `msgspec.ValidationError` for an unknown kind or a wrong shape."""
    return _decoder.decode(body)
