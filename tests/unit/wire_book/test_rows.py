"""Articles come out of a book as they went in."""

from contextlib import closing
from pathlib import Path

from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import article_of, queries_of
from tests.unit.wire_book.books import APPLES, BOTTLE, CONTENT, NOODLES, change


def test_articles_come_out_as_they_went_in_by_code_plu_and_number(book: Path) -> None:
    with closing(open_book(book)) as connection:
        ask = queries_of(connection)
        by_code = [article_of(connection.execute(ask.by_code, (code,)).fetchone()) for code, _ in CONTENT.barcodes]
        assert by_code == [NOODLES, NOODLES, BOTTLE]
        assert article_of(connection.execute(ask.by_plu, ("00042",)).fetchone()) == APPLES
        assert article_of(connection.execute(ask.by_sku, ("3001",)).fetchone()) == BOTTLE
        assert connection.execute(ask.by_code, ("1234565",)).fetchone() is None


def test_names_are_made_safe_when_they_are_read(book: Path) -> None:
    change(book, "UPDATE article SET name = 'a' || char(27) || '[2J' WHERE id = 1")
    with closing(open_book(book)) as connection:
        row = connection.execute(queries_of(connection).by_sku, ("1001",)).fetchone()
    assert article_of(row).name == "a\ufffd[2J"
