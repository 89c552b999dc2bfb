"""Articles come out of a book as they went in."""

from contextlib import closing
from pathlib import Path

from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import SQL_BY_CODE, SQL_BY_PLU, SQL_BY_SKU, article_of
from tests.unit.wire_book.books import APPLES, BOTTLE, CONTENT, NOODLES, change


def test_articles_come_out_as_they_went_in_by_code_plu_and_number(book: Path) -> None:
    with closing(open_book(book)) as connection:
        by_code = [article_of(connection.execute(SQL_BY_CODE, (code,)).fetchone()) for code, _ in CONTENT.barcodes]
        assert by_code == [NOODLES, NOODLES, BOTTLE]
        assert article_of(connection.execute(SQL_BY_PLU, ("00042",)).fetchone()) == APPLES
        assert article_of(connection.execute(SQL_BY_SKU, ("3001",)).fetchone()) == BOTTLE
        assert connection.execute(SQL_BY_CODE, ("1234565",)).fetchone() is None


def test_names_are_made_safe_when_they_are_read(book: Path) -> None:
    change(book, "UPDATE article SET name = 'a' || char(27) || '[2J' WHERE id = 1")
    with closing(open_book(book)) as connection:
        row = connection.execute(SQL_BY_SKU, ("1001",)).fetchone()
    assert article_of(row).name == "a\ufffd[2J"
