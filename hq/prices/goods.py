"""The goods of a price file: CSV with a header, in UTF-8, as a spreadsheet writes it.

=============  =====================================================================================================
column         content
=============  =====================================================================================================
sku            article number (needed)
name           name on screen and receipt (needed)
price          yuan per piece or kg, tax included: ``3.50`` (needed)
member_price   yuan for members; empty = none
unit           ``each`` (also when empty) or ``kg``
category       ``饮料/水``
vat            rate in basis points: 1300 = 13 % (also when empty)
plu            number that is typed or stands in a scale label
open_price     ``yes``: the price is typed at the till
discountable   ``no``: no member price and no reduction
min_age        years; empty = none
barcodes       codes, separated by blanks
initials       pinyin initials; empty = made from the name
=============  =====================================================================================================
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from hq.errors import PriceFileError
from hq.prices.cards import reads_as_card
from hq.prices.pinyin import initials
from terminal.domain.barcode import looks_misread
from terminal.domain.catalog import Article, Unit
from terminal.domain.errors import InputError
from terminal.domain.ids import Sku
from terminal.domain.money import parse_fen
from terminal.domain.settings import Settings
from terminal.domain.text import SafeText, is_safe

NEEDED = ("sku", "name", "price")
KNOWN = (
    *NEEDED,
    "member_price",
    "unit",
    "category",
    "vat",
    "plu",
    "open_price",
    "discountable",
    "min_age",
    "barcodes",
    "initials",
)
MAX_NAME = 60
DOUBTS = 10
"""How many doubtful lines are told."""
_YES = {"yes": True, "no": False, "": None}


class _Line:
    """One line of the file; every complaint names file, line and column."""

    def __init__(self, path: Path, number: int, cells: dict[str, str]) -> None:
        self._path = path
        self._number = number
        self._cells = cells

    @property
    def number_in_file(self) -> int:
        return self._number

    def text(self, column: str) -> str:
        return self._cells.get(column, "")

    def wrong(self, column: str, why: str) -> PriceFileError:
        return PriceFileError(
            f"{self._path.name} line {self._number}, column {column}: {self.text(column)!r} {why}",
            hint="nothing was published",
        )

    def needed(self, column: str) -> str:
        if not self.text(column):
            raise self.wrong(column, "must not be empty")
        return self.text(column)

    def money(self, column: str) -> int:
        try:
            amount_fen = parse_fen(self.needed(column))
        except InputError as error:
            raise self.wrong(column, "is no amount in yuan like 3.50") from error
        if amount_fen < 0:
            raise self.wrong(column, "is below zero")
        return amount_fen

    def number(self, column: str, *, default: int, highest: int) -> int:
        text = self.text(column)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal()) or int(text) > highest:
            raise self.wrong(column, f"is no whole number up to {highest}")
        return int(text)

    def flag(self, column: str, *, default: bool) -> bool:
        value = _YES.get(self.text(column).lower(), column)
        if isinstance(value, str):
            raise self.wrong(column, "is neither yes nor no")
        return default if value is None else value

    def code(self, column: str, text: str, settings: Settings) -> str:
        if not (text.isascii() and text.isalnum()):
            raise self.wrong(column, f"has {text!r}, which is no code of digits and letters")
        if column == "barcodes" and looks_misread(text):
            raise self.wrong(column, f"has {text!r}, whose check digit is wrong: no till would take it")
        if reads_as_card(text, settings):
            raise self.wrong(column, f"has {text!r}, which tills take for a member's card (settings.member_cards)")
        return text


def read_articles(path: Path, settings: Settings, *, doubts: list[str] | None = None) -> Iterator[Article]:
    """Yield the articles of a file, line by line; `PriceFileError` names line and column of what is wrong.

    A code that these ``settings`` make a member's card is wrong: no till would find its article. What may be meant, and
    may be a slip, is added to ``doubts``: at most `DOUBTS` of them.
    """
    is_empty = True
    for line in _lines(path):
        is_empty = False
        article = _article(line, settings)
        if doubts is not None and len(doubts) < DOUBTS:
            doubts += [f"line {line.number_in_file}: {doubt}" for doubt in _doubts(article)]
        yield article
    if is_empty:
        raise PriceFileError(f"{path.name} has no goods: a shop could sell nothing", hint="nothing was published")


def _doubts(article: Article) -> Iterator[str]:
    if article.price_fen == 0 and not article.open_price:
        yield f"{article.name} costs nothing"
    if article.member_price_fen is not None and article.member_price_fen > article.price_fen:
        yield f"{article.name} costs members more than others"


def what_comes_twice(path: Path) -> PriceFileError | None:
    """Return what to say of the first article number, PLU or barcode that stands in a file twice; None if none does."""
    for column in ("sku", "plu", "barcodes"):
        first: dict[str, int] = {}
        for line in _lines(path):
            for code in line.text(column).split():
                if code in first:
                    return line.wrong(column, f"has {code!r}, which stands in line {first[code]} as well")
                first[code] = line.number_in_file
    return None


def read_barcodes(path: Path, settings: Settings) -> Iterator[tuple[str, Sku]]:
    """Yield (barcode, article number) of a file, line by line; `PriceFileError` as above."""
    for line in _lines(path):
        sku = Sku(line.needed("sku"))
        for code in line.text("barcodes").split():
            yield line.code("barcodes", code, settings), sku


def _lines(path: Path) -> Iterator[_Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = _header(path, next(reader, []))
            for cells in reader:
                if any(cells):
                    yield _line(path, reader.line_num, header, cells)
    except FileNotFoundError as error:
        raise PriceFileError(f"there is no {path}") from error
    except OSError as error:
        raise PriceFileError(f"{path}: {error.strerror}", hint="name a CSV of goods") from error
    except UnicodeDecodeError as error:
        raise PriceFileError(f"{path.name} is not UTF-8: {error}", hint="save it as CSV UTF-8") from error
    except csv.Error as error:
        raise PriceFileError(f"{path.name} line {reader.line_num}: {error}") from error


def _header(path: Path, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name in names:
        if name not in KNOWN or names.count(name) > 1:
            raise PriceFileError(f"{path.name} line 1: column {name!r} is unknown or comes twice", hint=_columns())
    for name in NEEDED:
        if name not in names:
            raise PriceFileError(f"{path.name} line 1: column {name!r} is missing", hint=_columns())
    return names


def _columns() -> str:
    return "columns are " + ", ".join(KNOWN)


def _line(path: Path, number: int, header: list[str], cells: list[str]) -> _Line:
    if len(cells) != len(header):
        raise PriceFileError(f"{path.name} line {number}: {len(cells)} columns, the header has {len(header)}")
    return _Line(path, number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _article(line: _Line, settings: Settings) -> Article:
    name = line.needed("name")
    if not is_safe(name) or len(name) > MAX_NAME:
        raise line.wrong("name", f"has control characters or more than {MAX_NAME} characters")
    plu = line.text("plu")
    return Article(
        sku=Sku(line.needed("sku")),
        name=SafeText(name),
        price_fen=line.money("price"),
        unit=_unit(line),
        category=line.text("category"),
        vat_bp=line.number("vat", default=1300, highest=10_000),
        member_price_fen=line.money("member_price") if line.text("member_price") else None,
        open_price=line.flag("open_price", default=False),
        discountable=line.flag("discountable", default=True),
        plu=line.code("plu", plu, settings) if plu else None,
        initials=line.text("initials").lower() or initials(name),
        min_age=line.number("min_age", default=0, highest=120),
    )


def _unit(line: _Line) -> Unit:
    try:
        return Unit(line.text("unit") or Unit.EACH)
    except ValueError as error:
        raise line.wrong("unit", "is neither each nor kg") from error
