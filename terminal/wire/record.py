"""The record of a till: what follows from its journal, and nothing else.

`apply` is the only way to change a record, at the till, at a restart, in tests and at HQ: so replaying a journal gives
the same state.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.ids import HoldId, SaleId, StaffNumber
from terminal.domain.sale import Sale
from terminal.domain.staff import Role
from terminal.domain.text import SafeText
from terminal.wire import events as ev


class SignedIn(Struct, frozen=True, kw_only=True):
    """Who stands at the till."""

    number: StaffNumber
    name: SafeText
    role: Role


class HeldSale(Struct, frozen=True, kw_only=True):
    """A sale that was put aside."""

    hold_id: HoldId
    label: str
    owner: StaffNumber
    held_ms: int
    sale: Sale


class DoneSale(Struct, frozen=True, kw_only=True):
    """The last done sale, for reprints and for the screen: its document and what is known of its paper and drawer."""

    sale: Sale
    completed: ev.SaleCompleted
    copies: int = 0
    printed: str = ""
    """Result of the original's print job; empty = not known yet."""


class Lockout(Struct, frozen=True, kw_only=True):
    """Failed sign-ins in a row of one staff number; locked until ``until_ms`` (UTC)."""

    failures: int
    until_ms: int = 0


class TillRecord(Struct, frozen=True, kw_only=True):
    """All durable state of the counter."""

    staff: SignedIn | None = None
    book_version: int | None = None
    book_label: str = ""
    sale: Sale | None = None
    held: tuple[HeldSale, ...] = ()
    holds_made: int = 0
    receipts_done: int = 0
    last: DoneSale | None = None
    lockouts: dict[str, Lockout] = {}


def apply(record: TillRecord, fact: ev.Fact) -> TillRecord:  # noqa: C901, PLR0911, PLR0912 - one row per kind
    """Return the record after one fact. Facts of a sale that is not open are ignored: they were checked when made."""
    match fact:
        case ev.LineAdded(line=line) if record.sale is not None:
            return replace(record, sale=record.sale.with_line(line))
        case ev.SaleStarted():
            return replace(record, sale=_started(fact))
        case ev.LineVoided(number=number) if record.sale is not None:
            line = replace(record.sale.line(number), voided=True)
            return replace(record, sale=record.sale.with_changed(line))
        case ev.QuantityChanged(number=number, quantity=quantity) if record.sale is not None:
            line = replace(record.sale.line(number), quantity=quantity)
            return replace(record, sale=record.sale.with_changed(line))
        case ev.LineReduced(number=number, reduction=reduction) if record.sale is not None:
            line = record.sale.line(number)
            line = replace(line, reductions=(*line.reductions, reduction))
            return replace(record, sale=record.sale.with_changed(line))
        case ev.MemberBound(card=card) if record.sale is not None:
            return replace(record, sale=replace(record.sale, member_card=card))
        case ev.TenderAdded(tender=tender) if record.sale is not None:
            return replace(record, sale=replace(record.sale, vouchers=(*record.sale.vouchers, tender)))
        case ev.TenderRemoved() if record.sale is not None:
            return replace(record, sale=replace(record.sale, vouchers=record.sale.vouchers[:-1]))
        case ev.SaleCompleted() if record.sale is not None:
            done = DoneSale(sale=record.sale, completed=fact)
            return replace(record, sale=None, last=done, receipts_done=fact.receipt_count)
        case ev.SaleVoided():
            return replace(record, sale=None)
        case ev.SaleHeld() if record.sale is not None:
            return _held(record, record.sale, fact)
        case ev.SaleRecalled():
            return _recalled(record, fact)
        case ev.HeldVoided(hold_id=hold_id):
            return replace(record, held=tuple(held for held in record.held if held.hold_id != hold_id))
        case ev.StaffSignedIn(staff=number, name=name, role=role):
            lockouts = {key: value for key, value in record.lockouts.items() if key != number}
            return replace(record, staff=SignedIn(number=number, name=name, role=role), lockouts=lockouts)
        case ev.StaffSignedOut():
            return replace(record, staff=None)
        case ev.SignInRefused(staff=number, failures=failures, until_ms=until_ms):
            lockouts = {**record.lockouts, number: Lockout(failures=failures, until_ms=until_ms)}
            return replace(record, lockouts=lockouts)
        case ev.BookActivated(version=version, label=label):
            return replace(record, book_version=version, book_label=label)
        case ev.ReprintRequested(copy=copy) if record.last is not None:
            return replace(record, last=replace(record.last, copies=copy))
        case ev.ReceiptActed(sale_id=sale_id, copy=0, result=result):
            return _printed(record, sale_id, result)
        case _:
            return record


def _started(fact: ev.SaleStarted) -> Sale:
    return Sale(
        id=fact.sale_id,
        staff=fact.staff,
        book_version=fact.book_version,
        local_time=fact.local_time,
        started_ms=fact.started_ms,
    )


def _held(record: TillRecord, sale: Sale, fact: ev.SaleHeld) -> TillRecord:
    held = HeldSale(hold_id=fact.hold_id, label=fact.label, owner=fact.owner, held_ms=fact.held_ms, sale=sale)
    return replace(record, sale=None, held=(*record.held, held), holds_made=record.holds_made + 1)


def _recalled(record: TillRecord, fact: ev.SaleRecalled) -> TillRecord:
    held = next((one for one in record.held if one.hold_id == fact.hold_id), None)
    if held is None:
        return record
    sale = replace(
        held.sale, staff=fact.staff, book_version=fact.book_version, local_time=fact.local_time, lines=fact.lines
    )
    return replace(record, sale=sale, held=tuple(one for one in record.held if one is not held))


def _printed(record: TillRecord, sale_id: SaleId, result: str) -> TillRecord:
    if record.last is None or record.last.sale.id != sale_id:
        return record
    return replace(record, last=replace(record.last, printed=result))


def encode_record(record: TillRecord) -> bytes:
    """Return the record as MessagePack, for ``state.db``."""
    return msgspec.msgpack.encode(record)


def decode_record(body: bytes) -> TillRecord:
    """Return a stored record; `msgspec.ValidationError` when it is of another shape (then the journal rebuilds it)."""
    return msgspec.msgpack.decode(body, type=TillRecord)
