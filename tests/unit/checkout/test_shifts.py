"""Shifts at the counter: from the float to a count that nothing tells the answer of, and a Z report for each."""

import pytest

from terminal.checkout.effects import PrintReceipt, PulseDrawer, ReadHead
from terminal.checkout.inputs import HeadRead
from terminal.checkout.modes import HeldList, Locked, Selling
from terminal.checkout.shifts.modes import Counting, ReportPage, ShiftPage
from terminal.domain.receipt import Heading, Note
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.shifts import Counted, ReportKind
from terminal.domain.slips.shift import JournalHead, ReportSlip
from terminal.domain.staff import Right
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire import shift_events as she
from terminal.wire.counter.panels import ConfirmPanel
from tests.unit.checkout.counter_bench import (
    HEAD,
    IDENTITY,
    Bench,
    selling,
    with_settings,
    without_right,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
)
from tests.unit.checkout.shift_bench import count, in_shift, paper, sell, slip
from tests.unit.checkout.shown import page
from tests.unit.wire.facts import FACTS


def test_a_shift_begins_with_its_float() -> None:
    bench = in_shift()
    (fact,) = bench.of_kind(she.ShiftOpened)
    assert isinstance(fact, she.ShiftOpened)
    assert (fact.number, fact.float_fen, fact.day, fact.staff) == (1, 50_000, "2026-11-23", "1001")
    assert (bench.mode, bench.notice) == (Selling(), "notice.shift_opened")
    assert any(isinstance(effect, PulseDrawer) for effect in bench.effects)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "error.float_first"), ("..", "error.bad_amount"), (COLA, "error.bad_amount")],
)
def test_what_is_no_float_opens_nothing(typed: str, said: str) -> None:
    bench = selling()
    bench.press("f17")
    bench.write(typed, "enter")
    assert bench.of_kind(she.ShiftOpened) == []
    assert bench.mode == ShiftPage()
    if len(typed) < 6:
        assert bench.notice == said


def test_a_large_float_is_asked_about_once_more() -> None:
    bench = in_shift(float_text="2000.01")
    assert bench.mode.name == "confirm"
    bench.press("enter")
    assert len(bench.of_kind(she.ShiftOpened)) == 1


def test_a_sale_belongs_to_its_shift() -> None:
    bench = in_shift()
    sell(bench, COLA, CHIPS)
    (done,) = bench.of_kind(ev.SaleCompleted)
    assert isinstance(done, ev.SaleCompleted)
    assert done.shift == 1
    shift = bench.counter.record.shift
    assert shift is not None
    assert (shift.sums.sales_count, shift.sums.by_tender) == (1, {TenderKind.CASH: 1040})


def test_a_sale_without_a_shift_names_none() -> None:
    bench = selling()
    sell(bench, COLA)
    (done,) = bench.of_kind(ev.SaleCompleted)
    assert isinstance(done, ev.SaleCompleted)
    assert done.shift is None


def test_where_the_shop_wants_a_shift_nothing_is_sold_without_one() -> None:
    bench = with_settings(shift_required=True)
    bench.scan(COLA)
    assert (bench.notice, bench.of_kind(ev.SaleStarted)) == ("error.no_shift", [])
    assert bench.rejections() == [("no_shift", "sale")]
    in_shift(bench)
    bench.scan(COLA)
    assert bench.quantities == [1]


def test_a_training_needs_no_shift_and_has_none() -> None:
    bench = with_settings(shift_required=True)
    bench.press("f15")
    bench.approve()
    sell(bench, COLA)
    assert bench.notice == "notice.completed"
    bench.press("enter", "f17")
    assert bench.notice == "error.not_in_training"


def test_nothing_that_is_expected_is_shown_before_it_was_counted() -> None:
    bench = in_shift()
    sell(bench, COLA, CHIPS)
    bench.press("enter", "f17")
    assert not [cell for row in page(bench).rows for cell in row if "10.40" in cell or "510.40" in cell]
    bench.press("7")
    assert [cell for row in page(bench).rows for cell in row if "10.40" in cell] == []
    assert page(bench).foot[0].params == {"amount": "0.00"}
    bench.press("escape", "4")
    assert bench.mode.name == "confirm"


def test_the_drawer_is_counted_and_the_shift_closed_with_a_z_report() -> None:
    bench = in_shift()
    sell(bench, COLA, CHIPS)
    bench.press("enter")
    count(bench, "4", "2", "", "0", "", "3")
    assert bench.mode.name == "confirm"
    assert bench.view is not None
    assert isinstance(bench.view.panel, ConfirmPanel)
    assert bench.view.panel.params == {"amount": "503.00"}
    before = bench.counter.record.shift
    bench.press("enter")
    (closed,) = bench.of_kind(she.ShiftClosed)
    assert isinstance(closed, she.ShiftClosed)
    assert closed.report == before
    assert closed.counted == (Counted(10_000, 4), Counted(5_000, 2), Counted(100, 3))
    assert (closed.counted_fen, closed.expected_fen, closed.over_short_fen) == (50_300, 51_040, -740)
    assert (closed.head_epoch, closed.head_hash, closed.staff) == (1, HEAD, "1001")
    assert bench.counter.record.shift is None
    assert isinstance(bench.mode, ReportPage)
    assert ("report.short", "", "-7.40") in page(bench).rows
    words = paper(slip(bench))
    assert (words["Cash expected"], words["Cash counted"], words["SHORT"]) == ("510.40", "503.00", "-7.40")
    bench.press("escape")
    assert bench.mode.name == "sale"


def test_a_z_report_bears_the_head_of_the_journal() -> None:
    bench = in_shift()
    count(bench)
    bench.press("enter")
    printed = slip(bench)
    assert isinstance(printed, ReportSlip)
    assert printed.head == JournalHead(epoch=1, seq=printed.head.seq if printed.head else 0, hash=HEAD)
    issuer = Issuer(identity=IDENTITY, shop=ShopTexts(name=SafeText("店")), staff_name=SafeText(""))
    rows = tuple(printed.rows(issuer, "2026-11-23T19:45:00", training=False))
    assert Note(text=SafeText(HEAD.hex()[:32])) in rows
    assert Heading(text=SafeText("Z 1 报表"), big=True) in rows


def test_numbers_of_z_reports_go_on() -> None:
    bench = selling()
    for number in (1, 2, 3):
        in_shift(bench, float_text="0")
        count(bench)
        bench.press("enter", "escape")
        assert bench.counter.record.shifts.done == number
    facts = [fact for fact in bench.of_kind(she.ShiftClosed) if isinstance(fact, she.ShiftClosed)]
    assert [(fact.number, fact.over_short_fen) for fact in facts] == [(1, 0), (2, 0), (3, 0)]


def test_pieces_are_corrected_and_given_up() -> None:
    bench = in_shift()
    bench.press("f17", "7")
    bench.write("31", "down")
    bench.write("4", "up")
    assert isinstance(bench.mode, Counting)
    assert (bench.mode.pieces[:3], bench.mode.at) == ((31, 4, 0), 0)
    bench.write("30", "end")
    bench.press("home")
    assert bench.mode == Counting(pieces=(30, 4, 0, 0, 0, 0, 0, 0))
    bench.write("12.5", "enter")
    assert (bench.notice, bench.counter.text) == ("error.not_pieces", "")
    bench.write(".", "f12")
    assert bench.notice == "error.not_pieces"
    bench.write("9", "escape")
    assert (bench.counter.text, bench.mode.name) == ("", "count")
    bench.press("escape")
    assert bench.mode.name == "shift"


def test_no_closes_nothing_and_keeps_the_count() -> None:
    bench = in_shift()
    count(bench, "5")
    bench.press("escape")
    assert bench.mode == Counting(pieces=(5, 0, 0, 0, 0, 0, 0, 0), at=1)
    assert bench.of_kind(she.ShiftClosed) == []


def held(bench: Bench) -> Bench:
    bench.scan(COLA)
    bench.press("f5")
    return bench


def test_held_sales_are_left_for_the_next_shift_or_dealt_with_first() -> None:
    bench = held(in_shift())
    bench.press("f17")
    assert page(bench).foot[0].params == {"count": "1"}
    bench.press("7")
    assert bench.counter.mode.name == "confirm"
    bench.press("escape", "f6")
    assert isinstance(bench.mode, HeldList)
    bench.press("escape", "f17", "7", "enter")
    assert isinstance(bench.mode, Counting)
    bench.press("f12", "enter")
    (closed,) = bench.of_kind(she.ShiftClosed)
    assert isinstance(closed, she.ShiftClosed)
    assert [closed.held] == [tuple(one.hold_id for one in bench.counter.record.held)]
    assert len(closed.held) == 1
    assert paper(slip(bench))["Held sales left"] == "1"


def test_an_x_report_needs_a_right_and_resets_nothing() -> None:
    bench = in_shift()
    sell(bench, COLA)
    bench.press("enter", "f17", "4")
    bench.approve()
    assert isinstance(bench.mode, ReportPage)
    assert ("report.expected", "", "503.50") in page(bench).rows
    before = bench.counter.record.shift
    bench.press("enter", "4")
    bench.approve()
    assert bench.counter.record.shift == before
    facts = [fact for fact in bench.of_kind(she.ShiftReported) if isinstance(fact, she.ShiftReported)]
    assert [(fact.kind, fact.approved_by) for fact in facts] == [(ReportKind.X, "2001")] * 2
    assert "SHORT" not in paper(slip(bench))
    assert slip(bench).approved_by == "2001"


def test_the_day_is_the_sum_of_its_shifts() -> None:
    bench = in_shift(Bench().sign_in("2001"))
    sell(bench, COLA)
    bench.press("enter")
    count(bench)
    bench.press("enter", "escape")
    in_shift(bench, float_text="100")
    sell(bench, CHIPS)
    bench.press("enter", "f17", "5")
    assert isinstance(bench.mode, ReportPage)
    assert bench.mode.kind is ReportKind.DAY
    assert ("report.sales", "2", "10.40") in page(bench).rows
    assert paper(slip(bench))["Net sales"] == "10.40"
    assert "Shift" not in paper(slip(bench))


def test_the_keys_lead_through_a_report_that_is_longer_than_the_screen() -> None:
    bench = in_shift()
    count(bench)
    bench.press("enter")
    last = len(page(bench).rows) - 1
    assert page(bench).selected == 0
    for key, at in (
        ("up", 0),
        ("down", 1),
        ("end", last),
        ("down", last),
        ("pageup", 0),
        ("pagedown", last),
        ("home", 0),
    ):
        bench.press(key)
        assert (key, page(bench).selected) == (key, at)


def test_there_is_no_report_of_what_was_not() -> None:
    bench = Bench().sign_in("2001")
    bench.press("f17", "f13")
    assert bench.notice == "error.no_z"
    assert bench.mode == ShiftPage()


def test_the_last_z_report_is_printed_again_as_a_copy() -> None:
    bench = in_shift(Bench().sign_in("2001"))
    count(bench)
    bench.press("enter", "escape", "f17", "f13")
    first = slip(bench)
    bench.press("escape", "f17", "f13")
    second = slip(bench)
    assert isinstance(first, ReportSlip)
    assert isinstance(second, ReportSlip)
    assert (first.copy, second.copy, first.count) == (1, 2, second.count)
    assert bench.counter.record.shifts.copies == 2


def test_a_drawer_is_handed_over_to_who_signs_in_next() -> None:
    bench = in_shift()
    bench.press("f17", "6", "enter")
    assert isinstance(bench.mode, Locked)
    assert [type(fact) for fact in bench.facts[-2:]] == [she.ShiftHandedOver, ev.StaffSignedOut]
    bench.sign_in("1002")
    shift = bench.counter.record.shift
    assert shift is not None
    assert (shift.staff, shift.people) == ("1002", ("1001", "1002"))


def test_a_shift_is_not_opened_over_a_sale() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f17")
    assert (bench.mode.name, bench.notice) == ("sale", "error.sale_open")


def test_who_may_not_open_a_shift_borrows_the_right() -> None:
    bench = in_shift(without_right(Right.OPEN_SHIFT))
    bench.approve()
    (fact,) = bench.of_kind(she.ShiftOpened)
    assert isinstance(fact, she.ShiftOpened)
    assert fact.approved_by == "2001"


def test_the_page_has_as_many_entries_as_digits() -> None:
    bench = in_shift()
    bench.press("f17", "8")
    assert bench.notice == "error.no_choice"
    bench.press("enter")
    assert bench.notice == "error.no_choice"
    bench.press("f17")
    assert bench.mode == Selling()


def test_a_float_is_edited_and_the_page_left() -> None:
    bench = selling()
    bench.press("f17", "5", "0", "backspace")
    assert bench.counter.text == "5"
    bench.press("escape", "escape")
    assert (bench.counter.text, bench.mode) == ("", Selling())


def test_a_head_that_nobody_asked_for_closes_nothing() -> None:
    bench = in_shift()
    example = next(fact for fact in FACTS if isinstance(fact, she.ShiftClosed))
    assert bench.send(HeadRead(query=ReadHead(closing=example), closed=example)) == []


def test_receipts_are_printed_as_before() -> None:
    bench = in_shift()
    sell(bench, COLA)
    assert any(isinstance(effect, PrintReceipt) for effect in bench.effects)
