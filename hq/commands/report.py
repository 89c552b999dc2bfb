"""``guitai-hq tills`` and ``guitai-hq sales``."""

from pathlib import Path

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table
from hq.errors import HqError
from hq.store.port import SaleRow, Store
from terminal.domain.money import format_fen
from terminal.domain.sale import TenderKind


def show_tills(state_dir: Path, *, as_json: bool) -> int:
    """Print each terminal: online, journal, books, faults."""
    with opened_store(state_dir) as store:
        tills, alarms = store.tills.overview(), store.tills.alarms()
    if as_json:
        print_json({"tills": tills, "alarms": alarms})
        return 0
    header = ("till", "online", "epoch", "journal", "at HQ", "book", "fetched", "rules", "fetched", "fault")
    rows = [
        (
            till.terminal,
            "yes" if till.online else "no",
            till.epoch,
            till.head,
            till.acked,
            till.book_active or "-",
            till.book_ready or "-",
            till.rules_active or "-",
            till.rules_ready or "-",
            " ".join(filter(None, (till.book_error, till.rules_error and f"rules {till.rules_error}"))),
        )
        for till in tills
    ]
    print_table(header, rows)
    for alarm in alarms:
        print_line(f"ALARM {alarm.terminal} {alarm.kind}: {alarm.detail}")
    return 0


def _remark(sale: SaleRow) -> str:
    """Return what a person must know: HQ computes the sale otherwise, or its id stands over another document too."""
    return " ".join(word for word, is_so in (("DIFFERS", not sale.is_right), ("CONFLICT", sale.others)) if is_so)


def _other_tenders(sale: SaleRow) -> str:
    """Return what was paid by anything but cash: ``points 12.00, card 20.00``."""
    others = (tender for tender in sale.tenders if tender.kind is not TenderKind.CASH)
    return ", ".join(f"{tender.kind} {format_fen(tender.amount_fen)}" for tender in others)


def show_sales(state_dir: Path, *, terminal: str | None, biz_date: str | None, limit: int, as_json: bool) -> int:
    """Print the newest sales and the daily totals; `HqError` ``unknown_till`` for a terminal that HQ never heard of."""
    with opened_store(state_dir) as store:
        if terminal is not None:
            check_known(store, terminal)
        sales = store.sales.newest(terminal=terminal, biz_date=biz_date, limit=limit)
        days = [day for day in store.sales.days(terminal=terminal) if biz_date in (None, day.biz_date)]
    if as_json:
        print_json({"sales": sales, "days": days})
        return 0
    print_table(
        ("receipt", "date", "lines", "total", "given", "change", "cash", "others", "book", ""),
        [
            (
                sale.receipt_no,
                sale.biz_date,
                sale.lines,
                format_fen(sale.total_fen),
                format_fen(sale.cash_fen + sale.change_fen),
                format_fen(sale.change_fen),
                format_fen(sale.cash_fen),
                _other_tenders(sale) or "-",
                sale.book_version,
                _remark(sale),
            )
            for sale in sales
        ],
    )
    print_line("")
    print_table(
        ("till", "date", "sales", "lines", "total", "back", "voided", "net", "cash"),
        [
            (
                day.terminal,
                day.biz_date,
                day.sales,
                day.lines,
                format_fen(day.total_fen),
                format_fen(day.returned_fen),
                format_fen(day.voided_fen),
                format_fen(day.net_fen),
                format_fen(day.cash_fen),
            )
            for day in days
        ],
    )
    return 0


def check_known(store: Store, terminal: str) -> None:
    """`HqError` ``unknown_till`` for a terminal that HQ never heard of."""
    known = {till.terminal for till in store.tills.overview()} | {
        day.terminal for day in store.sales.days(terminal=None)
    }
    if terminal not in known:
        hint = "guitai-hq tills lists those that it knows"
        raise HqError(f"HQ knows no till {terminal}", code="unknown_till", hint=hint)
