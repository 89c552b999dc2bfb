"""The till's shelf of price books."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.domain.catalog import Article, Terms
from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.text import SafeText
from terminal.offline.catalog import SqliteCatalog, SqliteShelf
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.files.streams import book_name, seal_name

LIN = Staff(number=StaffNumber("1001"), name=SafeText("林小梅"), role=Role.CASHIER, pin_hash="$argon2id$x")
SETTINGS = Settings(member_prefixes=("88",))


def article(sku: str, name: str, initials: str, plu: str | None = None) -> Article:
    return Article(sku=Sku(sku), name=SafeText(name), price_fen=450, initials=initials, plu=plu)


ARTICLES = (
    article("1", "乐事薯片", "lssp"),
    article("2", "蓝莓", "lm", plu="00042"),
    article("3", "酸梅露", "sml"),
    article("4", "绿豆", "ld"),
    article("5", "龙口粉丝", "lkfs"),
    article("6", "无名", ""),
    article("7", "乐事薯片大包", "lsspdb"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = BookContent(
        label="20261123.1", articles=ARTICLES, barcodes=(("690001", Sku("1")),), staff=(LIN,), settings=SETTINGS
    )
    build_book(tmp_path / book_name(7), content)
    return tmp_path


@pytest.fixture
def book(folder: Path) -> Iterator[SqliteCatalog]:
    with closing(SqliteShelf(folder).open(7)) as opened:
        yield opened


def test_low_stocks_are_those_that_the_book_says(tmp_path: Path, book: SqliteCatalog) -> None:
    assert book.low_stocks() == {}
    low = (replace(ARTICLES[0], terms=Terms(low_stock=24)), ARTICLES[1], replace(ARTICLES[2], terms=Terms(earns=False)))
    build_book(tmp_path / book_name(8), BookContent(label="", articles=low))
    with closing(SqliteShelf(tmp_path).open(8)) as opened:
        assert opened.low_stocks() == {"1": 24}


def skus(articles: tuple[Article, ...]) -> list[str]:
    return [one.sku for one in articles]


def test_a_book_says_which_it_is_and_what_its_settings_are(folder: Path, book: SqliteCatalog) -> None:
    digest = hashlib.sha256((folder / "catalog-7.db").read_bytes()).hexdigest()
    assert (book.info.version, book.info.sha256, book.info.label, book.info.articles) == (7, digest, "20261123.1", 7)
    assert book.settings == SETTINGS


def test_the_digest_of_a_sealed_book_is_the_seal(folder: Path) -> None:
    (folder / seal_name(7)).write_text(f"{'ab' * 32}  catalog-7.db\n")
    with closing(SqliteShelf(folder).open(7)) as book:
        assert book.info.sha256 == "ab" * 32


@pytest.mark.parametrize("seal", [b"", b"\xff\xfe", f"{'ab' * 32}  catalog-8.db\n".encode(), b"abc  catalog-7.db\n"])
def test_a_seal_that_makes_no_sense_counts_as_none(folder: Path, seal: bytes) -> None:
    (folder / seal_name(7)).write_bytes(seal)
    digest = hashlib.sha256((folder / "catalog-7.db").read_bytes()).hexdigest()
    with closing(SqliteShelf(folder).open(7)) as book:
        assert book.info.sha256 == digest


def test_articles_are_found_by_code_plu_and_number(book: SqliteCatalog) -> None:
    assert book.article_by_code("690001") == ARTICLES[0]
    assert book.article_by_code("00690001") is None
    assert book.article_by_plu("00042") == ARTICLES[1]
    assert book.article_by_plu("42") is None
    assert book.article("3") == ARTICLES[2]
    assert book.article("33") is None


def test_a_search_has_first_what_starts_with_the_letters_then_what_contains_them(book: SqliteCatalog) -> None:
    assert skus(book.search("l", limit=9)) == ["4", "5", "2", "1", "7", "3"]
    assert skus(book.search("LS", limit=9)) == ["1", "7"]
    assert skus(book.search("m", limit=9)) == ["2", "3"]
    assert skus(book.search("l", limit=2)) == ["4", "5"]
    assert skus(book.search("m", limit=1)) == ["2"]


@pytest.mark.parametrize("letters", ["", "x", "%", "l%", "'", "\U0010ffff"])
def test_a_search_for_nothing_finds_nothing(book: SqliteCatalog, letters: str) -> None:
    assert book.search(letters, limit=9) == ()


def test_staff_is_found_by_number(book: SqliteCatalog) -> None:
    assert book.staff(LIN.number) == LIN
    assert book.staff(StaffNumber("9")) is None


def test_the_shelf_knows_the_versions_that_are_whole(folder: Path) -> None:
    for name in ("catalog-12.db", "catalog-3.db", "catalog-12.db.part", "catalog-x.db", "catalog-7.sha256"):
        (folder / name).touch()
    assert SqliteShelf(folder).versions() == (3, 7, 12)
    assert SqliteShelf(folder / "absent").versions() == ()


def test_a_missing_book_is_named(folder: Path) -> None:
    with pytest.raises(BookError) as caught:
        SqliteShelf(folder).open(8)
    assert caught.value.code == "book_missing"


def test_a_book_that_lost_its_settings_table_is_not_opened(folder: Path) -> None:
    raw = bytearray((folder / "catalog-7.db").read_bytes())
    at = raw.index(b"CREATE TABLE setting(")
    raw[at + 13 : at + 20] = b"sitting"
    (folder / "catalog-7.db").write_bytes(raw)
    with pytest.raises(BookTornError):
        SqliteShelf(folder).open(7)


def test_a_book_with_a_setting_that_is_not_ours_is_not_opened(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "catalog-7.db", isolation_level=None)) as connection:
        connection.execute("INSERT INTO setting VALUES ('colour', '1')")
    with pytest.raises(BookInvalidError, match="colour"):
        SqliteShelf(folder).open(7)


def test_a_book_that_is_damaged_under_our_hands_is_named(folder: Path, book: SqliteCatalog) -> None:
    book._connection.execute("PRAGMA cache_size=0")
    book._connection.execute("PRAGMA shrink_memory")
    os.truncate(folder / "catalog-7.db", 4096)
    with pytest.raises(BookTornError):
        book.article_by_code("690001")


def test_a_book_that_was_deleted_is_read_until_it_is_closed(folder: Path, book: SqliteCatalog) -> None:
    (folder / "catalog-7.db").unlink()
    assert book.article("1") == ARTICLES[0]
