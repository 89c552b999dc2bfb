"""The done sales of this till: where each stands in the journal. What it sold is read there, when somebody asks.

So a sale costs one small row, the file stays small, and there is no second copy of a sale that could differ.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar

import msgspec

from terminal.domain.errors import JournalError
from terminal.domain.ids import SaleId
from terminal.domain.promotions.coupons import MemberId
from terminal.offline.files import journal_files, last_mention, open_reader
from terminal.offline.reader import JournalReader
from terminal.wire.events import Fact, ReprintRequested, SaleCompleted, SaleStarted, decode_fact
from terminal.wire.found import FoundSale, OfDoneSale, afterwards, found
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import ReturnsElsewhere, SaleReturned

READ_ROWS = 500
_SQL_SALE = (
    "INSERT OR REPLACE INTO sold(sale_id, receipt_no, member, completed_ms, epoch, seq) VALUES (?, ?, ?, ?, ?, ?)"
)
_SQL_ELSEWHERE = (
    "INSERT OR REPLACE INTO elsewhere(receipt_no, sale_id, epoch, seq, fen, at_ms) VALUES (?, ?, ?, ?, ?, ?)"
)
_SQL_TOLD = "INSERT OR REPLACE INTO later(sale_id, epoch, seq) SELECT sale_id, ?, ? FROM sold WHERE receipt_no = ?"
_SQL_LATER = "INSERT OR REPLACE INTO later(sale_id, epoch, seq) VALUES (?, ?, ?)"


class DoneSales:
    """`terminal.ports.sales.DoneSales` over its tables, and the journal's files beside them.

    ``sold`` are sales of this till, ``later`` what became of them; ``elsewhere`` is what came back here of the sales of
    other tills, where ``sale_id`` is empty if it came by the code of the receipt alone.
    """

    name: ClassVar[str] = "sold.3"
    tables: ClassVar[Sequence[str]] = (
        """CREATE TABLE IF NOT EXISTS sold(
  sale_id TEXT PRIMARY KEY, receipt_no TEXT NOT NULL, member TEXT, completed_ms INTEGER NOT NULL,
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
        "CREATE INDEX IF NOT EXISTS sold_receipt ON sold(receipt_no)",
        "CREATE INDEX IF NOT EXISTS sold_member ON sold(member, epoch, seq) WHERE member IS NOT NULL",
        """CREATE TABLE IF NOT EXISTS later(
  sale_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(sale_id, epoch, seq)
) STRICT, WITHOUT ROWID""",
        """CREATE TABLE IF NOT EXISTS elsewhere(
  receipt_no TEXT NOT NULL, sale_id TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  fen INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(receipt_no, epoch, seq)
) STRICT, WITHOUT ROWID""",
        "DROP TABLE IF EXISTS by_code",
    )
    kinds: ClassVar[frozenset[type[Fact]]] = frozenset(
        {SaleCompleted, ReprintRequested, SaleReturned, ReturnsElsewhere}
    )

    def __init__(self, connection: sqlite3.Connection, folder: Path, epoch: int) -> None:
        self._connection = connection
        self._folder = folder
        self._epoch = epoch

    def take(self, seq: int, fact: Fact, before: TillRecord, after: TillRecord) -> None:
        """Note where a sale, or a fact after it, stands."""
        del before, after
        match fact:
            case SaleCompleted(sale_id=sale_id, receipt_no=receipt_no, member=member, completed_ms=completed_ms):
                self._connection.execute(_SQL_SALE, (sale_id, receipt_no, member, completed_ms, self._epoch, seq))
            case SaleReturned(receipt_no=receipt_no, amount_fen=fen, returned_ms=at_ms) if fact.terminal:
                row = (receipt_no, fact.sale_id or "", self._epoch, seq, fen, at_ms)
                self._connection.execute(_SQL_ELSEWHERE, row)
            case ReprintRequested() | SaleReturned() if fact.sale_id is not None:
                self._connection.execute(_SQL_LATER, (fact.sale_id, self._epoch, seq))
            case ReturnsElsewhere(returns=returns):
                for told in returns:
                    self._connection.execute(_SQL_TOLD, (self._epoch, seq, told.receipt_no))
            case _:
                pass

    def forget(self, before_ms: int) -> None:
        """Drop the sales that were done, and what came back of those of other tills, before a time.

        Their journal may be gone.
        """
        self._connection.execute("DELETE FROM sold WHERE completed_ms < ?", (before_ms,))
        self._connection.execute("DELETE FROM elsewhere WHERE at_ms < ?", (before_ms,))
        self._connection.execute("DELETE FROM later WHERE sale_id NOT IN (SELECT sale_id FROM sold)")

    def by_id(self, sale_id: SaleId) -> FoundSale | None:
        """Return a sale with all that became of it."""
        return next(self._found("sale_id = ?", sale_id), None)

    def by_receipt(self, receipt_no: str) -> FoundSale | None:
        """Return the sale of a receipt's number."""
        return next(self._found("receipt_no = ?", receipt_no), None)

    def returns_of(self, sale_id: SaleId, receipt_no: str, *, after: tuple[int, int]) -> tuple[SaleReturned, ...]:
        """Return what came back here of a sale of another till, also by the code of its receipt alone."""
        places = (
            "SELECT epoch, seq FROM elsewhere WHERE receipt_no = ? AND sale_id IN (?, '') AND (epoch, seq) > (?, ?)"
            " ORDER BY epoch, seq"
        )
        facts = (
            fact
            for epoch, seq in self._connection.execute(places, (receipt_no, sale_id, *after)).fetchall()
            for fact in self._facts(epoch, after_seq=seq - 1, last_seq=seq)
        )
        return tuple(fact for fact in facts if isinstance(fact, SaleReturned))

    def back_of(self, receipt_no: str) -> int:
        """Return the fen that came back here of another till's receipt."""
        found = "SELECT coalesce(sum(fen), 0) FROM elsewhere WHERE receipt_no = ?"
        return int(self._connection.execute(found, (receipt_no,)).fetchone()[0])

    def of_member(self, member: MemberId, *, limit: int) -> tuple[FoundSale, ...]:
        """Return the newest sales of a member, the newest first."""
        return tuple(self._found("member = ? ORDER BY epoch DESC, seq DESC LIMIT ?", member, limit))

    def _found(self, where: str, *parameters: object) -> Iterator[FoundSale]:
        statement = f"SELECT sale_id, epoch, seq FROM sold WHERE {where}"  # noqa: S608 - constants of this class
        for sale_id, epoch, seq in self._connection.execute(statement, parameters).fetchall():
            with suppress(JournalError, msgspec.DecodeError):
                sale = self._read(SaleId(sale_id), epoch, seq)
                if sale is not None:
                    yield sale

    def _read(self, sale_id: SaleId, epoch: int, seq: int) -> FoundSale | None:
        """Return the sale that a row completed, as the journal has it."""
        record = TillRecord()
        for fact in self._facts(epoch, after_seq=self._first_seq(sale_id, epoch, seq) - 1, last_seq=seq):
            record = apply(record, fact)
        last = record.last
        if last is None or last.sale.id != sale_id:
            return None
        sale = found(last.sale, last.completed)
        later = "SELECT epoch, seq FROM later WHERE sale_id = ? ORDER BY epoch, seq"
        for later_epoch, later_seq in self._connection.execute(later, (sale_id,)).fetchall():
            for fact in self._facts(later_epoch, after_seq=later_seq - 1, last_seq=later_seq):
                if isinstance(fact, OfDoneSale):
                    sale = afterwards(sale, fact)
        return sale

    def _first_seq(self, sale_id: SaleId, epoch: int, seq: int) -> int:
        """Return where a sale began; one that an earlier epoch began is in what this one began with."""
        for file in reversed(journal_files(self._folder, epoch)):
            with closing(open_reader(file.path)) as connection:
                first = last_mention(connection, SaleStarted.__name__, sale_id, up_to_seq=seq)
            if first is not None:
                return first
        return 1

    def _facts(self, epoch: int, *, after_seq: int, last_seq: int) -> Iterator[Fact]:
        reader = JournalReader(self._folder, epoch=epoch, max_rows=READ_ROWS)
        while after_seq < last_seq and (rows := reader.read(after_seq, limit=min(READ_ROWS, last_seq - after_seq))):
            for row in rows:
                yield decode_fact(row.body)
            after_seq = rows[-1].seq
