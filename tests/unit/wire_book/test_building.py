"""Built books: the same content gives the same bytes; wrong content is named and leaves nothing behind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.domain.catalog import Article
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku
from terminal.domain.text import SafeText
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.book.checking import check_book
from tests.unit.wire_book.books import APPLES, CONTENT, LIN, NOODLES


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
