"""What stands against doing something with a shift."""

from typing import assert_never

from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.shifts.drafts import (
    BeginCount,
    BeginShift,
    EndShift,
    HandOver,
    MoveCash,
    ShiftAction,
    ShowReport,
)
from terminal.checkout.shifts.messages import ShiftAsk
from terminal.checkout.state import Counter
from terminal.domain.money import format_fen
from terminal.domain.shifts import MoveKind, counted_fen
from terminal.domain.staff import Right

_MOVES = {MoveKind.IN: ShiftAsk.CASH_IN, MoveKind.OUT: ShiftAsk.CASH_OUT, MoveKind.DROP: ShiftAsk.CASH_DROP}


def about(counter: Counter, action: ShiftAction) -> Doubt:
    """Return what stands against it. A count is asked about once more: it cannot be taken back."""
    match action:
        case BeginShift(float_fen=float_fen):
            above = float_fen > counter.settings.limits.cash_given_fen
            question = ShiftAsk.FLOAT if above else ShiftAsk.OPEN_SHIFT
            params = {"amount": format_fen(float_fen)}
            return Doubt(question=question, params=params, right=Right.OPEN_SHIFT, again=above)
        case MoveCash(kind=kind, amount_fen=amount_fen, reason=reason):
            right = Right.DROP_CASH if kind is MoveKind.DROP else Right.MOVE_CASH
            params = {"amount": format_fen(amount_fen), "reason": f"reason.{reason}"}
            again = amount_fen > counter.settings.limits.cash_given_fen
            return Doubt(question=_MOVES[kind], params=params, right=right, amount_fen=amount_fen, again=again)
        case ShowReport():
            return Doubt(question=ShiftAsk.REPORT, right=Right.SHIFT_REPORT)
        case HandOver():
            return Doubt(question=ShiftAsk.HAND_OVER, again=True)
        case BeginCount():
            held = len(counter.record.held)
            return Doubt(question=ShiftAsk.HELD_LEFT, params={"count": str(held)}, again=held > 0)
        case EndShift(counted=counted):
            params = {"amount": format_fen(counted_fen(counted))}
            return Doubt(question=ShiftAsk.CLOSE_SHIFT, params=params, right=Right.CLOSE_SHIFT, again=True)
        case _:
            assert_never(action)
