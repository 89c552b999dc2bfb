"""Sales, what they were paid with, and daily totals in SQLite."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import msgspec

from hq.store.database import Database
from hq.store.port import DayTotal, SaleRow
from terminal.domain.sale import Tender, TenderKind

_SALE_FIELDS = tuple(field for field in SaleRow.__struct_fields__ if field not in {"tenders", "others"})
"""In the order of the columns of the table ``sale``."""
_TENDER_FIELDS = ("kind", "amount_fen", "given_fen")
_SELECT = (
    "SELECT found.*, (SELECT count(*) - 1 FROM sale WHERE id = found.id), kind, amount_fen, given_fen"
    " FROM ({found}) AS found LEFT JOIN tender ON tender.sale = found.id AND tender.digest = found.digest"
    " ORDER BY {order}, found.digest, position"
)


class SqliteSales:
    """See `hq.store.port.Sales`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, sale: SaleRow) -> bool:
        """Add a sale with its tenders and count it in its day; False when it is known already."""
        added = self._database.run(
            "INSERT INTO sale VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(id, digest) DO NOTHING",
            tuple(getattr(sale, field) for field in _SALE_FIELDS),
        )
        if added == 0:
            return False
        for position, tender in enumerate(sale.tenders):
            self._database.run(
                "INSERT INTO tender VALUES(?, ?, ?, ?, ?, ?)",
                (sale.sale_id, sale.digest, position, tender.kind, tender.amount_fen, tender.given_fen),
            )
            if tender.kind is TenderKind.CARD and tender.reference:
                self._database.run(
                    "INSERT INTO slip VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (tender.reference, tender.amount_fen, sale.biz_date, sale.sale_id),
                )
        self._count(sale)
        return True

    def of_slip(self, slip: Tender, biz_date: str) -> list[SaleRow]:
        """Return the sales of a day, at any till, that a slip of a bank card paid with the same amount."""
        found = (
            "SELECT * FROM sale WHERE id IN"
            " (SELECT sale FROM slip WHERE reference = ?1 AND amount_fen = ?2 AND biz_date = ?3)"
        )
        return self._sales(found, order="till, epoch, seq", parameters=(slip.reference, slip.amount_fen, biz_date))

    def _count(self, sale: SaleRow) -> None:
        self._database.run(
            "INSERT INTO day(till, biz_date, sales, lines, gross_fen, discount_fen, total_fen, cash_fen)"
            " VALUES(?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT(till, biz_date) DO UPDATE SET"
            " sales = sales + 1, lines = lines + excluded.lines, gross_fen = gross_fen + excluded.gross_fen,"
            " discount_fen = discount_fen + excluded.discount_fen, total_fen = total_fen + excluded.total_fen,"
            " cash_fen = cash_fen + excluded.cash_fen",
            (
                sale.terminal,
                sale.biz_date,
                sale.lines,
                sale.gross_fen,
                sale.discount_fen,
                sale.total_fen,
                sale.cash_fen,
            ),
        )

    def newest(self, *, terminal: str | None, biz_date: str | None, limit: int) -> list[SaleRow]:
        """Return sales, the newest first."""
        found = (
            "SELECT * FROM sale WHERE (?1 IS NULL OR till = ?1) AND (?2 IS NULL OR biz_date = ?2)"
            " ORDER BY completed_ms DESC, id DESC LIMIT ?3"
        )
        return self._sales(found, order="completed_ms DESC, id DESC", parameters=(terminal, biz_date, limit))

    def of_id(self, sale_id: str) -> list[SaleRow]:
        """Return all documents of a sale's id."""
        return self._sales("SELECT * FROM sale WHERE id = ?1", order="till, epoch, seq", parameters=(sale_id,))

    def of_receipt(self, terminal: str, receipt_no: str) -> list[SaleRow]:
        """Return all documents of a receipt's number."""
        found = "SELECT * FROM sale WHERE till = ?1 AND receipt_no = ?2"
        return self._sales(found, order="till, epoch, seq", parameters=(terminal, receipt_no))

    def of_number(self, receipt_no: str) -> list[SaleRow]:
        """Return all documents of a receipt's number."""
        return self._sales(
            "SELECT * FROM sale WHERE receipt_no = ?1", order="till, epoch, seq", parameters=(receipt_no,)
        )

    def conflicts(self) -> list[SaleRow]:
        """Return the sales whose id stands over more than one document."""
        found = "SELECT * FROM sale WHERE id IN (SELECT id FROM sale GROUP BY id HAVING count(*) > 1)"
        return self._sales(found, order="id, till, epoch, seq", parameters=())

    def _sales(self, found: str, *, order: str, parameters: Sequence[object]) -> list[SaleRow]:
        rows = self._database.rows(tuple[object, ...], _SELECT.format(found=found, order=order), parameters)
        return [_sale(list(group)) for _, group in groupby(rows, key=itemgetter(0, 1))]

    def days(self, *, terminal: str | None) -> list[DayTotal]:
        """Return the daily totals."""
        rows = self._database.rows(
            tuple[str, str, int, int, int, int, int, int, int, int, int, int],
            "SELECT till, biz_date, sales, lines, gross_fen, discount_fen, total_fen, cash_fen, returns, returned_fen,"
            " voids, voided_fen FROM day"
            " WHERE ?1 IS NULL OR till = ?1 ORDER BY biz_date, till",
            (terminal,),
        )
        return [msgspec.convert(dict(zip(DayTotal.__struct_fields__, row, strict=True)), DayTotal) for row in rows]


def _sale(rows: list[tuple[object, ...]]) -> SaleRow:
    """Return a sale from its rows, one for each of its tenders, or a single one without a kind of tender."""
    fields = (*_SALE_FIELDS, "others")
    tenders = [dict(zip(_TENDER_FIELDS, row[len(fields) :], strict=True)) for row in rows if row[-3] is not None]
    sale = dict(zip(fields, rows[0][: len(fields)], strict=True))
    return msgspec.convert({**sale, "tenders": tenders}, SaleRow, strict=False)  # SQLite says true with a 1
