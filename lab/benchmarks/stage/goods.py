"""Goods of a benchmark: as many as wanted, each following from its number alone, and the book that holds them."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from lab.benchmarks.stage.kept import kept
from terminal.domain import catalog, settings, staff
from terminal.domain.barcode import ean_check_digit
from terminal.domain.catalog import Article
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Settings, ShopTexts
from terminal.domain.staff import Role, Staff
from terminal.domain.text import clean
from terminal.wire.book import building, schema
from terminal.wire.book import settings as setting_rows
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.files.streams import Stream, book_name, seal_name

VERSION = 1
CASHIER = StaffNumber("1024")
PIN = "4711"
_BRANDS = ("农夫山泉", "可口可乐", "乐事", "伊利", "海天", "怡宝", "金龙鱼", "康师傅")
_INITIALS = ("nfsq", "kkkl", "ls", "yl", "ht", "yb", "jly", "ksf")
_KINDS = ("饮用天然水", "汽水", "薯片", "纯牛奶", "生抽酱油", "纯净水", "大豆油", "红烧牛肉面")
_SPREAD = 618_033_989
"""Has no divisor in common with a power of ten: no two articles get the same code."""
_PIN_TIME, _PIN_KIB, _PIN_LANES = 2, 19_456, 1
"""argon2id as DESIGN.md, section 4, sets it."""


def code(number: int) -> str:
    """Return the EAN-13 of an article; neighbours have nothing in common, so that each is seen whole in a frame."""
    data = f"690{number * _SPREAD % 10**9:09d}"
    return f"{data}{ean_check_digit(data)}"


def article(number: int) -> Article:
    """Return an article."""
    brand, kind = number % len(_BRANDS), number // len(_BRANDS) % len(_KINDS)
    return Article(
        sku=Sku(f"A{number:07d}"),
        name=clean(f"{_BRANDS[brand]}{_KINDS[kind]}{number % 1000}ml"),
        price_fen=100 + number * 37 % 900,
        category="食品",
        initials=_INITIALS[brand],
    )


def shelf_with(articles: int, *, cache: Path, say: Callable[[str], None]) -> Path:
    """Return a folder with the book of so many articles and its seal; it is made once and kept. Nobody writes to it."""

    def make(folder: Path) -> None:
        say(f"making a book of {articles:,} articles (once) …")
        _build(folder, articles)

    return kept(
        cache, f"books-{articles}", sources=(building, schema, setting_rows, catalog, settings, staff), make=make
    )


def lay_books(articles: int, books_dir: Path, *, cache: Path, say: Callable[[str], None]) -> None:
    """Put the book of so many articles into a till's folder as the uplink does: its seal, then itself."""
    shelf = shelf_with(articles, cache=cache, say=say)
    for name in (seal_name(VERSION), book_name(VERSION)):
        (books_dir / name).hardlink_to(shelf / name)


def _build(folder: Path, articles: int) -> None:
    path = folder / book_name(VERSION)
    build_book(
        path,
        BookContent(
            label=f"bench.{articles}",
            articles=map(article, range(articles)),
            barcodes=_barcodes(articles),
            staff=(cashier(),),
            settings=Settings(shop=ShopTexts(name=clean("柜台测试店"))),
        ),
    )
    lay_seal(folder, Stream.PRICE)


def lay_seal(folder: Path, stream: Stream) -> None:
    """Write the seal of a stream's file, as the uplink does."""
    path = folder / book_name(VERSION, stream)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / seal_name(VERSION, stream)).write_text(f"{digest}  {path.name}\n", encoding="ascii")


def _barcodes(articles: int) -> Iterator[tuple[str, Sku]]:
    return ((code(number), Sku(f"A{number:07d}")) for number in range(articles))


def cashier() -> Staff:
    """Return who sells."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - only a new book pays for it

    hasher = PasswordHasher(time_cost=_PIN_TIME, memory_cost=_PIN_KIB, parallelism=_PIN_LANES)
    return Staff(number=CASHIER, name=clean("王芳"), role=Role.CASHIER, pin_hash=hasher.hash(PIN))
