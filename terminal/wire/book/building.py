"""Building a book. The same content gives the same bytes (with the same SQLite)."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from msgspec.structs import astuple

from terminal.domain.catalog import USUAL_TERMS, Article
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku
from terminal.domain.settings import Settings
from terminal.domain.staff import Staff
from terminal.wire.book.schema import ARTICLE_COLUMNS, BOOK, BOOK_WITH_TERMS, TERMS_COLUMNS, TERMS_TABLE, shape_of
from terminal.wire.book.settings import setting_rows
from terminal.wire.files.immutable import count_rows
from terminal.wire.files.making import insert, making

BATCH = 1000
"""Articles at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookContent:
    """What a book is built from. The iterables are read once, in order, and never held in memory.

    ``barcodes`` are (code, sku) pairs, several per article; ``label`` is a name for people (``20261123.2``).
    """

    label: str
    articles: Iterable[Article]
    barcodes: Iterable[tuple[str, Sku]] = ()
    staff: Iterable[Staff] = ()
    settings: Settings = field(default_factory=Settings)


def build_book(path: Path, content: BookContent) -> None:
    """Write a book, whole or not at all, flushed to the disk. Memory stays bounded whatever the number of articles.

    `BookInvalidError` names what is wrong with the content: an article, PLU, barcode or staff number that comes twice,
    a barcode of an unknown article, a value of a wrong type.
    """
    with making(path, BOOK, label=content.label) as connection:
        connection.execute("CREATE TEMP TABLE incoming(code TEXT NOT NULL, sku TEXT NOT NULL) STRICT")
        _insert_articles(connection, content.articles)
        _create_indexes(connection)
        insert(connection, "incoming(code, sku)", 2, content.barcodes)
        _move_barcodes(connection)
        staff = sorted((who.number, who.name, who.role.value, who.pin_hash) for who in content.staff)
        insert(connection, "staff(number, name, role, pin_hash)", 4, staff)
        insert(connection, "setting(name, value)", 2, setting_rows(content.settings))
        if shape_of(connection) is BOOK_WITH_TERMS:
            insert(connection, "meta(k, v)", 2, [("terms", count_rows(connection, "terms"))])


def _insert_articles(connection: sqlite3.Connection, articles: Iterable[Article]) -> None:
    """Insert articles a batch at a time, each batch with those of its terms that are not the usual ones."""
    left, first = iter(articles), 1
    while batch := tuple(islice(left, BATCH)):
        insert(connection, f"article({ARTICLE_COLUMNS})", 13, (astuple(article)[:-1] for article in batch))
        unusual = [
            (row, *astuple(article.terms)) for row, article in enumerate(batch, first) if article.terms != USUAL_TERMS
        ]
        if unusual:
            _insert_terms(connection, unusual)
        first += len(batch)


def _insert_terms(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    """Insert terms; the first make the book one of the schema that has them."""
    if shape_of(connection) is not BOOK_WITH_TERMS:
        connection.execute(f"PRAGMA user_version={BOOK_WITH_TERMS.schema}")
        connection.execute(TERMS_TABLE)
    insert(connection, f"terms(article, {TERMS_COLUMNS})", 8, rows)


def _create_indexes(connection: sqlite3.Connection) -> None:
    try:
        for statement in BOOK.indexes:
            connection.execute(statement)
    except sqlite3.IntegrityError as error:
        column = "sku" if "article.sku" in str(error) else "plu"
        twice = f"SELECT {column} FROM article WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT 1"  # noqa: S608 - constants of this file
        raise BookInvalidError(f"{column} {connection.execute(twice).fetchone()[0]} comes twice") from error


def _move_barcodes(connection: sqlite3.Connection) -> None:
    """Sort the codes into their table: it takes little memory, and the order of arrival leaves no trace."""
    lost = connection.execute(
        "SELECT code, sku FROM incoming WHERE sku NOT IN (SELECT sku FROM article) LIMIT 1"
    ).fetchone()
    if lost is not None:
        raise BookInvalidError(f"barcode {lost[0]} names the unknown article {lost[1]}")
    try:
        connection.execute(
            "INSERT INTO barcode(code, article) SELECT code, id FROM incoming JOIN article USING (sku) ORDER BY code"
        )
    except sqlite3.IntegrityError as error:
        twice = "SELECT code FROM incoming GROUP BY code HAVING count(*) > 1 ORDER BY code LIMIT 1"
        raise BookInvalidError(f"barcode {connection.execute(twice).fetchone()[0]} comes twice") from error
