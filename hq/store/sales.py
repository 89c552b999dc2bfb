"""Sales and daily totals in SQLite."""

from typing import TypeVar

import msgspec

from hq.store.database import Database
from hq.store.port import DayTotal, SaleRow

T = TypeVar("T", SaleRow, DayTotal)


class SqliteSales:
    """See `hq.store.port.Sales`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sale: SaleRow) -> bool:
        """Add a sale and count it in its day; False when it is known already."""
        added = self._database.run(
            "INSERT INTO sale VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING",
            (
                sale.sale_id,
                sale.terminal,
                sale.epoch,
                sale.seq,
                sale.receipt_no,
                sale.biz_date,
                sale.book_version,
                sale.lines,
                sale.gross_fen,
                sale.discount_fen,
                sale.rounding_fen,
                sale.total_fen,
                sale.change_fen,
                sale.is_right,
                sale.completed_ms,
            ),
        )
        if added == 0:
            return False
        self._database.run(
            "INSERT INTO day VALUES(?, ?, 1, ?, ?, ?, ?) ON CONFLICT(till, biz_date) DO UPDATE SET"
            " sales = sales + 1, lines = lines + excluded.lines, gross_fen = gross_fen + excluded.gross_fen,"
            " discount_fen = discount_fen + excluded.discount_fen, total_fen = total_fen + excluded.total_fen",
            (sale.terminal, sale.biz_date, sale.lines, sale.gross_fen, sale.discount_fen, sale.total_fen),
        )
        return True

    def newest(self, *, terminal: str | None, biz_date: str | None, limit: int) -> list[SaleRow]:
        """Return sales, the newest first."""
        rows = self._database.rows(
            "SELECT id, till, epoch, seq, receipt_no, biz_date, book_version, lines, gross_fen, discount_fen,"
            " rounding_fen, total_fen, change_fen, is_right, completed_ms FROM sale"
            " WHERE (?1 IS NULL OR till = ?1) AND (?2 IS NULL OR biz_date = ?2)"
            " ORDER BY completed_ms DESC, id DESC LIMIT ?3",
            (terminal, biz_date, limit),
        )
        return [_as(SaleRow, row) for row in rows]

    def days(self, *, terminal: str | None) -> list[DayTotal]:
        """Return the daily totals."""
        rows = self._database.rows(
            "SELECT till, biz_date, sales, lines, gross_fen, discount_fen, total_fen FROM day"
            " WHERE ?1 IS NULL OR till = ?1 ORDER BY biz_date, till",
            (terminal,),
        )
        return [_as(DayTotal, row) for row in rows]


def _as(kind: type[T], row: tuple[str | int, ...]) -> T:
    """Return a row whose columns stand in the order of the fields; SQLite's 0 and 1 become booleans."""
    return msgspec.convert(dict(zip(kind.__struct_fields__, row, strict=True)), kind, strict=False)
