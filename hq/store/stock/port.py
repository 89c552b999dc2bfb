"""What HQ keeps of the goods in stores: every movement, so that levels are the same in whatever order rows come."""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku
from terminal.domain.stock import DocumentId, Level
from terminal.domain.text import SafeText


class Moved(Struct, frozen=True, kw_only=True):
    """What one row of a journal did to one article of a store; ``counted`` is what a stock-take found there."""

    store: str
    sku: Sku
    name: SafeText
    unit: Unit
    at_ms: int
    terminal: str
    epoch: int
    seq: int
    level: Level
    counted: int | None = None


class BookedDocument(Struct, frozen=True, kw_only=True):
    """A document, and the row of a journal that booked it: terminal, epoch, sequence."""

    id: DocumentId
    place: tuple[str, int, int]


class StockRow(Struct, frozen=True, kw_only=True):
    """How much of an article a store has. ``counted`` was found at ``counted_ms``, the last time; None = never."""

    store: str
    sku: Sku
    name: SafeText
    unit: Unit
    level: Level
    counted: int | None = None
    counted_ms: int = 0


class Stocks(Protocol):
    """Goods in stores."""

    def add(self, moved: Iterable[Moved]) -> None:
        """Keep movements; one that is there stays."""

    def add_document(self, document: BookedDocument) -> bool:
        """Keep that a row booked a document; False when another row did: it moves nothing again."""

    def has(self, document: BookedDocument) -> bool:
        """Whether it was this row that booked a document."""

    def levels(self, *, store: str = "", sku: str = "") -> list[StockRow]:
        """Return levels by store and article: what the last stock-take found, and all that was moved since.

        Without a stock-take it is the sum of all.
        """

    def since(self, terminal: str, epoch: int) -> int:
        """Return the last row of a journal of which no movement is kept, because it came to an older HQ."""

    def of_rows(self, terminal: str, epoch: int, *, first: int, last: int) -> dict[tuple[int, str, Sku], Level]:
        """Return what rows of a journal moved, by sequence, store and article."""
