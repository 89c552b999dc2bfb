"""``guitai-hq returns``: what came back after its sale."""

from pathlib import Path

from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_table
from hq.commands.report import check_known
from hq.store.returns.port import ReturnRow
from terminal.domain.money import format_fen

HEADER = ("return", "date", "kind", "receipt", "amount", "cash", "")


def show_returns(state_dir: Path, *, terminal: str | None, day: str | None, limit: int, as_json: bool) -> int:
    """Print returns, the newest first; `HqError` ``unknown_till`` for a terminal that HQ never heard of."""
    with opened_store(state_dir) as store:
        if terminal is not None:
            check_known(store, terminal)
        rows = store.returns.newest(terminal=terminal, biz_date=day, limit=limit)
    if as_json:
        print_json({"returns": rows})
    else:
        print_table(HEADER, [_row(row) for row in rows])
    return 0


def _row(row: ReturnRow) -> tuple[object, ...]:
    cells = (row.number, row.biz_date, row.kind, row.receipt_no or "-", format_fen(row.amount_fen))
    return (*cells, format_fen(row.cash_fen), _remark(row))


def _remark(row: ReturnRow) -> str:
    if row.is_right is None:
        return "its sale has not come"
    return "" if row.is_right else "DIFFERS"
