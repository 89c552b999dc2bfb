"""``guitai-hq report``: the shifts that tills closed."""

from collections.abc import Iterator
from pathlib import Path

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table
from hq.commands.report import check_known
from hq.store.shifts.port import ShiftRow
from terminal.domain.money import format_fen

HEADER = ("till", "Z", "date", "staff", "sales", "sold", "refunds", "returned", "expected", "counted", "over", "")


def show_shifts(state_dir: Path, *, terminal: str | None, day: str | None, limit: int, as_json: bool) -> int:
    """Print Z reports, the newest first; `HqError` ``unknown_till`` for a terminal that HQ never heard of."""
    with opened_store(state_dir) as store:
        if terminal is not None:
            check_known(store, terminal)
        shifts = store.shifts.newest(terminal=terminal, day=day, limit=limit)
    if as_json:
        print_json({"shifts": [_as_json(shift) for shift in shifts]})
        return 0
    print_table(HEADER, [_row(shift) for shift in shifts])
    for shift in shifts:
        print_line("")
        for line in _details(shift):
            print_line(line)
    return 0


def _row(shift: ShiftRow) -> tuple[object, ...]:
    closed, sums = shift.closed, shift.closed.report.sums
    return (
        shift.terminal,
        closed.number,
        closed.report.day,
        closed.staff,
        sums.sales_count,
        format_fen(sums.sales_fen),
        sums.refund_count,
        format_fen(sums.refunds_fen),
        format_fen(closed.expected_fen),
        format_fen(closed.counted_fen),
        format_fen(closed.over_short_fen),
        "" if shift.is_right else "DIFFERS",
    )


def _details(shift: ShiftRow) -> Iterator[str]:
    closed, report = shift.closed, shift.closed.report
    tenders = ", ".join(f"{kind} {format_fen(fen)}" for kind, fen in report.sums.by_tender.items())
    yield f"{shift.terminal} Z {closed.number}: {tenders or 'nothing taken'}"
    yield (
        f"  float {format_fen(report.sums.float_fen)}, moved {format_fen(report.sums.moves_fen)}, "
        f"top-ups {format_fen(report.sums.topups_fen)}, voids {report.sums.void_count}"
    )
    yield (
        f"  drawer without a sale {report.no_sales}, lines taken back {report.lines_voided}, "
        f"sales dropped {report.sales_dropped}, reductions {report.reductions}, "
        f"prices changed {report.prices_changed}, held {len(closed.held)}"
    )
    yield f"  journal {closed.head_epoch}/{closed.head_seq} {closed.head_hash.hex()[:16]}"


def _as_json(shift: ShiftRow) -> dict[str, object]:
    return {
        "terminal": shift.terminal,
        "epoch": shift.epoch,
        "seq": shift.seq,
        "is_right": shift.is_right,
        "head": shift.closed.head_hash.hex(),
        "closed": shift.closed,
    }
