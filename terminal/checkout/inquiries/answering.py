"""The desk's side of questions: what the book that decides and the tables beside the record say."""

from collections.abc import Iterator
from typing import Protocol

from terminal.checkout.effects import Inquire
from terminal.checkout.inputs import Inquired
from terminal.checkout.inquiries.questions import LowArticle
from terminal.domain.errors import BookError
from terminal.domain.stock import running_low
from terminal.ports.catalog import Catalog
from terminal.ports.stock import Stock

MOST_ROWS = 200
"""Rows of a list: more are for HQ's reports."""


class Tables(Protocol):
    """What stands beside the record."""

    @property
    def stock(self) -> Stock:
        """How much there should be of articles."""


def answer_to(query: Inquire, *, book: Catalog | None, tables: Tables) -> Inquired:
    """Return what is found; of a book that cannot be read, or where there is none, nothing is."""
    if book is None:
        return Inquired(query=query, fault="no_book")
    try:
        return Inquired(query=query, found=tuple(_low(book, tables.stock)))
    except BookError as error:
        return Inquired(query=query, fault=error.code)


def _low(book: Catalog, stock: Stock) -> Iterator[LowArticle]:
    levels, low_stocks = stock.all_levels(), book.low_stocks()
    for sku in running_low(levels, low_stocks)[:MOST_ROWS]:
        article = book.article(sku)
        if article is not None:
            yield LowArticle(sku=sku, name=article.name, unit=article.unit, level=levels[sku], low=low_stocks[sku])
