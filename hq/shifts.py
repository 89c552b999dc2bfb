"""Looks at Z reports with HQ's own eyes: its sums are those of the journal, or a person hears of it."""

from collections.abc import Iterator

from msgspec.structs import asdict

from hq.store.shifts.port import ShiftRow
from terminal.domain.money import format_fen
from terminal.domain.shifts import OpenShift, counted_fen
from terminal.wire.chain import Row
from terminal.wire.record import TillRecord
from terminal.wire.shift_events import ShiftClosed, ShiftOpened


def examined(
    closed: ShiftClosed, before: OpenShift | None, row: Row, *, place: tuple[str, int]
) -> tuple[ShiftRow, str]:
    """Return a Z report of (terminal, epoch), and in words where HQ comes to something else (nothing: it does not).

    ``before`` is the open shift as the facts before make it; None = there is none.
    """
    terminal, epoch = place
    found = "; ".join(_differences(closed, before, row, epoch))
    shift = ShiftRow(terminal=terminal, epoch=epoch, seq=row.seq, is_right=not found, closed=closed)
    return shift, f"Z {closed.number}: {found}" if found else ""


def misnumbered(opened: ShiftOpened, before: TillRecord) -> str:
    """Return what is wrong with where a shift begins: they come one after the other, and no number is left out."""
    if before.shift is not None:
        return f"shift {opened.number} begins while {before.shift.number} is open"
    if opened.number != before.shifts.done + 1:
        return f"shift {opened.number} follows {before.shifts.done}"
    return ""


def _differences(closed: ShiftClosed, before: OpenShift | None, row: Row, epoch: int) -> Iterator[str]:
    if before is None:
        yield "no shift was open"
        return
    if (closed.number, closed.report.number) != (before.number, before.number):
        yield f"the open shift is {before.number}"
    yield from _unlike_report(closed.report, before)
    expected_fen, found_fen = before.sums.cash_expected_fen, counted_fen(closed.counted)
    if closed.expected_fen != expected_fen:
        yield f"{format_fen(closed.expected_fen)} in cash expected instead of {format_fen(expected_fen)}"
    if (closed.counted_fen, closed.over_short_fen) != (found_fen, found_fen - closed.expected_fen):
        yield f"the count comes to {format_fen(found_fen)}"
    if (closed.head_epoch, closed.head_seq, closed.head_hash) != (epoch, row.seq - 1, row.prev):
        yield "the head of the journal is another one"


def _unlike_report(report: OpenShift, before: OpenShift) -> Iterator[str]:
    """Yield each sum that the till has and HQ does not."""
    theirs = {**asdict(report), **asdict(report.sums)}
    ours = {**asdict(before), **asdict(before.sums)}
    for name, value in ours.items():
        if name not in {"sums", "number"} and theirs[name] != value:
            yield f"{name} {theirs[name]} instead of {value}"
