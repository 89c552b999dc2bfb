"""The rows of a report: what (a message id), how many, how much."""

from collections.abc import Iterator

from terminal.checkout.shifts.modes import ReportPage
from terminal.domain.money import format_fen
from terminal.domain.shifts import OpenShift, Shift
from terminal.wire.shift_events import ShiftClosed

Cells = tuple[str, ...]


def report_rows(page: ReportPage) -> tuple[Cells, ...]:
    """Return all rows of a report."""
    shift = page.shift
    return (*_sums(shift.sums), *_cash(shift.sums), *_counted(page.closed), *_looked_at_twice(shift))


def _sums(sums: Shift) -> Iterator[Cells]:
    yield "report.sales", str(sums.sales_count), format_fen(sums.sales_fen)
    yield "report.refunds", str(sums.refund_count), format_fen(-sums.refunds_fen)
    yield "report.net_sales", "", format_fen(sums.net_sales_fen)
    if sums.topups_fen:
        yield "report.topups", "", format_fen(sums.topups_fen)
    for kind, fen in sums.by_tender.items():
        yield f"tender.{kind}", str(sums.payments.get(kind, 0)), format_fen(fen)


def _cash(sums: Shift) -> Iterator[Cells]:
    yield "report.float", "", format_fen(sums.float_fen)
    yield "report.moves", "", format_fen(sums.moves_fen)
    yield "report.expected", "", format_fen(sums.cash_expected_fen)


def _counted(closed: ShiftClosed | None) -> Iterator[Cells]:
    if closed is not None:
        over_fen = closed.over_short_fen
        yield "report.counted", "", format_fen(closed.counted_fen)
        verdict = "report.over" if over_fen > 0 else "report.short" if over_fen < 0 else "report.even"
        yield verdict, "", format_fen(over_fen)


def _looked_at_twice(shift: OpenShift) -> Iterator[Cells]:
    yield "report.no_sales", str(shift.no_sales), ""
    yield "report.voids", f"{shift.lines_voided}/{shift.sales_dropped}/{shift.sums.void_count}", ""
    yield "report.reductions", str(shift.reductions), ""
    if shift.prices_changed:
        yield "report.prices_changed", str(shift.prices_changed), ""
