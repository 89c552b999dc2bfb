"""The shifts of a till follow from the facts, like all that it knows."""

from typing import assert_never, get_args

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.members.gifts import Given
from terminal.domain.sale import TenderKind
from terminal.domain.shifts import OpenShift, ReportKind, Shift
from terminal.wire.events import (
    Fact,
    LineReduced,
    LineVoided,
    NoSaleOpened,
    SaleCompleted,
    SaleVoided,
    StaffSignedIn,
)
from terminal.wire.gifts_given import after_gift
from terminal.wire.member_events import CashedOut, CouponIssued, GiftGiven, GiftTakenBack, OfGifts, ToppedUp
from terminal.wire.payment_events import RefundCameLate, RefundPaidInCash
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.shift_events import CashMoved, ShiftClosed, ShiftOpened, ShiftReported
from terminal.wire.store_events import LinePriceChanged

_OfSale = SaleCompleted | SaleVoided | LineVoided | LineReduced | LinePriceChanged
_OfMoney = CashMoved | ToppedUp | CashedOut | SaleReturned | RefundPaidInCash | RefundCameLate
_Counted = _OfSale | _OfMoney | NoSaleOpened | StaffSignedIn
SHIFT_KINDS: frozenset[type[Fact]] = frozenset(
    (*get_args(_Counted), *get_args(OfGifts), ShiftOpened, ShiftReported, ShiftClosed)
)
"""The facts that change something here."""


class ShiftRecord(Struct, frozen=True, kw_only=True):
    """The shifts of a till. ``done`` is the number of the last one that began: numbers go on over epochs.

    ``closed`` are the Z reports of the last business date that has one; the last was printed again ``copies`` times.
    """

    open: OpenShift | None = None
    done: int = 0
    closed: tuple[ShiftClosed, ...] = ()
    copies: int = 0
    given: tuple[Given, ...] = ()
    """What members got for points, in this shift or an earlier one, and did not give back."""


def folded(shifts: ShiftRecord, fact: Fact, *, in_sale: bool) -> ShiftRecord:
    """Return the shifts after one fact; ``in_sale``: a sale is open. Facts of a sale that is not are ignored."""
    match fact:
        case ShiftOpened():
            return replace(shifts, open=_begun(fact), done=fact.number)
        case ShiftClosed(report=report):
            of_day = tuple(one for one in shifts.closed if one.report.day == report.day)
            return replace(shifts, open=None, closed=(*of_day, fact), copies=0)
        case GiftGiven() | CouponIssued() | GiftTakenBack():
            return replace(shifts, given=after_gift(shifts.given, fact))
        case ShiftReported(kind=ReportKind.Z, number=number) if shifts.closed and shifts.closed[-1].number == number:
            return replace(shifts, copies=shifts.copies + 1)
        case _ if shifts.open is None or not isinstance(fact, _Counted) or (isinstance(fact, _OfSale) and not in_sale):
            return shifts
        case _:
            return replace(shifts, open=_counted_in(shifts.open, fact))


def _begun(fact: ShiftOpened) -> OpenShift:
    return OpenShift(
        sums=Shift(number=fact.number, float_fen=fact.float_fen),
        day=fact.day,
        opened_ms=fact.opened_ms,
        staff=fact.staff,
        people=(fact.staff,),
    )


def _counted_in(shift: OpenShift, fact: _Counted) -> OpenShift:  # noqa: C901, PLR0911 - one row per kind of fact
    match fact:
        case LineVoided():
            return replace(shift, lines_voided=shift.lines_voided + 1)
        case LineReduced():
            return replace(shift, reductions=shift.reductions + 1)
        case LinePriceChanged(price_fen=None):
            return shift
        case LinePriceChanged():
            return replace(shift, prices_changed=shift.prices_changed + 1)
        case SaleVoided(by_itself=True):
            return shift
        case SaleVoided():
            return replace(shift, sales_dropped=shift.sales_dropped + 1)
        case NoSaleOpened():
            return replace(shift, no_sales=shift.no_sales + 1)
        case StaffSignedIn(staff=staff):
            return shift.joined(staff)
        case SaleCompleted() | CashMoved() | ToppedUp() | CashedOut() | SaleReturned():
            return replace(shift, sums=_summed(shift.sums, fact))
        case RefundPaidInCash() | RefundCameLate():
            return replace(shift, sums=_summed(shift.sums, fact))
        case _:
            assert_never(fact)


def _summed(sums: Shift, fact: SaleCompleted | _OfMoney) -> Shift:  # noqa: PLR0911 - one row per kind of fact
    match fact:
        case SaleCompleted(total_fen=total_fen, tenders=tenders):
            return sums.sold(total_fen, tenders)
        case CashMoved(amount_fen=amount_fen):
            return sums.moved(amount_fen)
        case ToppedUp(amount_fen=amount_fen, tender=tender):
            return sums.topped_up(amount_fen, tender.kind)
        case CashedOut(paid_fen=paid_fen):
            return sums.topped_up(-paid_fen, TenderKind.CASH)
        case RefundPaidInCash(kind=kind, amount_fen=amount_fen):
            return sums.paid_instead(kind, amount_fen)
        case RefundCameLate(kind=kind, amount_fen=amount_fen):
            return sums.came_late(kind, amount_fen)
        case SaleReturned(kind=ReturnKind.VOID, amount_fen=amount_fen, tenders=tenders, payments=payments):
            return sums.voided(amount_fen, tenders, payments)
        case SaleReturned(amount_fen=amount_fen, tenders=tenders):
            return sums.refunded(amount_fen, tenders)
        case _:
            assert_never(fact)
