"""What is done with a shift, before it is done: it may wait for a yes, or for somebody with the right."""

from msgspec import Struct

from terminal.domain.shifts import Counted, MoveKind, ReportKind
from terminal.domain.text import SafeText


class BeginShift(Struct, frozen=True):
    """Open a shift with so much in the drawer."""

    float_fen: int


class MoveCash(Struct, frozen=True):
    """Put cash into the drawer, or (out, drop) take it out; the amount is above 0."""

    kind: MoveKind
    amount_fen: int
    reason: SafeText


class ShowReport(Struct, frozen=True):
    """Look at the sums of the open shift (X) or of the day, and print them; print a copy of the last Z report."""

    kind: ReportKind


class HandOver(Struct, frozen=True):
    """Give the drawer to whoever signs in next."""


class BeginCount(Struct, frozen=True):
    """Count the drawer; sales that are held stay for the next shift."""


class EndShift(Struct, frozen=True):
    """Close the shift with what was counted."""

    counted: tuple[Counted, ...]


ShiftAction = BeginShift | MoveCash | ShowReport | HandOver | BeginCount | EndShift
