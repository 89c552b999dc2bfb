"""Goods in stores in SQLite."""

from collections.abc import Iterable

from hq.store.database import Database
from hq.store.stock.port import BookedDocument, Moved, StockRow
from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku
from terminal.domain.stock import Level
from terminal.domain.text import SafeText

_LEVELS = """
WITH found AS (
  SELECT store, sku, counted, at_ms, till, epoch, seq,
    row_number() OVER (PARTITION BY store, sku ORDER BY at_ms DESC, till DESC, epoch DESC, seq DESC) AS age
  FROM moved WHERE counted IS NOT NULL
)
SELECT moved.store, moved.sku, name, unit,
  coalesce(found.counted, 0) + sum(CASE WHEN found.counted IS NULL
    OR (moved.at_ms, moved.till, moved.epoch, moved.seq) > (found.at_ms, found.till, found.epoch, found.seq)
    THEN moved.on_hand ELSE 0 END),
  sum(moved.frozen), sum(moved.in_transit), found.counted, coalesce(found.at_ms, 0)
FROM moved JOIN goods ON goods.sku = moved.sku
  LEFT JOIN found ON found.store = moved.store AND found.sku = moved.sku AND age = 1
WHERE (?1 = '' OR moved.store = ?1) AND (?2 = '' OR moved.sku = ?2)
GROUP BY moved.store, moved.sku ORDER BY moved.store, moved.sku
"""


class SqliteStocks:
    """See `hq.store.stock.port.Stocks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, moved: Iterable[Moved]) -> None:
        """Keep movements, and what the articles are called."""
        for one in moved:
            level = one.level
            place = (one.store, one.sku, one.at_ms, one.terminal, one.epoch, one.seq)
            self._database.run(
                "INSERT OR IGNORE INTO moved VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*place, level.on_hand, level.frozen, level.in_transit, one.counted),
            )
            self._database.run(
                "INSERT INTO goods VALUES(?, ?, ?) ON CONFLICT(sku) DO UPDATE SET name = excluded.name,"
                " unit = excluded.unit WHERE name <> excluded.name OR unit <> excluded.unit",
                (one.sku, one.name, one.unit.value),
            )

    def add_document(self, document: BookedDocument) -> bool:
        """Keep that a row booked a document."""
        self._database.run("INSERT OR IGNORE INTO document VALUES(?, ?, ?, ?)", (document.id, *document.place))
        return self.has(document)

    def has(self, document: BookedDocument) -> bool:
        """Whether it was this row that booked a document."""
        kept = "SELECT till, epoch, seq FROM document WHERE id = ?"
        return self._database.row(tuple[str, int, int], kept, (document.id,)) == document.place

    def levels(self, *, store: str = "", sku: str = "") -> list[StockRow]:
        """Return levels by store and article."""
        rows = self._database.rows(
            tuple[str, Sku, SafeText, Unit, int, int, int, int | None, int], _LEVELS, (store, sku)
        )
        return [
            StockRow(
                store=row[0],
                sku=row[1],
                name=row[2],
                unit=row[3],
                level=Level(on_hand=row[4], frozen=row[5], in_transit=row[6]),
                counted=row[7],
                counted_ms=row[8],
            )
            for row in rows
        ]

    def since(self, terminal: str, epoch: int) -> int:
        """Return the last row of a journal of which no movement is kept."""
        found = "SELECT seq FROM moved_since WHERE till = ? AND epoch = ?"
        row = self._database.row(tuple[int], found, (terminal, epoch))
        return 0 if row is None else row[0]

    def of_rows(self, terminal: str, epoch: int, *, first: int, last: int) -> dict[tuple[int, str, Sku], Level]:
        """Return what rows of a journal moved."""
        rows = self._database.rows(
            tuple[int, str, Sku, int, int, int],
            "SELECT seq, store, sku, on_hand, frozen, in_transit FROM moved"
            " WHERE till = ? AND epoch = ? AND seq BETWEEN ? AND ?",
            (terminal, epoch, first, last),
        )
        return {
            (seq, store, sku): Level(on_hand=on_hand, frozen=frozen, in_transit=in_transit)
            for seq, store, sku, on_hand, frozen, in_transit in rows
        }
