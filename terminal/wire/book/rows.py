"""Rows of a book: how they are asked for, and the values that they are."""

import sqlite3
from dataclasses import dataclass

from terminal.domain.catalog import USUAL_TERMS, Article, Terms, Tracking, Unit
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.staff import Role, Staff
from terminal.domain.text import clean
from terminal.wire.book.schema import ARTICLE_COLUMNS, BOOK, BOOK_WITH_TERMS, TERMS_COLUMNS, shape_of

TermsRow = tuple[int, int, int | None, int | None, str | None, str, int]
"""`TERMS_COLUMNS`."""
NoTerms = tuple[None, None, None, None, None, None, None]
ArticleRow = tuple[
    str, str, int, str, str, int, int | None, int, int, int, str | None, str, int, *tuple[int | str | None, ...]
]
"""`ARTICLE_COLUMNS`, then a `TermsRow`, or as many NULLs where an article has the usual terms."""
_ARTICLE_WIDTH = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """How articles are asked for in a book of one schema; all give an `ArticleRow`.

    Those by initials take the initials and how many at most: articles that start with them, and that contain them.
    """

    by_row: str
    by_sku: str
    by_plu: str
    by_code: str
    by_start: str
    by_part: str
    low_stock: str
    """Article number and low stock of all that have one."""


def _queries(select: str, low_stock: str) -> Queries:
    inside = "SELECT id FROM article INDEXED BY article_initials WHERE initials <> '' AND instr(initials, ?1) > 1"
    return Queries(
        by_row=f"{select} WHERE id = ?",
        by_sku=f"{select} WHERE sku = ?",
        by_plu=f"{select} WHERE plu = ?",
        by_code=f"{select} WHERE id = (SELECT barcode.article FROM barcode WHERE code = ?)",  # noqa: S608 - constants
        by_start=f"{select} WHERE initials <> '' AND initials >= ?1 AND initials < ?1 || char(0x10FFFF) "
        "ORDER BY initials, id LIMIT ?2",
        by_part=f"{select} WHERE id IN ({inside} ORDER BY initials, id LIMIT ?2) ORDER BY initials, id",
        low_stock=low_stock,
    )


_PLAIN = f"SELECT {ARTICLE_COLUMNS}{', NULL' * len(Terms.__struct_fields__)} FROM article"  # noqa: S608 - constants
_WITH_TERMS = f"SELECT {ARTICLE_COLUMNS}, {TERMS_COLUMNS} FROM article LEFT JOIN terms ON terms.article = id"  # noqa: S608 - constants
_LOW_STOCK = "SELECT sku, low_stock FROM terms JOIN article ON article.id = terms.article WHERE low_stock IS NOT NULL"
_QUERIES = {
    BOOK.schema: _queries(_PLAIN, "SELECT sku, 0 FROM article WHERE 0"),
    BOOK_WITH_TERMS.schema: _queries(_WITH_TERMS, _LOW_STOCK),
}


def queries_of(connection: sqlite3.Connection) -> Queries:
    """Return how articles are asked for in an open book."""
    return _QUERIES[shape_of(connection).schema]


def article_of(row: ArticleRow) -> Article:
    """Return the article of a row, its texts made safe; the checker has seen to its ranges."""
    terms = row[_ARTICLE_WIDTH:]
    return Article(
        sku=Sku(row[0]),
        name=clean(row[1]),
        price_fen=row[2],
        unit=Unit(row[3]),
        category=row[4],
        vat_bp=row[5],
        member_price_fen=row[6],
        open_price=row[7] == 1,
        deposit=row[8] == 1,
        discountable=row[9] == 1,
        plu=row[10],
        initials=row[11],
        min_age=row[12],
        terms=USUAL_TERMS if terms[0] is None else terms_of(terms),  # type: ignore[arg-type]
    )


def terms_of(row: TermsRow) -> Terms:
    """Return the terms of a row, the reason of a recall made safe."""
    earns, returnable, lowest_30d_fen, low_stock, recalled, tracking, service = row
    return Terms(
        earns=earns == 1,
        returnable=returnable == 1,
        lowest_30d_fen=lowest_30d_fen,
        low_stock=low_stock,
        recalled=None if recalled is None else clean(recalled),
        tracking=Tracking(tracking),
        service=service == 1,
    )


def staff_of(row: tuple[str, str, str, str]) -> Staff:
    """Return the member of staff of a row (number, name, role, pin_hash); `BookInvalidError` for an unknown role."""
    try:
        role = Role(row[2])
    except ValueError as error:
        raise BookInvalidError(f"staff {row[0]} has the role {row[2]!r}") from error
    return Staff(number=StaffNumber(row[0]), name=clean(row[1]), role=role, pin_hash=row[3])
