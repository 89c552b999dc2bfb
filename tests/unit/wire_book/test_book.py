"""The book file: built, checked, read; refused with a reason when anything about it is wrong."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.catalog import Article, Unit
from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Limits, Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.text import SafeText
from terminal.wire.book import (
    SQL_BY_CODE,
    SQL_BY_PLU,
    SQL_BY_SKU,
    BookContent,
    article_of,
    book_name,
    build_book,
    check_book,
    open_book,
    read_meta,
    read_settings,
    reading,
    seal_name,
    superseded,
)

NOODLES = Article(sku=Sku("1001"), name=SafeText("老坛酸菜面"), price_fen=450, initials="ltscm", category="食品/方便面")
APPLES = Article(
    sku=Sku("2001"),
    name=SafeText("红富士苹果"),
    price_fen=1290,
    unit=Unit.KG,
    vat_bp=900,
    member_price_fen=1190,
    plu="00042",
    initials="hfspg",
)
BOTTLE = Article(
    sku=Sku("3001"), name=SafeText("押金"), price_fen=100, deposit=True, discountable=False, open_price=True, min_age=18
)
LIN = Staff(number=StaffNumber("1001"), name=SafeText("林小梅"), role=Role.CASHIER, pin_hash="$argon2id$x")
CONTENT = BookContent(
    label="20261123.1",
    articles=(NOODLES, APPLES, BOTTLE),
    barcodes=(("6925303721367", NOODLES.sku), ("6925303721374", NOODLES.sku), ("01234565", BOTTLE.sku)),
    staff=(LIN,),
    settings=Settings(limits=Limits(quantity=50), member_prefixes=("88",)),
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / book_name(7)
    build_book(path, CONTENT)
    return path


def change(path: Path, *statements: str) -> None:
    """Change a finished book as no honest builder would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=1")
        connection.execute("PRAGMA writable_schema=1")
        for statement in statements:
            connection.execute(statement)


def patch(path: Path, offset: int, data: bytes) -> None:
    raw = bytearray(path.read_bytes())
    raw[offset : offset + len(data)] = data
    path.write_bytes(raw)


def test_a_book_counts_and_says_what_was_put_into_it(book: Path) -> None:
    summary = check_book(book)
    assert (summary.label, summary.articles, summary.barcodes, summary.staff) == ("20261123.1", 3, 3, 1)
    assert summary.settings == CONTENT.settings


def test_articles_come_out_as_they_went_in_by_code_plu_and_number(book: Path) -> None:
    with closing(open_book(book)) as connection:
        by_code = [article_of(connection.execute(SQL_BY_CODE, (code,)).fetchone()) for code, _ in CONTENT.barcodes]
        assert by_code == [NOODLES, NOODLES, BOTTLE]
        assert article_of(connection.execute(SQL_BY_PLU, ("00042",)).fetchone()) == APPLES
        assert article_of(connection.execute(SQL_BY_SKU, ("3001",)).fetchone()) == BOTTLE
        assert connection.execute(SQL_BY_CODE, ("1234565",)).fetchone() is None


def test_the_same_content_gives_the_same_bytes_whatever_the_order_of_codes(tmp_path: Path, book: Path) -> None:
    again = tmp_path / "again.db"
    build_book(again, replace(CONTENT, barcodes=tuple(reversed(tuple(CONTENT.barcodes)))))
    assert again.read_bytes() == book.read_bytes()


def test_a_book_without_articles_is_a_book(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    build_book(path, BookContent(label="empty", articles=()))
    assert check_book(path).articles == 0


def test_a_new_book_replaces_the_file_of_the_same_name(book: Path) -> None:
    build_book(book, replace(CONTENT, label="later"))
    assert check_book(book).label == "later"


def test_content_is_streamed_and_never_held(tmp_path: Path) -> None:
    alive = 0

    def articles() -> Iterator[Article]:
        nonlocal alive
        for number in range(2000):
            alive = number
            yield Article(sku=Sku(f"{number}"), name=SafeText(f"第{number}号"), price_fen=number)

    path = tmp_path / "many.db"
    build_book(
        path,
        BookContent(label="many", articles=articles(), barcodes=((f"69{n:011d}", Sku(f"{n}")) for n in range(2000))),
    )
    assert alive == 1999
    assert check_book(path).barcodes == 2000


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"articles": (NOODLES, NOODLES)}, "sku 1001 comes twice"),
        (
            {"articles": (APPLES, Article(sku=Sku("9"), name=SafeText("x"), price_fen=1, plu="00042"))},
            "plu 00042 comes twice",
        ),
        ({"barcodes": (("1", NOODLES.sku), ("1", APPLES.sku))}, "barcode 1 comes twice"),
        ({"barcodes": (("1", Sku("77")),)}, "barcode 1 names the unknown article 77"),
        ({"staff": (LIN, LIN)}, "staff ('1001', '林小梅') is refused"),
        ({"articles": (Article(sku=Sku("9"), name=SafeText("x"), price_fen=1.5),)}, "article ('9', 'x') is refused"),  # type: ignore[arg-type]
        (
            {"articles": (Article(sku=Sku("9"), name=SafeText("x"), price_fen=1 << 64),)},
            "article ('9', 'x') is refused",
        ),
        (
            {"articles": (Article(sku=Sku("9"), name=SafeText("x"), price_fen=1, vat_bp=-1),)},
            "article ('9', 'x') is refused",
        ),
    ],
)
def test_wrong_content_is_named_and_leaves_no_file(tmp_path: Path, wrong: dict[str, object], named: str) -> None:
    path = tmp_path / "wrong.db"
    with pytest.raises(BookInvalidError) as caught:
        build_book(path, replace(CONTENT, **wrong))  # type: ignore[arg-type]
    assert named in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_source_of_articles_leaves_the_old_book_in_place(book: Path) -> None:
    def broken() -> Iterator[Article]:
        yield NOODLES
        raise ValueError("line 2")

    before = book.read_bytes()
    with pytest.raises(ValueError, match="line 2"):
        build_book(book, BookContent(label="broken", articles=broken()))
    assert book.read_bytes() == before
    assert [path.name for path in book.parent.iterdir()] == [book.name]


def test_a_missing_book_is_named(tmp_path: Path) -> None:
    with pytest.raises(BookError) as caught:
        check_book(tmp_path / "catalog-9.db")
    assert caught.value.code == "book_missing"


def test_a_folder_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(BookTornError, match="cannot be read"):
        check_book(tmp_path)


@pytest.mark.parametrize("length", [0, 50, 99, 100, 4096, -4096, -1])
def test_a_cut_book_is_torn(book: Path, length: int) -> None:
    book.write_bytes(book.read_bytes()[:length])
    with pytest.raises(BookTornError):
        check_book(book)


def test_garbage_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "garbage.db"
    path.write_bytes(b"not a database, whatever its length" * 300)
    with pytest.raises(BookTornError, match="no database"):
        check_book(path)


def test_a_flipped_byte_in_a_page_is_torn(book: Path) -> None:
    patch(book, 4096 + 3, b"\xff\xff")
    with pytest.raises(BookTornError):
        check_book(book)


def test_a_broken_schema_page_is_torn_already_when_opened(book: Path) -> None:
    patch(book, 100, b"\x77")
    with pytest.raises(BookTornError):
        open_book(book)


def test_another_database_is_no_price_book(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t(x)")
    with pytest.raises(BookInvalidError, match="no price book"):
        check_book(path)


def test_a_newer_schema_is_refused_by_name(book: Path) -> None:
    change(book, "PRAGMA user_version=2")
    with pytest.raises(BookInvalidError) as caught:
        check_book(book)
    assert caught.value.code == "schema_too_new"
    assert "schema 2, newer than 1" in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE more(x)", "schema of the book differs: CREATE TABLE more"),
        ("CREATE VIEW more AS SELECT 1", "schema of the book differs"),
        ("DROP INDEX article_plu", "schema of the book differs: CREATE UNIQUE INDEX article_plu"),
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


def test_settings_that_a_book_does_not_name_have_their_defaults(book: Path) -> None:
    change(book, "DELETE FROM setting WHERE name = 'limits'")
    with closing(open_book(book)) as connection:
        assert read_settings(connection) == Settings(member_prefixes=("88",))


def test_hint_of_a_book_may_be_one_text_for_all_languages(book: Path) -> None:
    change(book, """UPDATE setting SET value = '"1001 / 1234"' WHERE name = 'sign_in_hint'""")
    assert check_book(book).settings.sign_in_hint == "1001 / 1234"


def test_hint_with_a_control_character_in_one_language_is_refused(book: Path) -> None:
    change(book, """UPDATE setting SET value = '{"zh": "1001", "en": "\\u001b[2J"}' WHERE name = 'sign_in_hint'""")
    with pytest.raises(BookInvalidError, match="not safe"):
        check_book(book)


def test_names_are_made_safe_when_they_are_read(book: Path) -> None:
    change(book, "UPDATE article SET name = 'a' || char(27) || '[2J' WHERE id = 1")
    with closing(open_book(book)) as connection:
        row = connection.execute(SQL_BY_SKU, ("1001",)).fetchone()
    assert article_of(row).name == "a\ufffd[2J"


def test_an_open_book_cannot_be_written(book: Path) -> None:
    with closing(open_book(book)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM article")


def test_a_mistake_of_ours_is_not_taken_for_a_torn_book(book: Path) -> None:
    connection = open_book(book)
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), reading(book):
        connection.execute("SELECT 1")


def test_a_path_may_hold_spaces_and_signs_of_uris(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20"
    folder.mkdir()
    build_book(folder / "x.db", CONTENT)
    with closing(open_book(folder / "x.db")) as connection:
        assert read_meta(connection, "label") == "20261123.1"


def test_names_of_files() -> None:
    assert (book_name(12), seal_name(12)) == ("catalog-12.db", "catalog-12.sha256")


def test_the_active_book_newer_ones_and_two_before_it_are_kept() -> None:
    assert superseded((1, 2, 3, 4, 5, 6), 5) == (1, 2)
    assert superseded((3, 4, 9), 9) == ()
    assert superseded((), 1) == ()


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
