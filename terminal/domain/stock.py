"""Stock: documents that say what goods did, what each moves, and what a count found (CHECKOUT 10).

Quantities are pieces, or grams of what is weighed. Levels are sums of movements, in any order.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.money import half_up
from terminal.domain.text import SafeText

DocumentId = NewType("DocumentId", str)
"""UUIDv7 as 32 hexadecimal digits, made when the document is begun: what has it is booked once."""
GRAMS_PER_KG = 1000


class DocumentKind(StrEnum):
    """What a document is about."""

    RECEIVE = "receive"
    SUPPLIER_RETURN = "supplier_return"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    FREEZE = "freeze"
    RELEASE = "release"
    COUNT = "count"
    ADJUST = "adjust"

    @property
    def names_a_store(self) -> bool:
        """Whether its reference is the other store."""
        return self in (DocumentKind.TRANSFER_OUT, DocumentKind.TRANSFER_IN)


class AdjustReason(StrEnum):
    """Why stock is adjusted without a count."""

    DAMAGED = "damaged"
    EXPIRED = "expired"
    LOST = "lost"
    FOUND = "found"

    @property
    def sign(self) -> int:
        """Whether goods came or went."""
        return 1 if self is AdjustReason.FOUND else -1


class Level(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much there is of an article, or by how much that changes.

    ``on_hand`` can be sold, ``frozen`` is set aside, ``in_transit`` left for another store.
    """

    on_hand: int = 0
    frozen: int = 0
    in_transit: int = 0

    def __add__(self, other: "Level") -> "Level":
        """Return both together."""
        return Level(
            on_hand=self.on_hand + other.on_hand,
            frozen=self.frozen + other.frozen,
            in_transit=self.in_transit + other.in_transit,
        )

    def __mul__(self, times: int) -> "Level":
        """Return so many of it."""
        return Level(on_hand=self.on_hand * times, frozen=self.frozen * times, in_transit=self.in_transit * times)


class StockLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article of a document. ``price_fen`` is that of the book; of a count ``book`` is what should be there."""

    sku: Sku
    name: SafeText
    code: SafeText
    quantity: int
    price_fen: int
    unit: Unit = Unit.EACH
    book: int | None = None

    @property
    def variance(self) -> int:
        """What a count found too much, or (negative) missing."""
        return 0 if self.book is None else self.quantity - self.book

    @property
    def variance_fen(self) -> int:
        """What that is worth."""
        return worth_fen(self.variance, self.price_fen, self.unit)


class StockDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document, begun or booked; each article stands in one line, in the order in which they came.

    ``reference`` is the delivery note, or the other store (`DocumentKind.names_a_store`).
    """

    id: DocumentId
    kind: DocumentKind
    staff: StaffNumber
    reference: SafeText = SafeText("")
    reason: AdjustReason | None = None
    lines: tuple[StockLine, ...] = ()

    def line(self, sku: Sku) -> StockLine | None:
        """Return the line of an article."""
        return next((line for line in self.lines if line.sku == sku), None)

    def with_line(self, line: StockLine) -> "StockDocument":
        """Return the document with a line in place of that of its article, or behind all; without it at quantity 0.

        In a count an article of which nothing is there keeps its line.
        """
        lines = [line if one.sku == line.sku else one for one in self.lines]
        if self.line(line.sku) is None:
            lines.append(line)
        return replace(self, lines=tuple(one for one in lines if one.quantity or self.kind is DocumentKind.COUNT))

    def without(self, sku: Sku) -> "StockDocument":
        """Return the document without the line of an article."""
        return replace(self, lines=tuple(line for line in self.lines if line.sku != sku))

    def compared(self, levels: Mapping[Sku, Level]) -> "StockDocument":
        """Return a count with what should be there; an article of which nothing is known should not be."""
        lines = (replace(line, book=levels.get(line.sku, Level()).on_hand) for line in self.lines)
        return replace(self, lines=tuple(lines))

    @property
    def variance_fen(self) -> int:
        """What a count found too much, or (negative) missing, in money."""
        return sum(line.variance_fen for line in self.lines)


def running_low(levels: Mapping[Sku, Level], low_stocks: Mapping[Sku, int]) -> tuple[Sku, ...]:
    """Return the articles of which something is known and no more is there than their low stock, sorted."""
    return tuple(
        sorted(sku for sku, level in levels.items() if level.on_hand <= low_stocks.get(sku, level.on_hand - 1))
    )


def worth_fen(quantity: int, price_fen: int, unit: Unit) -> int:
    """Return what pieces, or grams at a price per kg, are worth; mirrored below zero."""
    return half_up(quantity * price_fen, 1 if unit is Unit.EACH else GRAMS_PER_KG)


_OF_ONE: Mapping[DocumentKind, Level] = {
    DocumentKind.RECEIVE: Level(on_hand=1),
    DocumentKind.SUPPLIER_RETURN: Level(on_hand=-1),
    DocumentKind.TRANSFER_OUT: Level(on_hand=-1, in_transit=1),
    DocumentKind.TRANSFER_IN: Level(on_hand=1),
    DocumentKind.FREEZE: Level(on_hand=-1, frozen=1),
    DocumentKind.RELEASE: Level(on_hand=1, frozen=-1),
}
"""What one piece, or gram, in a document moves; counts and adjustments do not have it the same for all."""


def moved(kind: DocumentKind, line: StockLine, reason: AdjustReason | None = None) -> Level:
    """Return what a line of a booked document moves."""
    if kind is DocumentKind.COUNT:
        return Level(on_hand=line.variance)
    if kind is DocumentKind.ADJUST:
        return Level(on_hand=line.quantity * (0 if reason is None else reason.sign))
    return _OF_ONE[kind] * line.quantity


def movements(document: StockDocument) -> dict[Sku, Level]:
    """Return what a booked document moves."""
    return {line.sku: moved(document.kind, line, document.reason) for line in document.lines}


def summed(movements: Iterable[Mapping[Sku, Level]]) -> dict[Sku, Level]:
    """Return the levels that movements come to."""
    levels: dict[Sku, Level] = {}
    for one in movements:
        for sku, level in one.items():
            levels[sku] = levels.get(sku, Level()) + level
    return levels
