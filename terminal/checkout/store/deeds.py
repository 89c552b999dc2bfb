"""What is done with documents of stock."""

from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.deeds.lines import at_sale, live_line
from terminal.checkout.effects import PrintSlip
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.state import TRAINED, Counter
from terminal.checkout.store import values
from terminal.checkout.store.drafts import (
    BeginDocument,
    BeginInspection,
    BookDocument,
    DropDocument,
    SetRuleValue,
    SetSalesperson,
    StoreAction,
)
from terminal.checkout.store.messages import KINDS, StoreNo, StoreSay
from terminal.checkout.store.modes import Inspecting, StockMenu, StockPage
from terminal.domain.ids import ActionId, StaffNumber, document_number
from terminal.domain.slips.stock import StockSlip
from terminal.domain.stock import DocumentId, DocumentKind, StockDocument
from terminal.wire import store_events as sev


def do(counter: Counter, action: StoreAction, permit: Permit) -> Outcome:  # noqa: PLR0911 - one row per kind
    """Do something with a document that nothing stands against any more."""
    staff, document = counter.record.staff, counter.record.store.document
    if staff is None:
        return reject(No.LOCKED)
    match action:
        case BeginDocument():
            return _begin(counter, action, permit, staff.number)
        case BookDocument():
            return _book(counter, document, action, permit, staff.number)
        case DropDocument():
            return _drop(counter, document, staff.number)
        case BeginInspection(due=due, today=today):
            inspecting = Inspecting(today=today, due=due, approver=permit.approver)
            return Applied(counter=replace(counter, mode=inspecting, text=""))
        case SetSalesperson():
            return _sold_by(counter, action)
        case SetRuleValue():
            return values.set_value(counter, action, permit)
        case _:
            assert_never(action)


def _begin(counter: Counter, action: BeginDocument, permit: Permit, staff: StaffNumber) -> Outcome:
    if counter.record.store.document is not None:
        return reject(StoreNo.DOCUMENT_OPEN, replace(counter, mode=StockPage(), text=""))
    document = StockDocument(
        id=DocumentId(permit.moment.fresh_id), kind=action.kind, staff=staff, reference=action.reference
    )
    return Applied(
        counter=replace(counter, mode=StockPage(), text=""),
        facts=(sev.StockBegun(document=document, approved_by=permit.approver),),
        said=say(StoreSay.STOCK_BEGUN, result=KINDS[action.kind]),
    )


def _book(
    counter: Counter, document: StockDocument | None, action: BookDocument, permit: Permit, staff: StaffNumber
) -> Outcome:
    """Book a document: from now on goods are where it says."""
    if document is None or not document.lines:
        return reject(StoreNo.EMPTY_DOCUMENT)
    if document.kind is DocumentKind.COUNT:
        document = document.compared(action.levels)
    count = counter.record.store.documents + 1
    number = document_number(counter.identity, count)
    booked = sev.StockBooked(
        document=replace(document, reason=action.reason),
        number=f"{TRAINED}{number}" if counter.is_training else number,
        count=count,
        staff=staff,
        local_time=permit.moment.local_iso,
        at_ms=permit.moment.wall_ms,
        approved_by=permit.approver,
    )
    return Applied(
        counter=replace(counter, mode=StockMenu(), text=""),
        facts=(booked,),
        effects=(printed(booked, copy=0),),
        said=say(StoreSay.STOCK_BOOKED, result=KINDS[document.kind], number=booked.number),
    )


def _drop(counter: Counter, document: StockDocument | None, staff: StaffNumber) -> Outcome:
    if document is None:
        return reject(StoreNo.NO_DOCUMENT, replace(counter, mode=StockMenu(), text=""))
    return Applied(
        counter=replace(counter, mode=StockMenu(), text=""),
        facts=(sev.StockDropped(document=document.id, staff=staff),),
        said=say(StoreSay.STOCK_DROPPED, result=KINDS[document.kind]),
    )


def _sold_by(counter: Counter, action: SetSalesperson) -> Outcome:
    row = live_line(counter, action.number)
    if row is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    said = say(StoreSay.SOLD_BY, line=str(action.number), name=action.name)
    if action.salesperson is None:
        said = say(StoreSay.SOLD_BY_NOBODY, line=str(action.number))
    return Applied(
        counter=replace(at_sale(counter), selected=action.number),
        facts=(sev.SalespersonSet(number=action.number, salesperson=action.salesperson),),
        said=said,
    )


def printed(booked: sev.StockBooked, *, copy: int) -> PrintSlip:
    """Return the paper of a booked document; copy n > 0 is marked."""
    slip = StockSlip(
        document=booked.document,
        number=booked.number,
        staff=booked.staff,
        at_ms=booked.at_ms,
        approved_by=booked.approved_by,
        copy=copy,
    )
    return PrintSlip(action=ActionId(f"slip:{booked.document.id}:{copy}"), slip=slip)


def print_again(counter: Counter) -> Outcome:
    """Print a marked copy of the paper of the last document."""
    staff, booked = counter.record.staff, counter.record.store.booked
    if staff is None or booked is None:
        return reject(StoreNo.NO_SLIP)
    copy = counter.record.store.copies + 1
    return Applied(
        counter=replace(counter, text=""),
        facts=(sev.SlipRequested(document=booked.document.id, copy=copy, staff=staff.number),),
        effects=(printed(booked, copy=copy),),
        said=say(StoreSay.SLIP_PRINTING, number=booked.number, copy=str(copy)),
    )
