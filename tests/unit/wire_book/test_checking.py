"""Checked books: refused with a reason when anything about them is wrong."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.wire.book.checking import check_book
from tests.unit.wire_book.books import CONTENT, change, patch


def test_a_book_counts_and_says_what_was_put_into_it(book: Path) -> None:
    summary = check_book(book)
    assert (summary.label, summary.articles, summary.barcodes, summary.staff) == ("20261123.1", 3, 3, 1)
    assert summary.settings == CONTENT.settings


def test_a_flipped_byte_in_a_page_is_torn(book: Path) -> None:
    patch(book, 4096 + 3, b"\xff\xff")
    with pytest.raises(BookTornError):
        check_book(book)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE more(x)", "schema of the price book differs: CREATE TABLE more"),
        ("CREATE VIEW more AS SELECT 1", "schema of the price book differs"),
        ("DROP INDEX article_plu", "schema of the price book differs: CREATE UNIQUE INDEX article_plu"),
        ("DELETE FROM barcode WHERE code = '01234565'", "2 rows in barcode and says 3"),
        ("DELETE FROM meta WHERE k = 'article'", "has no article"),
        ("DELETE FROM meta WHERE k = 'label'", "has no label"),
        ("UPDATE meta SET v = x'00' WHERE k = 'staff'", "has no staff"),
        ("UPDATE barcode SET article = 99 WHERE code = '01234565'", "01234565 is a barcode of no article"),
        ("UPDATE article SET id = 9 WHERE id = 2", "article row 2 is missing"),
        ("UPDATE article SET unit = 'pair' WHERE id = 1", "1001 is an article of no unit"),
        ("UPDATE article SET vat_bp = 10001 WHERE id = 3", "3001 is an article with a wrong rate"),
        ("UPDATE article SET deposit = 2 WHERE id = 2", "2001 is an article with a wrong flag"),
        ("UPDATE article SET price_fen = -1 WHERE id = 2", "2001 is an article with a negative price or age"),
        ("UPDATE article SET member_price_fen = -1 WHERE id = 2", "2001 is an article with a negative price or age"),
        ("UPDATE article SET category = 'a' || char(27) WHERE id = 2", "2001 is an article with a control character"),
        ("UPDATE article SET plu = '1' || char(127) WHERE id = 2", "2001 is an article with a control character"),
        (
            """UPDATE setting SET value = '{"name":"a\\u001bc"}' WHERE name = 'shop'""",
            "a setting of the book has text that is not safe: 'a\\x1bc'",
        ),
        (
            """UPDATE setting SET value = '["ok","\u202e"]' WHERE name = 'reduction_reasons'""",
            "a setting of the book has text that is not safe: '\\u202e'",
        ),
        ("UPDATE staff SET role = 'king'", "staff 1001 has the role 'king'"),
        (
            "UPDATE setting SET value = '{\"quantity\": \"many\"}' WHERE name = 'limits'",
            "a setting of the book is wrong",
        ),
        ("UPDATE setting SET value = '[1' WHERE name = 'limits'", "a setting of the book is wrong"),
        ("INSERT INTO setting VALUES('colour', '1')", "unknown field `colour`"),
    ],
)
def test_a_book_whose_content_breaks_the_schema_is_invalid(book: Path, statement: str, named: str) -> None:
    change(book, statement)
    with pytest.raises(BookInvalidError) as caught:
        check_book(book)
    assert named in str(caught.value)


def test_an_index_that_lost_an_article_is_caught_by_the_canaries(book: Path) -> None:
    with closing(sqlite3.connect(book)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'article_sku'").fetchone()
    index = "CREATE UNIQUE INDEX article_sku ON article(sku)"
    change(book, "DELETE FROM sqlite_schema WHERE name = 'article_sku'")
    change(book, "UPDATE article SET sku = '1009' WHERE id = 1")
    change(book, f"INSERT INTO sqlite_schema VALUES('index', 'article_sku', 'article', {root}, '{index}')")
    with pytest.raises(BookInvalidError, match="article 1009 is not found by its number"):
        check_book(book)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, 1 << 16), data=st.binary(min_size=1, max_size=40), cut=st.integers(0, 1 << 16))
def test_a_damaged_book_is_refused_or_still_whole_but_never_anything_else(
    book: Path, offset: int, data: bytes, cut: int
) -> None:
    whole = book.read_bytes()
    damaged = bytearray(whole)
    at = offset % len(whole)
    damaged[at : at + len(data)] = data
    victim = book.with_name("victim.db")
    victim.write_bytes(damaged[: len(whole) - (cut % len(whole) if cut % 2 else 0)])
    try:
        summary = check_book(victim)
    except BookError:
        return
    assert summary.articles == 3
