"""The settings of a book: what it does not name has its default, what would command a screen is refused."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.domain.catalog import CardFormat
from terminal.domain.errors import BookInvalidError
from terminal.domain.picture import Picture
from terminal.domain.settings import Settings, ShopTexts
from terminal.domain.staff import DEFAULT_GRANTS, Right
from terminal.domain.text import SafeText
from terminal.wire.book.building import build_book
from terminal.wire.book.checking import check_book
from terminal.wire.book.opening import open_book
from terminal.wire.book.settings import CAME_LATER, read_settings, setting_rows
from tests.unit.wire_book.books import CONTENT, change

GOLDEN = Path(__file__).parents[2] / "golden"


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


def test_logo_of_the_shop_comes_out_as_it_went_in(tmp_path: Path) -> None:
    logo = Picture(width_bytes=48, data=bytes(range(256)) * 24)
    build_book(tmp_path / "x.db", replace(CONTENT, settings=Settings(logo=logo)))
    assert check_book(tmp_path / "x.db").settings == Settings(logo=logo)


def test_formats_of_cards_come_out_as_they_went_in(tmp_path: Path) -> None:
    settings = Settings(member_cards=(CardFormat(prefix="99", length=13),))
    build_book(tmp_path / "x.db", replace(CONTENT, settings=settings))
    assert check_book(tmp_path / "x.db").settings == settings


def test_rights_that_hq_empties_stay_empty(tmp_path: Path) -> None:
    build_book(tmp_path / "x.db", replace(CONTENT, settings=Settings(rights=(), reduction_reasons=())))
    settings = check_book(tmp_path / "x.db").settings
    assert (settings.rights, settings.reduction_reasons) == ((), ())


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ('{"width_bytes":49,"data":"AAAA"}', "a picture is 8 to 384 dots wide, not 392"),
        ('{"width_bytes":2,"data":"AAAA"}', "a picture of 3 bytes has no whole rows of 2"),
        ('{"width_bytes":1,"data":"' + "AAAA" * 65 + '"}', "a picture is at most 192 dots high, not 195"),
        ('{"width_bytes":48,"data":"' + "AAAA" * 2064 + '"}', "a picture has at most 6144 bytes, not 6192"),
        ('{"width_bytes":1,"data":"!"}', "Invalid base64"),
        ('{"width_bytes":1}', "missing required field `data`"),
        ('"logo.png"', "Expected `object | null`"),
    ],
)
def test_logo_that_no_printer_should_get_is_refused(book: Path, value: str, named: str) -> None:
    change(book, f"INSERT INTO setting VALUES('logo', '{value}')")
    with pytest.raises(BookInvalidError) as caught:
        check_book(book)
    assert "a setting of the book is wrong: " in str(caught.value)
    assert named in str(caught.value)


def test_what_is_not_set_has_no_row_so_that_older_tills_can_read_the_book(book: Path) -> None:
    with closing(open_book(book)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM setting")}
    assert names == set(Settings.__struct_fields__) - CAME_LATER
    assert "rights" in CAME_LATER  # their defaults name rights that older tills do not know


def test_shop_is_told_without_what_came_later_and_is_not_set() -> None:
    """Tills of the first release refuse a book whose shop has a key that they do not know."""
    shop = ShopTexts(name=SafeText("桂台超市"), footer=(SafeText("再见"),))
    assert ("shop", '{"name":"桂台超市","footer":["再见"]}') in setting_rows(Settings(shop=shop))


def test_setting_that_came_later_has_a_row_also_when_it_is_nought() -> None:
    assert ("drawer_retry_s", "0") in setting_rows(Settings(drawer_retry_s=0))


def test_book_of_the_first_release_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "catalog-1.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript((GOLDEN / "book_1.sql").read_text(encoding="utf-8"))
    summary = check_book(path)
    assert (summary.label, summary.articles, summary.barcodes, summary.staff) == ("20261129.1", 2, 1, 1)
    known = {grant.right for grant in summary.settings.rights}
    assert summary.settings == Settings(
        member_prefixes=("88",),
        shop=ShopTexts(name=SafeText("桂台超市")),
        reduction_reasons=(SafeText("店铺券"), *Settings().reduction_reasons[1:]),
        rights=tuple(grant for grant in DEFAULT_GRANTS if grant.right in known),
    )
    assert {Right.VOID_LINE, Right.REPRINT} <= known
    assert summary.settings.logo is None
