"""Terms of articles: a book of schema 2, which only a book with unusual terms is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from terminal.domain.catalog import USUAL_TERMS, Article, Terms
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku
from terminal.domain.text import SafeText
from terminal.offline.catalog import SqliteCatalog
from terminal.wire.book.building import BATCH, BookContent, build_book
from terminal.wire.book.checking import check_book
from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import article_of, queries_of
from terminal.wire.book.schema import shape_of
from tests.unit.wire_book.books import APPLES, CONTENT, PHONE, WITH_TERMS, change

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def with_terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.db"
    build_book(path, WITH_TERMS)
    return path


def schema_of(path: Path) -> int:
    with closing(open_book(path)) as connection:
        return shape_of(connection).schema


def test_terms_come_out_as_they_went_in_whichever_way_an_article_is_found(with_terms: Path) -> None:
    with closing(open_book(with_terms)) as connection:
        ask = queries_of(connection)
        assert article_of(connection.execute(ask.by_sku, (PHONE.sku,)).fetchone()) == PHONE
        assert article_of(connection.execute(ask.by_row, (2,)).fetchone()) == PHONE
        assert article_of(connection.execute(ask.by_plu, (APPLES.plu,)).fetchone()) == APPLES
        assert APPLES.terms == USUAL_TERMS


def test_articles_with_and_without_terms_are_searched_alike(tmp_path: Path) -> None:
    build_book(
        tmp_path / "catalog-1.db", replace(WITH_TERMS, articles=(APPLES, with_initials(PHONE, "xhfs")), barcodes=())
    )
    with closing(SqliteCatalog(tmp_path / "catalog-1.db", version=1)) as catalog:
        found = catalog.search("hf", limit=9)
    assert [(article.sku, article.terms == PHONE.terms) for article in found] == [("2001", False), ("4001", True)]


def with_initials(article: Article, initials: str) -> Article:
    return structs.replace(article, initials=initials)


def test_book_whose_articles_have_the_usual_terms_can_be_read_by_tills_of_the_first_release(
    book: Path, with_terms: Path
) -> None:
    assert (schema_of(book), schema_of(with_terms)) == (1, 2)
    assert book.read_bytes()[60:64] == (1).to_bytes(4, "big")


def test_terms_of_an_article_far_down_in_the_book_are_its_own(tmp_path: Path) -> None:
    last = 2 * BATCH + 1

    def articles() -> Iterator[Article]:
        for number in range(last + 1):
            terms = Terms(low_stock=number) if number in {0, BATCH, last} else USUAL_TERMS
            yield Article(sku=Sku(f"{number}"), name=SafeText("商品"), price_fen=1, terms=terms)

    path = tmp_path / "catalog-1.db"
    build_book(path, BookContent(label="many", articles=articles()))
    assert check_book(path).articles == last + 1
    with closing(SqliteCatalog(path, version=1)) as catalog:
        found = [catalog.article(f"{number}") for number in (0, BATCH, BATCH + 1, last)]
    assert [one and one.terms.low_stock for one in found] == [0, BATCH, None, last]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE terms SET article = 99", "99 has terms of no article"),
        ("UPDATE terms SET service = 2", "2 has terms with a wrong flag"),
        ("UPDATE terms SET lowest_30d_fen = -1", "2 has terms with a wrong value"),
        ("UPDATE terms SET tracking = 'colour'", "2 has terms with a wrong value"),
        ("DELETE FROM terms", "0 rows in terms and says 1"),
        ("DELETE FROM meta WHERE k = 'terms'", "has no terms"),
        ("DROP TABLE terms", "schema of the price book differs: CREATE TABLE terms"),
        ("PRAGMA user_version=1", "schema of the price book differs: CREATE TABLE terms"),
    ],
)
def test_terms_that_break_the_schema_make_the_book_invalid(with_terms: Path, statement: str, named: str) -> None:
    change(with_terms, statement)
    with pytest.raises(BookInvalidError) as caught:
        check_book(with_terms)
    assert named in str(caught.value)


def test_reason_of_a_recall_is_made_safe_when_it_is_read(with_terms: Path) -> None:
    change(with_terms, "UPDATE terms SET recalled = 'a' || char(27) || '[2J'")
    with closing(open_book(with_terms)) as connection:
        row = connection.execute(queries_of(connection).by_sku, (PHONE.sku,)).fetchone()
    assert article_of(row).terms.recalled == "a\ufffd[2J"


def test_terms_that_make_no_sense_leave_no_book(tmp_path: Path) -> None:
    wrong = Article(sku=Sku("9"), name=SafeText("x"), price_fen=1, terms=Terms(lowest_30d_fen=-1))
    with pytest.raises(BookInvalidError, match=r"terms .* is refused"):
        build_book(tmp_path / "wrong.db", replace(CONTENT, articles=(wrong,), barcodes=()))
    assert list(tmp_path.iterdir()) == []


def test_book_of_schema_2_of_the_first_release_with_it_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "catalog-1.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript((GOLDEN / "book_2.sql").read_text(encoding="utf-8"))
    assert check_book(path).articles == 4
    with closing(SqliteCatalog(path, version=1)) as catalog:
        assert catalog.article(PHONE.sku) == PHONE
