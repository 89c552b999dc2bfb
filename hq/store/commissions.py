"""What salespeople earned, in SQLite: one step of `hq.store.schema`."""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from hq.store.database import Database

TABLES = """
CREATE TABLE commission(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, staff TEXT NOT NULL, store TEXT NOT NULL,
  biz_date TEXT NOT NULL, fen INTEGER NOT NULL, PRIMARY KEY(till, epoch, seq, staff)
) STRICT, WITHOUT ROWID;
CREATE INDEX commission_by_day ON commission(biz_date, store, staff)
"""


class Earned(Struct, frozen=True, kw_only=True):
    """What one row of a journal gave a salesperson, or (negative) took back."""

    terminal: str
    epoch: int
    seq: int
    staff: str
    store: str
    biz_date: str
    fen: int


class CommissionRow(Struct, frozen=True, kw_only=True):
    """What a salesperson earned in a store on a business date, by how many sales and returns."""

    store: str
    biz_date: str
    staff: str
    documents: int
    fen: int


class Commissions(Protocol):
    """What salespeople earned."""

    def add(self, earned: Iterable[Earned]) -> None:
        """Keep what rows gave; one that is there stays."""

    def by_day(self, *, store: str = "", biz_date: str | None = None) -> list[CommissionRow]:
        """Return sums by business date, store and salesperson."""

    def of_row(self, terminal: str, epoch: int, seq: int) -> dict[str, int]:
        """Return what one row of a journal gave."""


class SqliteCommissions:
    """See `Commissions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, earned: Iterable[Earned]) -> None:
        """Keep what rows gave."""
        for one in earned:
            self._database.run(
                "INSERT OR IGNORE INTO commission VALUES(?, ?, ?, ?, ?, ?, ?)",
                (one.terminal, one.epoch, one.seq, one.staff, one.store, one.biz_date, one.fen),
            )

    def by_day(self, *, store: str = "", biz_date: str | None = None) -> list[CommissionRow]:
        """Return sums."""
        rows = self._database.rows(
            tuple[str, str, str, int, int],
            "SELECT store, biz_date, staff, count(*), sum(fen) FROM commission"
            " WHERE (?1 = '' OR store = ?1) AND (?2 IS NULL OR biz_date = ?2)"
            " GROUP BY biz_date, store, staff ORDER BY biz_date, store, staff",
            (store, biz_date),
        )
        return [
            CommissionRow(store=row[0], biz_date=row[1], staff=row[2], documents=row[3], fen=row[4]) for row in rows
        ]

    def of_row(self, terminal: str, epoch: int, seq: int) -> dict[str, int]:
        """Return what one row of a journal gave."""
        found = "SELECT staff, fen FROM commission WHERE till = ? AND epoch = ? AND seq = ?"
        return dict(self._database.rows(tuple[str, int], found, (terminal, epoch, seq)))
