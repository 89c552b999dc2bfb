"""Ids of the texts about shifts; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum

from terminal.domain.shifts import MoveKind


class ShiftSay(StrEnum):
    """Notices of what happened."""

    OPENED = "notice.shift_opened"
    CASH_IN = "notice.cash_in"
    CASH_OUT = "notice.cash_out"
    CASH_DROPPED = "notice.cash_dropped"
    HANDED_OVER = "notice.shift_handed_over"
    REPORTED = "notice.shift_reported"
    CLOSED = "notice.shift_closed"
    SLIP_NOT_PRINTED = "notice.slip_not_printed"


class ShiftNo(StrEnum):
    """Refusals."""

    NO_SHIFT = "error.no_shift"
    SHIFT_OPEN = "error.shift_open"
    FLOAT_FIRST = "error.float_first"
    AMOUNT_FIRST = "error.amount_first"
    NOT_PIECES = "error.not_pieces"
    NO_Z = "error.no_z"
    NOTHING_TODAY = "error.nothing_today"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class ShiftAsk(StrEnum):
    """Questions of a confirmation."""

    FLOAT = "ask.float"
    OPEN_SHIFT = "ask.open_shift"
    CASH_IN = "ask.move_in"
    CASH_OUT = "ask.move_out"
    CASH_DROP = "ask.move_drop"
    REPORT = "ask.report"
    HAND_OVER = "ask.hand_over"
    HELD_LEFT = "ask.held_left"
    CLOSE_SHIFT = "ask.close_shift"


class ShiftHint(StrEnum):
    """What stands beside the input."""

    SHIFT = "hint.shift"
    FLOAT = "hint.float"
    AMOUNT = "hint.amount"
    PIECES = "hint.pieces"


class ShiftKey(StrEnum):
    """What a live key does."""

    SHIFT = "key.shift"
    COUNT_DONE = "key.count_done"
    PRINT_Z = "key.print_z"


class ShiftEntry(StrEnum):
    """What stands on the page of an open shift, in its order."""

    CASH_IN = "shift.cash_in"
    CASH_OUT = "shift.cash_out"
    DROP = "shift.drop"
    X = "shift.x"
    DAY = "shift.day"
    HAND_OVER = "shift.hand_over"
    CLOSE = "shift.close"


class MoveReason(StrEnum):
    """Why cash goes in or out."""

    EXPENSE = "reason.expense"
    CORRECTION = "reason.correction"
    FULL = "reason.full"


MOVE_REASONS: Mapping[MoveKind, tuple[str, ...]] = {
    MoveKind.IN: ("reason.change", MoveReason.CORRECTION, "reason.other"),
    MoveKind.OUT: (MoveReason.EXPENSE, "reason.change", MoveReason.CORRECTION, "reason.other"),
    MoveKind.DROP: (MoveReason.FULL, "reason.other"),
}
"""The reasons that are offered for each move."""
FILLED: Mapping[str, tuple[str, ...]] = {
    ShiftSay.OPENED: ("number", "amount"),
    ShiftSay.CASH_IN: ("amount",),
    ShiftSay.CASH_OUT: ("amount",),
    ShiftSay.CASH_DROPPED: ("amount",),
    ShiftSay.HANDED_OVER: ("number",),
    ShiftSay.CLOSED: ("number",),
    ShiftSay.SLIP_NOT_PRINTED: ("detail",),
    ShiftAsk.FLOAT: ("amount",),
    ShiftAsk.OPEN_SHIFT: ("amount",),
    ShiftAsk.CASH_IN: ("amount", "reason"),
    ShiftAsk.CASH_OUT: ("amount", "reason"),
    ShiftAsk.CASH_DROP: ("amount", "reason"),
    ShiftAsk.HELD_LEFT: ("count",),
    ShiftAsk.CLOSE_SHIFT: ("amount",),
}
IDS = (ShiftSay, ShiftNo, ShiftAsk, ShiftHint, ShiftKey, ShiftEntry, MoveReason)
