"""What may be asked of what a till knows, and what is found. The desk answers before any other event."""

from msgspec import Struct

from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku
from terminal.domain.stock import Level
from terminal.domain.text import SafeText


class LowStock(Struct, frozen=True):
    """Which goods are to be ordered."""


class LowArticle(Struct, frozen=True, kw_only=True):
    """An article of which there is no more than its low stock, in pieces or grams."""

    sku: Sku
    name: SafeText
    unit: Unit
    level: Level
    low: int


Question = LowStock
Finding = LowArticle
