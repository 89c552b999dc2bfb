"""The files of books: their names, and which stay."""

from terminal.wire.files.streams import book_name, seal_name, superseded


def test_names_of_files() -> None:
    assert (book_name(12), seal_name(12)) == ("catalog-12.db", "catalog-12.sha256")


def test_the_active_book_newer_ones_and_two_before_it_are_kept() -> None:
    assert superseded((1, 2, 3, 4, 5, 6), 5) == (1, 2)
    assert superseded((3, 4, 9), 9) == ()
    assert superseded((), 1) == ()
