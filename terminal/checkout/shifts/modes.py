"""The modes of a shift: its page, cash in and out, the count of the drawer, reports."""

from typing import ClassVar

from msgspec import Struct

from terminal.domain.shifts import MoveKind, OpenShift, ReportKind
from terminal.wire.shift_events import ShiftClosed


class ShiftPage(Struct, frozen=True, kw_only=True):
    """What there is to be done with a shift; where none is open, its float is asked for."""

    name: ClassVar[str] = "shift"


class MovingCash(Struct, frozen=True, kw_only=True):
    """Cash goes in or out: first the amount is asked for, then the reason."""

    name: ClassVar[str] = "cash_move"
    kind: MoveKind
    amount_fen: int | None = None


class Counting(Struct, frozen=True, kw_only=True):
    """The drawer is counted: pieces of each note and coin, in the order of the settings. Nothing expected is shown."""

    name: ClassVar[str] = "count"
    pieces: tuple[int, ...]
    at: int = 0


class ReportPage(Struct, frozen=True, kw_only=True):
    """The sums of a shift or a day; ``closed`` is the Z report that was just made. ``selected`` is one of its rows."""

    name: ClassVar[str] = "report"
    kind: ReportKind
    shift: OpenShift
    closed: ShiftClosed | None = None
    selected: int = 0


ShiftMode = ShiftPage | MovingCash | Counting | ReportPage
