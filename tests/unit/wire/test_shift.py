"""A shift is what its facts make it: sums, numbers that go on for ever, and the business date of its opening."""

from collections.abc import Iterable
from functools import reduce

import pytest
from msgspec.structs import replace

from terminal.domain.ids import ActionId, Sku
from terminal.domain.members.gifts import KEPT
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.shifts import OpenShift, ReportKind, Shift
from terminal.domain.staff import Role
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire import shift_events as she
from terminal.wire import store_events as sev
from terminal.wire.documents import completion, document_of
from terminal.wire.record import TillRecord, apply, decode_record, encode_record
from terminal.wire.return_events import ReturnKind
from terminal.wire.shift import ShiftRecord
from terminal.wire.store_events import LinePriceChanged
from tests.unit.domain.baskets import make_line, make_sale
from tests.unit.wire.examples import (
    REDUCTION,
    SALE,
    WANG,
    ZHAO,
    facts_of,
    paid_document,
    started,
)
from tests.unit.wire.facts import (
    FACTS,
)
from tests.unit.wire.returns import head

OPENED = she.ShiftOpened(number=1, float_fen=50_000, day="2026-11-23", staff=WANG, opened_ms=7)
FRESH = OpenShift(sums=Shift(number=1, float_fen=50_000), day="2026-11-23", opened_ms=7, staff=WANG, people=(WANG,))
LINE = (started(make_sale()), ev.LineAdded(line=make_line(1)))


def of_kind(kind: type[ev.Fact]) -> ev.Fact:
    return next(fact for fact in FACTS if isinstance(fact, kind))


def fold(*facts: ev.Fact, record: TillRecord | None = None) -> TillRecord:
    return reduce(apply, facts, TillRecord() if record is None else record)


def shift_after(*facts: ev.Fact) -> OpenShift:
    shift = fold(OPENED, *facts).shift
    assert shift is not None
    return shift


def closed(report: OpenShift) -> she.ShiftClosed:
    example = of_kind(she.ShiftClosed)
    assert isinstance(example, she.ShiftClosed)
    return replace(example, number=report.number, report=report)


def test_a_shift_begins_with_its_float() -> None:
    assert shift_after() == FRESH


def test_a_done_sale_is_in_the_sums_of_its_shift() -> None:
    document = paid_document()
    shift = shift_after(*facts_of(document))
    cash_fen = document.total_fen - 200
    assert shift.sums == replace(
        FRESH.sums,
        sales_count=1,
        sales_fen=document.total_fen,
        by_tender={TenderKind.VOUCHER: 200, TenderKind.CASH: cash_fen},
        payments={TenderKind.VOUCHER: 1, TenderKind.CASH: 1},
    )
    assert shift.sums.cash_expected_fen == 50_000 + cash_fen


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (of_kind(she.CashMoved), replace(FRESH, sums=replace(FRESH.sums, moves_fen=-200_000))),
        (of_kind(ev.NoSaleOpened), replace(FRESH, no_sales=1)),
        (
            ev.StaffSignedIn(staff=ZHAO, name=clean("赵强"), role=Role.CASHIER),
            replace(FRESH, staff=ZHAO, people=(WANG, ZHAO)),
        ),
        (ev.StaffSignedIn(staff=WANG, name=clean("王芳"), role=Role.CASHIER), FRESH),
        (of_kind(she.ShiftHandedOver), FRESH),
        (of_kind(she.ShiftReported), FRESH),
    ],
)
def test_what_happens_between_sales_is_counted(fact: ev.Fact, expected: OpenShift) -> None:
    assert shift_after(fact) == expected


def test_top_ups_and_cash_outs_are_in_the_sums() -> None:
    up, out = of_kind(mev.ToppedUp), of_kind(mev.CashedOut)
    assert isinstance(up, mev.ToppedUp)
    assert isinstance(out, mev.CashedOut)
    sums = shift_after(up, out).sums
    assert sums.topups_fen == up.amount_fen - out.paid_fen
    assert sums.by_tender.get(TenderKind.CASH, 0) == sums.topups_fen


def test_what_was_taken_back_before_it_was_paid_is_counted() -> None:
    reduced = ev.LineReduced(number=1, reduction=REDUCTION, approved_by=WANG)
    voided = ev.SaleVoided(sale_id=SALE, staff=WANG, total_fen=1)
    shift = shift_after(*LINE, reduced, ev.LineVoided(number=1), voided)
    assert shift == replace(FRESH, reductions=1, lines_voided=1, sales_dropped=1)
    assert shift_after(*LINE, replace(voided, by_itself=True)) == shift_after(*LINE)


def test_prices_that_were_changed_are_counted_and_going_back_is_not() -> None:
    changed = LinePriceChanged(number=1, price_fen=310, reason=REDUCTION.reason, approved_by=WANG)
    assert shift_after(*LINE, changed, replace(changed, price_fen=None)) == replace(FRESH, prices_changed=1)


def test_facts_of_a_sale_that_is_not_there_are_not_counted() -> None:
    document = completion(paid_document(), receipt_count=1, completed_ms=5)
    orphans: Iterable[ev.Fact] = (document, ev.SaleVoided(sale_id=SALE, staff=WANG, total_fen=1))
    assert shift_after(*orphans) == FRESH


def test_numbers_of_shifts_go_on_when_one_is_closed_and_over_epochs() -> None:
    first = fold(OPENED, closed(FRESH))
    assert first.shifts == ShiftRecord(done=1, closed=(closed(FRESH),))
    carried = fold(ev.EpochBegan(record=encode_record(first)))
    second = fold(replace(OPENED, number=carried.shifts.done + 1), record=carried)
    assert second.shift is not None
    assert second.shift.number == 2


def test_closed_shifts_are_kept_as_long_as_their_day_is_the_last() -> None:
    evening, morning = replace(FRESH, sums=Shift(number=2)), replace(FRESH, sums=Shift(number=3), day="2026-11-24")
    record = fold(OPENED, closed(FRESH), closed(evening))
    assert record.shifts.closed == (closed(FRESH), closed(evening))
    assert fold(closed(morning), record=record).shifts.closed == (closed(morning),)


def test_nothing_of_a_training_is_in_a_shift() -> None:
    practised = [ev.InTraining(fact=fact) for fact in facts_of(paid_document()) if isinstance(fact, ev.OfWork)]
    record = fold(OPENED, sev.TrainingBegan(staff=WANG), *practised)
    assert record.shift == FRESH
    assert record.current.shift is None
    assert record.current.receipts_done == 1


def test_a_sale_says_in_which_shift_it_was_done_and_an_older_one_keeps_its_digest() -> None:
    document = paid_document()
    plain = completion(document, receipt_count=1, completed_ms=5)
    in_shift = completion(replace(document, shift=17), receipt_count=1, completed_ms=5)
    assert (plain.shift, in_shift.shift) == (None, 17)
    assert in_shift.digest != plain.digest
    assert document_of(document.sale, in_shift) == replace(document, shift=17)


def test_a_record_with_a_shift_is_stored_and_read() -> None:
    record = fold(OPENED, closed(FRESH), replace(OPENED, number=2), *facts_of(paid_document()))
    assert decode_record(encode_record(record)) == record


def test_copies_of_the_last_z_report_are_counted() -> None:
    copied = replace(reported(), number=1, kind=ReportKind.Z)
    record = fold(OPENED, closed(FRESH), copied, copied)
    assert record.shifts.copies == 2
    assert (
        fold(replace(OPENED, number=2), closed(replace(FRESH, sums=Shift(number=2))), record=record).shifts.copies == 0
    )
    assert fold(replace(reported(), kind=ReportKind.DAY), record=record) == record


def reported() -> she.ShiftReported:
    fact = of_kind(she.ShiftReported)
    assert isinstance(fact, she.ShiftReported)
    return fact


def test_what_comes_back_lowers_the_shift_and_a_void_takes_its_sale_away() -> None:
    document = paid_document()
    cash = (Tender(kind=TenderKind.CASH, amount_fen=300),)
    back = replace(head(), amount_fen=500, tenders=cash)
    refunded = shift_after(*facts_of(document), back).sums
    assert (refunded.refund_count, refunded.refunds_fen, refunded.sales_count) == (1, 500, 1)
    assert refunded.by_tender[TenderKind.CASH] == document.total_fen - 200 - 300
    never = replace(head(kind=ReturnKind.VOID), amount_fen=document.total_fen, tenders=document.tenders)
    voided = shift_after(*facts_of(document), never).sums
    assert voided == replace(FRESH.sums, void_count=1)
    assert fold(never).shift is None


def given(number: int) -> mev.GiftGiven:
    return mev.GiftGiven(
        act=ActionId(f"act:{number}"), staff=WANG, member=MemberId("M1"), sku=Sku("CUP"), name=clean("杯子"), points=5
    )


def test_what_was_given_for_points_may_be_taken_back_until_the_shift_is_closed() -> None:
    issued, back = of_kind(mev.CouponIssued), of_kind(mev.GiftTakenBack)
    assert isinstance(issued, mev.CouponIssued)
    assert isinstance(back, mev.GiftTakenBack)
    record = fold(OPENED, given(1), issued, given(2))
    assert [(one.act, one.sku, one.coupon) for one in record.shifts.given] == [
        ("act:1", "CUP", None),
        (issued.act, None, issued.coupon.code),
        ("act:2", "CUP", None),
    ]
    record = apply(record, replace(back, undoes=issued.act))
    assert [one.act for one in record.shifts.given] == ["act:1", "act:2"]
    assert decode_record(encode_record(record)) == record
    closed = of_kind(she.ShiftClosed)
    assert apply(record, closed).shifts.given == record.shifts.given


def test_a_till_remembers_so_many_gifts_and_no_more() -> None:
    record = fold(*map(given, range(KEPT + 5)))
    assert (len(record.shifts.given), record.shifts.given[0].act) == (KEPT, "act:5")
