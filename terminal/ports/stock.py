"""How much there should be of articles, as far as one till knows."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from terminal.domain.ids import Sku
from terminal.domain.stock import Level


class Stock(Protocol):
    """The sums of what this till moved: sales, what came back, and documents."""

    def levels(self, skus: Iterable[Sku]) -> dict[Sku, Level]:
        """Return the levels of the articles of which something is known."""

    def all_levels(self) -> Mapping[Sku, Level]:
        """Return the levels of all articles that this till ever moved."""
