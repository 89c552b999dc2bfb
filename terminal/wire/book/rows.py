"""Rows of a book: how they are asked for, and the values that they are."""

from terminal.domain.catalog import Article, Unit
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.staff import Role, Staff
from terminal.domain.text import clean
from terminal.wire.book.schema import ARTICLE_COLUMNS

SQL_BY_ROW = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE id = ?"  # noqa: S608 - constants of this file
SQL_BY_SKU = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE sku = ?"  # noqa: S608 - constants of this file
SQL_BY_PLU = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE plu = ?"  # noqa: S608 - constants of this file
SQL_BY_CODE = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE id = (SELECT article FROM barcode WHERE code = ?)"  # noqa: S608 - constants of this file
ArticleRow = tuple[str, str, int, str, str, int, int | None, int, int, int, str | None, str, int]


def article_of(row: ArticleRow) -> Article:
    """Return the article of a row of `ARTICLE_COLUMNS`, its texts made safe; the checker has seen to its ranges."""
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
    )


def staff_of(row: tuple[str, str, str, str]) -> Staff:
    """Return the member of staff of a row (number, name, role, pin_hash); `BookInvalidError` for an unknown role."""
    try:
        role = Role(row[2])
    except ValueError as error:
        raise BookInvalidError(f"staff {row[0]} has the role {row[2]!r}") from error
    return Staff(number=StaffNumber(row[0]), name=clean(row[1]), role=role, pin_hash=row[3])
