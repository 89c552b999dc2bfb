"""How much this till moved of each article: one row an article, the sum of all that it did."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from terminal.domain.ids import Sku
from terminal.domain.stock import Level
from terminal.wire.events import Fact
from terminal.wire.moving import MOVING, moved_by
from terminal.wire.record import TillRecord

_SQL_SEEN = "INSERT OR REPLACE INTO stock_seen(id, epoch, seq) VALUES (1, ?, ?)"
_SQL_MOVE = (
    "INSERT INTO stock(sku, on_hand, frozen, in_transit) VALUES (?, ?, ?, ?) ON CONFLICT(sku) DO UPDATE SET"
    " on_hand = on_hand + excluded.on_hand, frozen = frozen + excluded.frozen,"
    " in_transit = in_transit + excluded.in_transit"
)


class StockLevels:
    """`terminal.ports.stock.Stock` over the table ``stock``; ``stock_seen`` is the last fact that is in it."""

    name: ClassVar[str] = "stock.1"
    tables: ClassVar[Sequence[str]] = (
        """CREATE TABLE IF NOT EXISTS stock(
  sku TEXT PRIMARY KEY, on_hand INTEGER NOT NULL, frozen INTEGER NOT NULL, in_transit INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
        """CREATE TABLE IF NOT EXISTS stock_seen(
  id INTEGER PRIMARY KEY CHECK(id = 1), epoch INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT""",
    )
    kinds: ClassVar[frozenset[type[Fact]]] = MOVING

    def __init__(self, connection: sqlite3.Connection, epoch: int) -> None:
        self._connection = connection
        self._epoch = epoch

    def take(self, seq: int, fact: Fact, before: TillRecord, after: TillRecord) -> None:
        """Add what a fact moved, unless that is in already: facts come in their order."""
        seen = self._connection.execute("SELECT epoch, seq FROM stock_seen").fetchone()
        if seen is not None and seen >= (self._epoch, seq):
            return
        self._add(moved_by(fact, before, after))
        self._connection.execute(_SQL_SEEN, (self._epoch, seq))

    def levels(self, skus: Iterable[Sku]) -> dict[Sku, Level]:
        """Return the levels of the articles of which something is known."""
        levels = {}
        for sku in skus:
            row = self._connection.execute(
                "SELECT on_hand, frozen, in_transit FROM stock WHERE sku = ?", (sku,)
            ).fetchone()
            if row is not None:
                levels[sku] = Level(on_hand=row[0], frozen=row[1], in_transit=row[2])
        return levels

    def all_levels(self) -> dict[Sku, Level]:
        """Return the levels of all articles that this till ever moved."""
        rows = self._connection.execute("SELECT sku, on_hand, frozen, in_transit FROM stock")
        return {Sku(row[0]): Level(on_hand=row[1], frozen=row[2], in_transit=row[3]) for row in rows}

    def _add(self, moved: Mapping[Sku, Level]) -> None:
        rows = ((sku, level.on_hand, level.frozen, level.in_transit) for sku, level in moved.items())
        self._connection.executemany(_SQL_MOVE, rows)
