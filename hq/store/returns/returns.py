"""Returns in SQLite. What they say stands in the rows of the journals."""

from collections.abc import Sequence

import msgspec

from hq.errors import StoreError
from hq.store.database import Database
from hq.store.returns.port import InsteadRow, KeptReturn, ReturnRow
from terminal.domain.ids import SaleId
from terminal.wire.events import decode_fact
from terminal.wire.return_events import ReturnKind, SaleReturned

_FIELDS = ReturnRow.__struct_fields__
_COLUMNS = (
    "act, digest, till, epoch, seq, kind, number, sale, receipt_no, biz_date, amount_fen, cash_fen, at_ms, is_right,"
    " book_version"
)
_IN_TIME = "at_ms, till, epoch, seq"


class SqliteReturns:
    """See `hq.store.returns.port.Returns`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: ReturnRow) -> bool:
        """Keep a return and count it in its day; False when it is known already."""
        marks = ", ".join("?" * len(_FIELDS))
        added = self._database.run(
            f"INSERT INTO returned({_COLUMNS}) VALUES({marks}) ON CONFLICT(act, digest) DO NOTHING",
            tuple(getattr(row, field) for field in _FIELDS),
        )
        if added:
            self._count(row)
        return added > 0

    def add_instead(self, row: InsteadRow) -> bool:
        """Keep cash that was paid instead, and take it off its day; False when its act is known already."""
        added = self._database.run(
            "INSERT INTO paid_instead VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(act) DO NOTHING",
            tuple(getattr(row, field) for field in InsteadRow.__struct_fields__),
        )
        if added:
            self._database.run(
                "INSERT INTO day(till, biz_date, sales, lines, gross_fen, discount_fen, total_fen, cash_fen)"
                " VALUES(?, ?, 0, 0, 0, 0, 0, ?) ON CONFLICT(till, biz_date) DO UPDATE SET"
                " cash_fen = cash_fen + excluded.cash_fen",
                (row.terminal, row.biz_date, -row.amount_fen),
            )
        return added > 0

    def instead(self) -> list[InsteadRow]:
        """Return all of it."""
        rows = self._database.rows(tuple[object, ...], "SELECT * FROM paid_instead ORDER BY till, epoch, seq")
        return [msgspec.convert(dict(zip(InsteadRow.__struct_fields__, row, strict=True)), InsteadRow) for row in rows]

    def _count(self, row: ReturnRow) -> None:
        is_void = row.kind is ReturnKind.VOID
        returned, voided = (0, row.amount_fen) if is_void else (row.amount_fen, 0)
        self._database.run(
            "INSERT INTO day(till, biz_date, sales, lines, gross_fen, discount_fen, total_fen, cash_fen,"
            " returns, returned_fen, voids, voided_fen) VALUES(?, ?, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?)"
            " ON CONFLICT(till, biz_date) DO UPDATE SET cash_fen = cash_fen + excluded.cash_fen,"
            " returns = returns + excluded.returns, returned_fen = returned_fen + excluded.returned_fen,"
            " voids = voids + excluded.voids, voided_fen = voided_fen + excluded.voided_fen",
            (row.terminal, row.biz_date, -row.cash_fen, int(not is_void), returned, int(is_void), voided),
        )

    def judge(self, row: ReturnRow, *, is_right: bool) -> None:
        """Note whether HQ came to the same."""
        self._database.run(
            "UPDATE returned SET is_right = ? WHERE act = ? AND digest = ?", (is_right, row.act, row.digest)
        )

    def of_sale(self, sale_id: SaleId) -> list[KeptReturn]:
        """Return all that came back of a sale."""
        return self._kept(f"WHERE sale = ? AND sale <> '' ORDER BY {_IN_TIME}", (sale_id,))

    def of_receipt(self, sale_id: SaleId, receipt_no: str) -> list[KeptReturn]:
        """Return the same, with what came back by the code of its receipt alone."""
        by_code = "sale = '' AND receipt_no <> '' AND receipt_no = ?2"
        rest = f"WHERE (sale <> '' AND sale = ?1) OR ({by_code}) ORDER BY {_IN_TIME}"
        return self._kept(rest, (sale_id, receipt_no))

    def elsewhere(self, terminal: str, *, since: int, limit: int) -> list[tuple[int, SaleReturned]]:
        """Return what came back at other tills of a terminal's sales, in the order in which HQ heard of it."""
        ((last,),) = self._database.rows(tuple[int], "SELECT coalesce(max(rowid), 0) FROM event")
        rows = self._database.rows(
            tuple[int, bytes],
            "SELECT event.rowid, body FROM returned JOIN event USING(till, epoch, seq)"
            " WHERE receipt_no > ?1 || '-' AND receipt_no < ?1 || '.' AND till <> ?1 AND event.rowid > ?2"
            " ORDER BY event.rowid LIMIT ?3",
            (terminal, since if since <= last else 0, limit),
        )
        return [(place, _fact(body)) for place, body in rows]

    def newest(self, *, terminal: str | None = None, biz_date: str | None = None, limit: int = 100) -> list[ReturnRow]:
        """Return them, the newest first."""
        rows = self._database.rows(
            tuple[object, ...],
            f"SELECT {_COLUMNS} FROM returned WHERE (?1 IS NULL OR till = ?1) AND (?2 IS NULL OR biz_date = ?2)"  # noqa: S608 - constants of this file
            " ORDER BY at_ms DESC, till, epoch DESC, seq DESC LIMIT ?3",
            (terminal, biz_date, limit),
        )
        return [_row(row) for row in rows]

    def knows(self, row: ReturnRow) -> bool:
        """Whether this return is kept, of whatever row."""
        found = "SELECT count(*) FROM returned WHERE act = ? AND digest = ?"
        return self._database.rows(tuple[int], found, (row.act, row.digest))[0][0] == 1

    def has(self, row: ReturnRow) -> bool:
        """Whether a row of a journal is kept as this return."""
        found = "SELECT count(*) FROM returned WHERE act = ? AND digest = ? AND (till, epoch, seq) = (?, ?, ?)"
        return self._database.rows(tuple[int], found, (row.act, row.digest, *row.place))[0][0] == 1

    def _kept(self, rest: str, parameters: Sequence[object]) -> list[KeptReturn]:
        columns = ", ".join(f"found.{column.strip()}" for column in _COLUMNS.split(","))
        rows = self._database.rows(
            tuple[object, ...],
            f"SELECT body, {columns} FROM (SELECT * FROM returned {rest}) AS found"  # noqa: S608 - constants of this file
            f" JOIN event USING(till, epoch, seq) ORDER BY {_IN_TIME}",
            parameters,
        )
        return [KeptReturn(row=_row(row), fact=_fact(body)) for body, *row in rows]


def _row(values: Sequence[object]) -> ReturnRow:
    """Return a row of the table; SQLite says true with a 1."""
    return msgspec.convert(dict(zip(_FIELDS, values, strict=True)), ReturnRow, strict=False)


def _fact(body: object) -> SaleReturned:
    fact = decode_fact(msgspec.convert(body, bytes))
    if not isinstance(fact, SaleReturned):
        raise StoreError(f"a row of kind {type(fact).__name__} stands for a return")
    return fact
