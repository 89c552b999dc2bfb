"""Cash into the drawer and out of it: with a reason, a right and a paper."""

import pytest

from terminal.checkout.effects import PrintSlip, PulseDrawer
from terminal.checkout.inputs import ReceiptReported
from terminal.checkout.shifts.modes import MovingCash, ShiftPage
from terminal.domain.ids import ActionId
from terminal.domain.shifts import MoveKind
from terminal.domain.slips.shift import MoveSlip
from terminal.ports.devices import PrintOutcome, PrintResult
from terminal.wire import events as ev
from terminal.wire import shift_events as she
from terminal.wire.counter.panels import ConfirmPanel
from terminal.wire.device_events import SlipActed
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.shift_bench import in_shift, move, paper, slip


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
    ("entry", "kind", "into_fen", "said"),
    [
        ("1", MoveKind.IN, 10_000, "notice.cash_in"),
        ("2", MoveKind.OUT, -10_000, "notice.cash_out"),
        ("3", MoveKind.DROP, -10_000, "notice.cash_dropped"),
    ],
)
def test_cash_goes_in_and_out_with_reason_and_right(entry: str, kind: MoveKind, into_fen: int, said: str) -> None:
    bench = in_shift(Bench().sign_in("2001"))
    move(bench, entry, "100")
    (fact,) = bench.of_kind(she.CashMoved)
    assert isinstance(fact, she.CashMoved)
    assert (fact.kind, fact.amount_fen, fact.staff, fact.approved_by) == (kind, into_fen, "2001", None)
    assert (bench.mode, bench.notice) == (ShiftPage(), said)
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
