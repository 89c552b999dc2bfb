"""The settings of a book: what it does not name has its default, what would command a screen is refused."""

from contextlib import closing
from pathlib import Path

import pytest

from terminal.domain.errors import BookInvalidError
from terminal.domain.settings import Settings
from terminal.wire.book.checking import check_book
from terminal.wire.book.opening import open_book
from terminal.wire.book.settings import read_settings
from tests.unit.wire_book.books import change


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
