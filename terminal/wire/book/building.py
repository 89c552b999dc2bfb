"""Building a book. The same content gives the same bytes (with the same SQLite)."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from terminal.domain.catalog import Article
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku
from terminal.domain.settings import Settings
from terminal.domain.staff import Staff
from terminal.wire.book.schema import ARTICLE_COLUMNS, BOOK
from terminal.wire.book.settings import setting_rows
from terminal.wire.files.making import insert, making


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
        insert(connection, f"article({ARTICLE_COLUMNS})", 13, map(msgspec.structs.astuple, content.articles))
        _create_indexes(connection)
        insert(connection, "incoming(code, sku)", 2, content.barcodes)
        _move_barcodes(connection)
        staff = sorted((who.number, who.name, who.role.value, who.pin_hash) for who in content.staff)
        insert(connection, "staff(number, name, role, pin_hash)", 4, staff)
        insert(connection, "setting(name, value)", 2, setting_rows(content.settings))


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
