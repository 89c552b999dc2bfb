"""Shifts at the counter: from the float to a count that nothing tells the answer of, and a Z report for each."""

import pytest

from terminal.checkout.effects import PrintReceipt, PrintSlip, PulseDrawer, ReadHead
from terminal.checkout.inputs import HeadRead, ReceiptReported
from terminal.checkout.modes import HeldList, Locked, Selling
from terminal.checkout.shifts.modes import Counting, MovingCash, ReportPage, ShiftPage
from terminal.domain.ids import ActionId
from terminal.domain.receipt import Heading, Note, Pair, Receipt
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.shifts import Counted, MoveKind, ReportKind
from terminal.domain.slips.shift import JournalHead, MoveSlip, ReportSlip
from terminal.domain.staff import Right
from terminal.domain.text import SafeText
from terminal.ports.devices import PrintOutcome, PrintResult
from terminal.wire import events as ev
from terminal.wire import shift_events as she
from terminal.wire.counter.panels import ConfirmPanel, PagePanel
from terminal.wire.device_events import SlipActed
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
from tests.unit.wire.facts import FACTS


def in_shift(bench: Bench | None = None, *, float_text: str = "500") -> Bench:
    """Return a bench with an open shift."""
    bench = selling() if bench is None else bench
    bench.press("f17")
    bench.write(float_text, "enter")
    return bench


def sell(bench: Bench, *codes: str) -> None:
    for code in codes:
        bench.scan(code)
    bench.press("f12")


def move(bench: Bench, entry: str, amount: str, reason: str = "1") -> None:
    if not isinstance(bench.mode, ShiftPage):
        bench.press("f17")
    bench.press(entry)
    bench.write(amount, "enter")
    bench.press(reason)


def count(bench: Bench, *pieces: str) -> None:
    """Count the drawer from the largest note on, and say yes."""
    bench.press("f17", "7")
    for one in pieces:
        bench.write(one, "enter")
    bench.press("f12")


def page(bench: Bench) -> PagePanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, PagePanel)
    return bench.view.panel


def slip(bench: Bench) -> ReportSlip | MoveSlip:
    (*_, effect) = (effect for effect in bench.effects if isinstance(effect, PrintSlip))
    assert isinstance(effect.slip, ReportSlip | MoveSlip)
    return effect.slip


def paper(printed: ReportSlip | MoveSlip, language: Language = Language.EN) -> dict[str, str]:
    """Return the pairs on a paper."""
    rows = printed.rows(
        Issuer(identity=IDENTITY, shop=ShopTexts(), staff_name=SafeText("王芳"), language=language),
        "2026-11-23T19:45:00",
        training=False,
    )
    return {row.label: row.value for row in Receipt(rows=tuple(rows)).rows if isinstance(row, Pair)}


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


def test_a_large_amount_is_asked_about_once_more() -> None:
    bench = in_shift(Bench().sign_in("2001"))
    move(bench, "2", "2000.01")
    assert bench.mode.name == "confirm"
    bench.press("escape")
    assert bench.of_kind(she.CashMoved) == []
    bench.press("escape", "escape")
    move(bench, "2", "2000.00")
    assert len(bench.of_kind(she.CashMoved)) == 1


@pytest.mark.parametrize(
    ("entry", "kind", "into_fen"),
    [("1", MoveKind.IN, 10_000), ("2", MoveKind.OUT, -10_000), ("3", MoveKind.DROP, -10_000)],
)
def test_cash_goes_in_and_out_with_reason_and_right(entry: str, kind: MoveKind, into_fen: int) -> None:
    bench = in_shift(Bench().sign_in("2001"))
    move(bench, entry, "100")
    (fact,) = bench.of_kind(she.CashMoved)
    assert isinstance(fact, she.CashMoved)
    assert (fact.kind, fact.amount_fen, fact.staff, fact.approved_by) == (kind, into_fen, "2001", None)
    assert bench.mode == ShiftPage()
    printed = slip(bench)
    assert isinstance(printed, MoveSlip)
    assert (printed.kind, printed.amount_fen, printed.shift) == (kind, into_fen, 1)
    pulses = [effect for effect in bench.effects if isinstance(effect, PulseDrawer)]
    assert pulses[-1].action.startswith("drawer:cash:")


def test_a_cashier_moves_cash_with_a_right_that_is_lent_but_fills_the_safe_alone() -> None:
    bench = in_shift()
    move(bench, "2", "30", "1")
    assert bench.mode.name == "confirm"
    bench.approve()
    move(bench, "3", "1000")
    facts = [fact for fact in bench.of_kind(she.CashMoved) if isinstance(fact, she.CashMoved)]
    assert [(fact.amount_fen, fact.reason, fact.approved_by) for fact in facts] == [
        (-3_000, "expense", "2001"),
        (-100_000, "full", None),
    ]
    assert paper(slip(bench))["Reason"] == "drawer full"


@pytest.mark.parametrize(
    ("typed", "said"), [("", "error.amount_first"), ("0", "error.bad_amount"), ("1.005", "error.bad_amount")]
)
def test_what_is_no_amount_moves_nothing(typed: str, said: str) -> None:
    bench = in_shift()
    bench.press("f17", "3")
    bench.write(typed, "enter")
    assert (bench.mode, bench.notice) == (MovingCash(kind=MoveKind.DROP), said)


def test_an_amount_is_given_up_step_by_step() -> None:
    bench = in_shift()
    bench.press("f17", "3")
    bench.write("12", "enter")
    assert bench.mode == MovingCash(kind=MoveKind.DROP, amount_fen=1200)
    bench.press("9")
    assert bench.notice == "error.no_choice"
    bench.press("enter")
    assert bench.notice == "error.no_choice"
    bench.press("escape")
    bench.press("5", "escape")
    assert (bench.mode, bench.counter.text) == (MovingCash(kind=MoveKind.DROP), "")
    bench.press("escape")
    assert bench.mode.name == "shift"
    assert bench.of_kind(she.CashMoved) == []


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


@pytest.mark.parametrize(
    ("entry", "question", "reason"),
    [("1", "ask.move_in", "reason.change"), ("2", "ask.move_out", "reason.expense")],
)
def test_who_is_asked_for_the_right_to_move_cash_sees_direction_amount_and_reason(
    entry: str, question: str, reason: str
) -> None:
    bench = in_shift()
    move(bench, entry, "30")
    assert bench.view is not None
    panel = bench.view.panel
    assert isinstance(panel, ConfirmPanel)
    assert (panel.question, panel.approval, panel.params) == (question, True, {"amount": "30.00", "reason": reason})


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


def test_paper_that_did_not_come_out_is_told() -> None:
    bench = in_shift()
    move(bench, "3", "100")
    action = next(effect.action for effect in bench.effects if isinstance(effect, PrintSlip))

    def reported(result: PrintResult, detail: str = "", action: ActionId = action) -> list[ev.Fact]:
        return bench.send(ReceiptReported(PrintOutcome(action=action, result=result, detail=detail)))

    assert reported(PrintResult.NOT_STARTED, "paper_out") == [
        SlipActed(action=action, result="not_started", detail="paper_out")
    ]
    assert bench.notice == "notice.slip_not_printed"
    serial = bench.counter.notice.serial
    assert reported(PrintResult.PRINTED) == [SlipActed(action=action, result="printed")]
    assert bench.counter.notice.serial == serial
    assert reported(PrintResult.PRINTED, action=ActionId("what")) == []


def test_a_head_that_nobody_asked_for_closes_nothing() -> None:
    bench = in_shift()
    example = next(fact for fact in FACTS if isinstance(fact, she.ShiftClosed))
    assert bench.send(HeadRead(query=ReadHead(closing=example), closed=example)) == []


def test_receipts_are_printed_as_before() -> None:
    bench = in_shift()
    sell(bench, COLA)
    assert any(isinstance(effect, PrintReceipt) for effect in bench.effects)
