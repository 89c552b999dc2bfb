"""The record of a till: what follows from its journal, and nothing else.

`apply` is the only way to change a record, at the till, at a restart, in tests and at HQ: so replaying a journal gives
the same state.
"""

from typing import assert_never

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.gateways import AttemptState
from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.members.phone_codes import UsedCode, remembered
from terminal.domain.payments import Payment
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.promotions.store_values import StoreValues
from terminal.domain.sale import Sale, TenderKind
from terminal.domain.shifts import OpenShift
from terminal.domain.staff import Role
from terminal.domain.text import SafeText
from terminal.domain.watching import Watched
from terminal.wire import clock_events as cev
from terminal.wire import device_events as dev
from terminal.wire import events as ev
from terminal.wire import payment_events as pay
from terminal.wire import promotion_events as pev
from terminal.wire import return_events as rev
from terminal.wire import store_events as sev
from terminal.wire.claim_record import AboutClaims, ClaimRecord, given_up
from terminal.wire.claim_record import folded as of_claims
from terminal.wire.held_sale import HeldSale
from terminal.wire.lockouts import Lockout, shifted
from terminal.wire.member_events import PhoneCodeUsed
from terminal.wire.payment_record import after_payment, refunds_of
from terminal.wire.return_record import DoneReturn, after_return
from terminal.wire.sale_record import OfOpenSale, changed
from terminal.wire.shift import SHIFT_KINDS, ShiftRecord, folded
from terminal.wire.staff_events import StaffListConfirmed
from terminal.wire.store import OfStore, StoreRecord
from terminal.wire.store import folded as of_store
from terminal.wire.values_record import after_values
from terminal.wire.watching import watched_after

UNKNOWN = "unknown"
"""The result of a print job or a pulse that nobody can know any more."""


class SignedIn(Struct, frozen=True, kw_only=True):
    """Who stands at the till."""

    number: StaffNumber
    name: SafeText
    role: Role


class DoneSale(Struct, frozen=True, kw_only=True):
    """The last done sale, for reprints and for the screen: its document and what is known of its paper and drawer."""

    sale: Sale
    completed: ev.SaleCompleted
    copies: int = 0
    printed: str = ""
    """Result of the last print job of it, original or copy; empty = not known yet."""
    drawer: str = ""
    """Result of the last pulse since it was done, its own or one without a sale; empty = not known yet."""
    on_screen: bool = False
    """Whether nothing has ended its page: it comes back after a restart."""

    @property
    def has_cash(self) -> bool:
        """Whether cash was taken, so that the drawer had to open."""
        return any(tender.kind is TenderKind.CASH for tender in self.completed.tenders)


class TillRecord(Struct, frozen=True, kw_only=True):
    """All durable state of the counter; ``watched`` is the last of what the shop counts (`Watch`)."""

    staff: SignedIn | None = None
    book_version: int | None = None
    book_label: str = ""
    rules_version: int = 0
    rules_label: str = ""
    sale: Sale | None = None
    held: tuple[HeldSale, ...] = ()
    holds_made: int = 0
    receipts_done: int = 0
    last: DoneSale | None = None
    returns_done: int = 0
    returned: DoneReturn | None = None
    exchange: rev.ExchangeBegan | None = None
    """What the open sale is paid with, among others: goods that come back with it."""
    lockouts: dict[str, Lockout] = {}
    clock_doubted: cev.ClockDoubted | None = None
    """Since when nobody knows what time it is; None = the clock is believed."""
    payments: tuple[Payment, ...] = ()
    """Payments by code of which something may still come: not decided, or ended without money and to be checked."""
    queued: tuple[pay.ScanQueued, ...] = ()
    """Codes that were scanned while a payment is under way."""
    training: "TillRecord | None" = None
    """What is practised: a record of its own, with the same people, book and clock. None = the till sells for real."""
    trained: int = 0
    """Receipts of trainings so far: they have numbers of their own."""
    shifts: ShiftRecord = ShiftRecord()
    store: StoreRecord = StoreRecord()
    claims: ClaimRecord = ClaimRecord()
    """What HQ was asked to set aside for this till, and what is left of it."""
    watched: tuple[Watched, ...] = ()
    codes: tuple[UsedCode, ...] = ()
    """Codes on phones that were used in the last minutes."""
    store_values: StoreValues = {}
    """What was set at this till of HQ's rules."""
    staff_as_of_ms: int = 0
    """When the staff list was last known to be HQ's; 0 = not known."""

    @property
    def shift(self) -> OpenShift | None:
        """The open shift."""
        return self.shifts.open

    @property
    def current(self) -> "TillRecord":
        """What the till works on: the training, or the real thing."""
        return self if self.training is None else self.training

    def undecided(self, sale_id: SaleId | None = None) -> Payment | None:
        """Return the payment of which nobody knows whether it is paid; of one sale, or of any."""
        open_ones = (one for one in self.payments if one.is_undecided)
        return next((one for one in open_ones if sale_id in (None, one.sale_id)), None)


_OfSales = ev.SaleStarted | ev.SaleCompleted | ev.SaleVoided | ev.SaleHeld | ev.SaleRecalled | ev.HeldVoided
_OfStaff = ev.StaffSignedIn | ev.StaffSignedOut | ev.SignInRefused | StaffListConfirmed
_OfTraining = sev.TrainingBegan | sev.TrainingEnded
_OfLast = ev.ReprintRequested | dev.ReceiptActed | dev.DrawerActed | ev.DoneSaleLeft | ev.ScanHandled
_OfTill = (
    ev.TillStarted
    | ev.BookActivated
    | pev.RulesActivated
    | pev.RuleValueSet
    | ev.EpochBegan
    | cev.ClockDoubted
    | cev.ClockMended
)


def apply(record: TillRecord, fact: ev.Fact) -> TillRecord:
    """Return the record after one fact. Facts of a sale that is not open are ignored: they were checked when made.

    `RuleError` ``unknown_line`` for a line that the open sale does not have, `msgspec.ValidationError` for an epoch
    that began with a record of another shape.
    """
    if isinstance(fact, ev.InTraining):
        return _practised(record, fact.fact)
    if isinstance(fact, _OfTraining):
        return _trained(record, fact)
    after = _applied(record, fact)
    is_shared = isinstance(fact, ev.OfTill) and not isinstance(fact, ev.EpochBegan)
    return _practised(after, fact) if is_shared else after


def _practised(record: TillRecord, fact: ev.OfTill | ev.OfWork) -> TillRecord:
    """Return the record after something that the training, if there is one, learns of."""
    before = record.training
    if before is None:
        return record
    after = _come_up(before, pulses=False) if isinstance(fact, ev.TillStarted) else _applied(before, fact)
    return record if after is before else replace(record, training=after)


def _trained(record: TillRecord, fact: _OfTraining) -> TillRecord:
    """Return the record after a training began, with no sale in it, or ended, with all that was in it."""
    practice = record.training
    match fact:
        case sev.TrainingBegan():
            fresh = replace(record, sale=None, held=(), holds_made=0, receipts_done=record.trained, last=None)
            fresh = replace(fresh, training=None, shifts=ShiftRecord(), store=StoreRecord(), returned=None)
            return replace(_without_page(record), training=replace(fresh, payments=(), queued=(), claims=ClaimRecord()))
        case sev.TrainingEnded():
            trained = record.trained if practice is None else practice.receipts_done
            return replace(record, training=None, trained=trained)
        case _:
            assert_never(fact)


def _applied(record: TillRecord, fact: ev.OfTill | ev.OfWork) -> TillRecord:  # noqa: PLR0911 - one row per subject
    record = _kept_beside(record, fact)
    if isinstance(fact, OfOpenSale):
        return record if record.sale is None else replace(record, sale=changed(record.sale, fact))
    if isinstance(fact, _OfSales):
        return _moved(record, fact)
    if isinstance(fact, _OfStaff):
        return _signed(record, fact)
    if isinstance(fact, _OfLast):
        return _acted(record, fact)
    if isinstance(fact, rev.OfReturns | dev.SlipActed):
        return _returned(record, fact)
    if isinstance(fact, pay.OfPayments):
        return _paid_by_code(record, fact)
    if isinstance(fact, _OfTill):
        return _founded(record, fact)
    return record


def _kept_beside(record: TillRecord, fact: ev.OfTill | ev.OfWork) -> TillRecord:
    """Return the record after what a fact says of the shift, the store's work, and what HQ set aside."""
    if type(fact) in SHIFT_KINDS:
        record = replace(record, shifts=folded(record.shifts, fact, in_sale=record.sale is not None))
    if isinstance(fact, OfStore):
        return replace(record, store=of_store(record.store, fact))
    if isinstance(fact, AboutClaims):
        return replace(record, claims=of_claims(record.claims, fact, record.sale))
    if isinstance(fact, PhoneCodeUsed):
        return replace(record, codes=remembered(record.codes, UsedCode(fact.digest, fact.made_ms)))
    return record


def _paid_by_code(record: TillRecord, fact: pay.OfPayments) -> TillRecord:
    """Return the record after a fact about a payment. Where one has ended, what waited for that waits no longer."""
    if isinstance(fact, pay.ScanQueued):
        return replace(record, queued=(*record.queued, fact))
    payments = after_payment(record.payments, fact, record.sale)
    has_ended = isinstance(fact, pay.PaymentSettled) and fact.state is not AttemptState.UNKNOWN
    return replace(record, payments=payments, queued=() if has_ended else record.queued)


def _moved(record: TillRecord, fact: _OfSales) -> TillRecord:
    """Return the record after a sale was opened, closed, or put aside."""
    match fact:
        case ev.SaleStarted():
            return replace(_without_page(record), sale=_started(fact, record.store_values))
        case ev.SaleCompleted():
            return _completed(record, fact)
        case ev.SaleVoided():
            return replace(record, sale=None, exchange=None)
        case ev.SaleHeld():
            return _held(record, fact)
        case ev.SaleRecalled():
            return _recalled(record, fact)
        case ev.HeldVoided(hold_id=hold_id):
            return replace(record, held=tuple(held for held in record.held if held.hold_id != hold_id))
        case _:
            assert_never(fact)


def _started(fact: ev.SaleStarted, store_values: StoreValues) -> Sale:
    return Sale(
        id=fact.sale_id,
        staff=fact.staff,
        book_version=fact.book_version,
        local_time=fact.local_time,
        started_ms=fact.started_ms,
        rules_version=fact.rules_version,
        uses=fact.uses,
        store_values=store_values,
    )


def _completed(record: TillRecord, fact: ev.SaleCompleted) -> TillRecord:
    if record.sale is None:
        return record
    done = DoneSale(sale=record.sale, completed=fact, on_screen=True)
    watched = watched_after(record.watched, fact, record.sale)
    return replace(record, sale=None, last=done, receipts_done=fact.receipt_count, exchange=None, watched=watched)


def _returned(record: TillRecord, fact: rev.OfReturns | dev.SlipActed) -> TillRecord:
    """Return the record after goods came back, or after something about that."""
    if isinstance(fact, rev.ExchangeBegan):
        return replace(record, exchange=fact)
    if isinstance(fact, rev.SaleReturned):
        record = replace(record, watched=watched_after(record.watched, fact), returns_done=fact.count)
        record = replace(_without_page(record), payments=(*record.payments, *refunds_of(fact)))
    after = after_return(record.returned, fact)
    return record if after is record.returned else replace(record, returned=after)


def _held(record: TillRecord, fact: ev.SaleHeld) -> TillRecord:
    if record.sale is None:
        return record
    staff = record.staff
    held = HeldSale(
        hold_id=fact.hold_id,
        label=fact.label,
        owner=fact.owner,
        held_ms=fact.held_ms,
        sale=record.sale,
        due_fen=fact.due_fen,
        owner_name=staff.name if staff is not None and staff.number == fact.owner else SafeText(""),
    )
    return replace(record, sale=None, held=(*record.held, held), holds_made=record.holds_made + 1)


def _recalled(record: TillRecord, fact: ev.SaleRecalled) -> TillRecord:
    held = next((one for one in record.held if one.hold_id == fact.hold_id), None)
    if held is None:
        return record
    sale = replace(
        held.sale,
        staff=fact.staff,
        book_version=fact.book_version,
        rules_version=fact.rules_version,
        local_time=fact.local_time,
        lines=fact.lines,
        coupons=fact.coupons,
        uses=_uses_now(held.sale, fact.uses),
        store_values=record.store_values,
    )
    left = tuple(one for one in record.held if one is not held)
    return replace(_without_page(record), sale=sale, held=left)


def _uses_now(sale: Sale, uses: Uses) -> Uses:
    """Return what a member used by the time of the hold, with what anybody used by now."""
    if sale.uses == NO_USES:
        return uses
    return replace(sale.uses, total=uses.total)


def _without_page(record: TillRecord) -> TillRecord:
    """Return the record after something that ends the page of the last done sale, or of the last return."""
    last, returned = record.last, record.returned
    if returned is not None and returned.on_screen:
        record = replace(record, returned=replace(returned, on_screen=False))
    if last is None or not last.on_screen:
        return record
    return replace(record, last=replace(last, on_screen=False))


def _signed(record: TillRecord, fact: _OfStaff) -> TillRecord:
    """Return the record after somebody signed in or out, or was not let in."""
    match fact:
        case ev.StaffSignedIn(staff=number, name=name, role=role):
            lockouts = {key: value for key, value in record.lockouts.items() if key != number}
            return replace(record, staff=SignedIn(number=number, name=name, role=role), lockouts=lockouts)
        case ev.StaffSignedOut():
            return replace(_without_page(record), staff=None)
        case ev.SignInRefused(staff=tried, failures=failures, until_ms=until_ms):
            return replace(record, lockouts={**record.lockouts, tried: Lockout(failures=failures, until_ms=until_ms)})
        case StaffListConfirmed(at_ms=at_ms):
            return replace(record, staff_as_of_ms=at_ms)
        case _:
            assert_never(fact)


def _founded(record: TillRecord, fact: _OfTill) -> TillRecord:
    """Return the record on another footing: another process, the book that decides, another epoch, another clock."""
    match fact:
        case ev.TillStarted():
            return _come_up(record)
        case ev.BookActivated(version=version, label=label):
            return replace(record, book_version=version, book_label=label)
        case pev.RulesActivated() | pev.RuleValueSet():
            return _ruled(record, fact)
        case ev.EpochBegan(record=known):
            before = decode_record(known)
            return replace(before, claims=given_up(before.claims))
        case cev.ClockDoubted():
            return replace(record, clock_doubted=fact)
        case cev.ClockMended(was_ms=was_ms, now_ms=now_ms):
            return replace(record, clock_doubted=None, lockouts=shifted(record.lockouts, now_ms - was_ms))
        case _:
            assert_never(fact)


def _ruled(record: TillRecord, fact: pev.RulesActivated | pev.RuleValueSet) -> TillRecord:
    """Return the record with other rules, or with another value of the store's in them."""
    values = after_values(record.store_values, fact)
    if isinstance(fact, pev.RuleValueSet):
        return replace(record, store_values=values)
    sale = None if record.sale is None else replace(record.sale, rules_version=fact.version)
    return replace(record, rules_version=fact.version, rules_label=fact.label, sale=sale, store_values=values)


def _come_up(record: TillRecord, *, pulses: bool = True) -> TillRecord:
    """Return the record of a process that knows nothing of what the one before still had under way.

    ``pulses`` of the drawer: a training has none.
    """
    returned = record.returned
    if returned is not None and returned.printed == "":
        record = replace(record, returned=replace(returned, printed=UNKNOWN))
    last = record.last
    if last is None:
        return record
    printed, drawer = last.printed or UNKNOWN, last.drawer
    if drawer == "" and last.has_cash and pulses:
        drawer = UNKNOWN
    if (printed, drawer) == (last.printed, last.drawer):
        return record
    return replace(record, last=replace(last, printed=printed, drawer=drawer))


def _acted(record: TillRecord, fact: _OfLast) -> TillRecord:
    """Return the record after news of the last sale's paper, drawer or page; news of an older one changes nothing."""
    last = record.last
    if last is None:
        return record
    match fact:
        case dev.DrawerActed(sale_id=sale_id, result=result) if sale_id in (None, last.sale.id):
            return replace(record, last=replace(last, drawer=result))
        case ev.ReprintRequested(sale_id=last.sale.id, copy=copy):
            return replace(record, last=replace(last, copies=copy))
        case dev.ReceiptActed(sale_id=last.sale.id, result=result):
            return replace(record, last=replace(last, printed=result))
        case ev.DoneSaleLeft(sale_id=last.sale.id) | ev.ScanHandled(state=ev.IN_SALE):
            return _without_page(record)
        case _:
            return record


def encode_record(record: TillRecord) -> bytes:
    """Return the record as MessagePack, for ``state.db``."""
    return msgspec.msgpack.encode(record)


def decode_record(body: bytes) -> TillRecord:
    """Return a stored record; `msgspec.ValidationError` when it is of another shape (then the journal rebuilds it)."""
    return msgspec.msgpack.decode(body, type=TillRecord)
