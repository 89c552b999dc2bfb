"""The price book as the counter reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from terminal.domain.catalog import Article
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class BookInfo:
    """Which book it is: HQ's version number (rises for ever), its SHA-256 and a name for people (``20261123.2``)."""

    version: int
    sha256: str
    label: str
    articles: int


class Catalog(Protocol):
    """One open book. Files are immutable, so every method is a function of its arguments alone."""

    @property
    def info(self) -> BookInfo:
        """Which book it is."""

    @property
    def settings(self) -> Settings:
        """The settings of this book."""

    def article_by_code(self, code: str) -> Article | None:
        """Return the article of a barcode, as it stands on the goods."""

    def article_by_plu(self, plu: str) -> Article | None:
        """Return the article of a PLU."""

    def article(self, sku: str) -> Article | None:
        """Return the article of an article number."""

    def search(self, initials: str, *, limit: int) -> tuple[Article, ...]:
        """Return articles by pinyin initials: those that start with them first, then those that contain them."""

    def low_stocks(self) -> Mapping[Sku, int]:
        """Return at which stock, in pieces or grams, articles are to be ordered; of those of which the book says it."""

    def staff(self, number: StaffNumber) -> Staff | None:
        """Return a member of staff."""

    def close(self) -> None:
        """Close the file."""


class BookShelf(Protocol):
    """The folder of books that the uplink writes and the till reads."""

    def open(self, version: int) -> Catalog:
        """Open a book; `BookError` when it is missing, torn or of a newer schema."""

    def versions(self) -> tuple[int, ...]:
        """Return the versions that are there whole, ascending."""
