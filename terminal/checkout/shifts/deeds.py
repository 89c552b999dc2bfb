"""What is done with a shift: it begins, cash goes in and out, people change, its sums are looked at, it ends."""

from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.effects import Effect, PrintSlip, PulseDrawer, ReadHead
from terminal.checkout.inputs import HeadRead
from terminal.checkout.messages import No
from terminal.checkout.modes import Locked
from terminal.checkout.outcome import Applied, Outcome, Permit, Turn, reject, say
from terminal.checkout.shifts.drafts import (
    BeginCount,
    BeginShift,
    EndShift,
    HandOver,
    MoveCash,
    ShiftAction,
    ShowReport,
)
from terminal.checkout.shifts.messages import ShiftNo, ShiftSay
from terminal.checkout.shifts.modes import Counting, ReportPage, ShiftPage
from terminal.checkout.state import Counter, at_rest
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.shifts import MoveKind, OpenShift, ReportKind, counted_fen, together
from terminal.domain.slips.shift import Count, JournalHead, MoveSlip, ReportSlip
from terminal.wire import shift_events as she
from terminal.wire.counter.view import Level
from terminal.wire.events import StaffSignedOut


def do(counter: Counter, action: ShiftAction, permit: Permit) -> Outcome:
    """Do something with a shift that nothing stands against any more."""
    staff = counter.record.staff
    if staff is None:
        return reject(No.LOCKED)
    if counter.is_training:
        return reject(No.NOT_IN_TRAINING)
    if isinstance(action, BeginShift):
        return _begin(counter, action, permit, staff.number)
    if isinstance(action, ShowReport) and action.kind is not ReportKind.X:
        return _show(counter, action.kind, permit, staff.number)
    shift = counter.record.shift
    if shift is None:
        return reject(ShiftNo.NO_SHIFT, at_page(counter))
    return _in_shift(counter, shift, action, permit, staff.number)


def _in_shift(
    counter: Counter,
    shift: OpenShift,
    action: MoveCash | ShowReport | HandOver | BeginCount | EndShift,
    permit: Permit,
    staff: StaffNumber,
) -> Outcome:
    match action:
        case MoveCash():
            return _move(counter, shift, action, permit, staff)
        case ShowReport():
            return _show(counter, ReportKind.X, permit, staff)
        case HandOver():
            return _hand_over(counter, shift, staff)
        case BeginCount():
            pieces = (0,) * len(counter.settings.denominations_fen)
            return Applied(counter=replace(counter, mode=Counting(pieces=pieces), text=""))
        case EndShift():
            query = ReadHead(closing=_closing(counter, shift, action, permit, staff))
            return Applied(counter=counter, effects=(query,))
        case _:
            assert_never(action)


def at_page(counter: Counter) -> Counter:
    """Return the counter on the page of the shift, with nothing typed."""
    return replace(counter, mode=ShiftPage(), text="")


def _begin(counter: Counter, action: BeginShift, permit: Permit, staff: StaffNumber) -> Outcome:
    record, moment = counter.record, permit.moment
    if record.shift is not None:
        return reject(ShiftNo.SHIFT_OPEN, at_page(counter))
    fact = she.ShiftOpened(
        number=record.shifts.done + 1,
        float_fen=action.float_fen,
        day=moment.local_iso[:10],
        staff=staff,
        opened_ms=moment.wall_ms,
        approved_by=permit.approver,
    )
    pulse = PulseDrawer(ActionId(f"drawer:shift:{moment.fresh_id}"))
    said = say(ShiftSay.OPENED, Level.MONEY, number=str(fact.number), amount=format_fen(action.float_fen))
    return Applied(counter=replace(counter, mode=at_rest(counter), text=""), facts=(fact,), effects=(pulse,), said=said)


_MOVED = {
    MoveKind.IN: ShiftSay.CASH_IN,
    MoveKind.OUT: ShiftSay.CASH_OUT,
    MoveKind.DROP: ShiftSay.CASH_DROPPED,
}


def _move(counter: Counter, shift: OpenShift, action: MoveCash, permit: Permit, staff: StaffNumber) -> Outcome:
    moment = permit.moment
    into_fen = action.amount_fen if action.kind is MoveKind.IN else -action.amount_fen
    fact = she.CashMoved(
        act=ActionId(f"cash:{moment.fresh_id}"),
        kind=action.kind,
        amount_fen=into_fen,
        reason=action.reason,
        staff=staff,
        approved_by=permit.approver,
    )
    slip = MoveSlip(
        kind=action.kind,
        amount_fen=into_fen,
        reason=action.reason,
        shift=shift.number,
        staff=staff,
        at_ms=moment.wall_ms,
        approved_by=permit.approver,
    )
    effects: tuple[Effect, ...] = (
        PulseDrawer(ActionId(f"drawer:cash:{moment.fresh_id}")),
        PrintSlip(action=ActionId(f"slip:cash:{moment.fresh_id}"), slip=slip),
    )
    said = _MOVED[action.kind]
    return Applied(
        counter=at_page(counter),
        facts=(fact,),
        effects=effects,
        said=say(said, Level.MONEY, amount=format_fen(action.amount_fen)),
    )


def _show(counter: Counter, kind: ReportKind, permit: Permit, staff: StaffNumber) -> Outcome:
    """Show the sums and print them; that somebody looked is a fact, the sums stay as they are."""
    shown = _reported(counter, kind)
    if shown is None:
        return reject(ShiftNo.NO_Z if kind is ReportKind.Z else ShiftNo.NOTHING_TODAY, at_page(counter))
    moment = permit.moment
    fact = she.ShiftReported(
        act=ActionId(f"report:{moment.fresh_id}"),
        number=shown.shift.number,
        staff=staff,
        kind=kind,
        approved_by=permit.approver,
    )
    copy = counter.record.shifts.copies + 1 if kind is ReportKind.Z else 0
    slip = _slip_of(shown, staff, at_ms=moment.wall_ms, copy=copy, approver=permit.approver)
    return Applied(
        counter=replace(counter, mode=shown, text=""),
        facts=(fact,),
        effects=(PrintSlip(action=ActionId(f"slip:report:{moment.fresh_id}"), slip=slip),),
        said=say(ShiftSay.REPORTED),
    )


def _reported(counter: Counter, kind: ReportKind) -> ReportPage | None:
    """Return the report that is asked for; None if there is none."""
    shifts = counter.record.shifts
    match kind:
        case ReportKind.X:
            return None if shifts.open is None else ReportPage(kind=kind, shift=shifts.open)
        case ReportKind.Z:
            last = shifts.closed[-1] if shifts.closed else None
            return None if last is None else ReportPage(kind=kind, shift=last.report, closed=last)
        case ReportKind.DAY:
            day = _day(counter)
            return None if day is None else ReportPage(kind=kind, shift=day)
        case _:
            assert_never(kind)


def _day(counter: Counter) -> OpenShift | None:
    """Return the sums of all shifts of the last business date: what is over, and what goes on."""
    shifts = counter.record.shifts
    now = (shifts.open,) if shifts.open is not None else ()
    day = now[0].day if now else shifts.closed[-1].report.day if shifts.closed else ""
    parts = [one for one in (*(closed.report for closed in shifts.closed), *now) if one.day == day]
    if not parts:
        return None
    return OpenShift(
        sums=together([part.sums for part in parts]),
        day=day,
        opened_ms=parts[0].opened_ms,
        staff=parts[-1].staff,
        people=tuple(dict.fromkeys(person for part in parts for person in part.people)),
        no_sales=sum(part.no_sales for part in parts),
        lines_voided=sum(part.lines_voided for part in parts),
        sales_dropped=sum(part.sales_dropped for part in parts),
        reductions=sum(part.reductions for part in parts),
        prices_changed=sum(part.prices_changed for part in parts),
    )


def _hand_over(counter: Counter, shift: OpenShift, staff: StaffNumber) -> Outcome:
    """Lock the till for whoever takes the drawer."""
    facts = (she.ShiftHandedOver(number=shift.number, staff=staff), StaffSignedOut(staff=staff))
    said = say(ShiftSay.HANDED_OVER, Level.ATTENTION, number=str(shift.number))
    return Applied(counter=replace(counter, mode=Locked(), text=""), facts=facts, said=said)


def _closing(
    counter: Counter, shift: OpenShift, action: EndShift, permit: Permit, staff: StaffNumber
) -> she.ShiftClosed:
    """Return the Z report without what only the journal knows: all sums and the count."""
    found_fen, expected_fen = counted_fen(action.counted), shift.sums.cash_expected_fen
    return she.ShiftClosed(
        number=shift.number,
        report=shift,
        counted=action.counted,
        counted_fen=found_fen,
        expected_fen=expected_fen,
        over_short_fen=found_fen - expected_fen,
        head_epoch=counter.identity.epoch,
        head_seq=0,
        head_hash=b"",
        staff=staff,
        closed_ms=permit.moment.wall_ms,
        held=tuple(held.hold_id for held in counter.record.held),
        approved_by=permit.approver,
    )


def sealed(turn: Turn[HeadRead]) -> Outcome:
    """Close the shift: all sums, the count and the head of the journal in one fact, then the paper."""
    counter, closed = turn.counter, turn.cause.closed
    shift, staff = counter.record.shift, counter.record.staff
    if shift is None or staff is None:
        return reject(ShiftNo.NO_SHIFT, at_page(counter))
    shown = ReportPage(kind=ReportKind.Z, shift=shift, closed=closed)
    return Applied(
        counter=replace(counter, mode=shown, text=""),
        facts=(closed,),
        effects=(PrintSlip(action=ActionId(f"slip:z:{shift.number}"), slip=_slip_of(shown, staff.number, at_ms=0)),),
        said=say(ShiftSay.CLOSED, Level.MONEY, number=str(shift.number)),
    )


def _slip_of(
    shown: ReportPage, staff: StaffNumber, *, at_ms: int, copy: int = 0, approver: StaffNumber | None = None
) -> ReportSlip:
    """Return the paper of a report; a Z report has time and people of when its shift was closed."""
    closed = shown.closed
    if closed is None:
        return ReportSlip(kind=shown.kind, shift=shown.shift, staff=staff, at_ms=at_ms, approved_by=approver)
    count = Count(
        counted=closed.counted,
        counted_fen=closed.counted_fen,
        over_short_fen=closed.over_short_fen,
        held=len(closed.held),
    )
    head = JournalHead(
        epoch=closed.head_epoch,
        seq=closed.head_seq,
        hash=closed.head_hash,
        key=closed.key,
        signature=closed.signature,
    )
    return ReportSlip(
        kind=shown.kind,
        shift=shown.shift,
        staff=closed.staff,
        at_ms=closed.closed_ms,
        count=count,
        head=head,
        approved_by=closed.approved_by,
        copy=copy,
    )
