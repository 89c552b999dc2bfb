"""Checking a whole book, as HQ does before it signs and the uplink before the till may use it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.errors import BookInvalidError
from terminal.domain.settings import Settings
from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import article_of, queries_of, staff_of
from terminal.wire.book.schema import BOOK_WITH_TERMS, shape_of
from terminal.wire.book.settings import read_settings
from terminal.wire.files.immutable import check_whole, read_meta, reading

CANARIES = 100
_CONTROL = "'*[' || char(1) || '-' || char(31) || char(127) || ']*'"
_MUST_FIND_NOTHING = (
    ("is a barcode of no article", "SELECT code FROM barcode WHERE article NOT IN (SELECT id FROM article) LIMIT 1"),
    ("is an article of no unit", "SELECT sku FROM article WHERE unit NOT IN ('each', 'kg') LIMIT 1"),
    ("is an article with a wrong rate", "SELECT sku FROM article WHERE vat_bp NOT BETWEEN 0 AND 10000 LIMIT 1"),
    (
        "is an article with a wrong flag",
        "SELECT sku FROM article WHERE (open_price | deposit | discountable) >> 1 LIMIT 1",
    ),
    (
        "is an article with a negative price or age",
        "SELECT sku FROM article WHERE price_fen < 0 OR member_price_fen < 0 OR min_age < 0 LIMIT 1",
    ),
    (
        "is an article with a control character",
        f"SELECT sku FROM article WHERE sku || coalesce(plu, '') || category || initials GLOB {_CONTROL} LIMIT 1",  # noqa: S608 - constants of this file
    ),
)
"""quick_check leaves constraints unchecked in a file that is opened read-only."""
_OF_TERMS = (
    ("has terms of no article", "SELECT article FROM terms WHERE article NOT IN (SELECT id FROM article) LIMIT 1"),
    (
        "has terms with a wrong flag",
        "SELECT article FROM terms WHERE (earns | returnable | service) >> 1 LIMIT 1",
    ),
    (
        "has terms with a wrong value",
        "SELECT article FROM terms WHERE lowest_30d_fen < 0 OR tracking NOT IN ('none', 'batch', 'serial') LIMIT 1",
    ),
)
"""They begin with the row of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSummary:
    """What stands in a book, counted."""

    label: str
    articles: int
    barcodes: int
    staff: int
    settings: Settings


def check_book(path: Path) -> BookSummary:
    """Check a whole book and count it.

    `BookTornError` when bytes are missing or changed; `BookInvalidError` when the schema is not ours, counts differ,
    a barcode points nowhere, or a setting, a member of staff or an article does not decode.
    """
    with closing(open_book(path)) as connection, reading(path):
        shape = shape_of(connection)
        counts = check_whole(connection, shape, path)
        _check_rows(connection, (*_MUST_FIND_NOTHING, *_OF_TERMS) if shape is BOOK_WITH_TERMS else _MUST_FIND_NOTHING)
        for row in connection.execute("SELECT number, name, role, pin_hash FROM staff"):
            staff_of(row)
        _check_canaries(connection, counts["article"])
        return BookSummary(
            label=str(read_meta(connection, "label")),
            articles=counts["article"],
            barcodes=counts["barcode"],
            staff=counts["staff"],
            settings=read_settings(connection),
        )


def _check_rows(connection: sqlite3.Connection, must_find_nothing: tuple[tuple[str, str], ...]) -> None:
    for complaint, query in must_find_nothing:
        row = connection.execute(query).fetchone()
        if row is not None:
            raise BookInvalidError(f"{row[0]} {complaint}")


def _check_canaries(connection: sqlite3.Connection, articles: int) -> None:
    """Look articles up all over the book in the way the till does."""
    ask = queries_of(connection)
    for rowid in sorted({1 + number * articles // CANARIES for number in range(CANARIES)} if articles else ()):
        row = connection.execute(ask.by_row, (rowid,)).fetchone()
        if row is None:
            raise BookInvalidError(f"article row {rowid} is missing")
        article = article_of(row)
        if connection.execute(ask.by_sku, (article.sku,)).fetchone() != row:
            raise BookInvalidError(f"article {article.sku} is not found by its number")
