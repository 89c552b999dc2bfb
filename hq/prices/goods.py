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
deposit        ``yes``: of a bottle or a crate; it may also be given back
min_age        years; empty = none
earns          ``no``: no points for it
returnable     ``no``: it does not come back
lowest_30d     lowest price of thirty days in yuan, for returns without a receipt; empty = the present price
low_stock      stock, in pieces or grams, at which it stands on the list of what is to be ordered; empty = never
recalled       why it may not be sold any more; empty = it may
tracking       ``batch`` or ``serial``: the number is asked for when it is sold
service        ``yes``: no goods, so no stock
barcodes       codes, separated by blanks
initials       pinyin initials; empty = made from the name
=============  =====================================================================================================
"""

from collections.abc import Iterator
from pathlib import Path

from hq import csv_file
from hq.csv_file import Format, Line, read_lines
from hq.errors import HqError, PriceFileError
from hq.prices.cards import reads_as_card
from hq.prices.pinyin import initials
from terminal.domain.barcode import forms_of, looks_misread
from terminal.domain.catalog import Article, Terms, Tracking, Unit
from terminal.domain.ids import Sku
from terminal.domain.money import HIGHEST_AMOUNT_FEN, format_fen
from terminal.domain.settings import Settings
from terminal.domain.staff import card_digest
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
    "deposit",
    "min_age",
    "earns",
    "returnable",
    "lowest_30d",
    "low_stock",
    "recalled",
    "tracking",
    "service",
    "barcodes",
    "initials",
)
MAX_NAME = 60
MAX_STOCK = 1_000_000_000
DOUBTS = 10
"""How many doubtful lines are told."""


FORMAT = Format(needed=NEEDED, known=KNOWN, error=PriceFileError, nothing_done="nothing was published", what="goods")


def read_articles(path: Path, settings: Settings, *, doubts: list[str] | None = None) -> Iterator[Article]:
    """Yield the articles of a file, line by line; `PriceFileError` names line and column of what is wrong.

    A code that these ``settings`` make a member's card is wrong: no till would find its article. What may be meant, and
    may be a slip, is added to ``doubts``: at most `DOUBTS` of them.
    """
    is_empty = True
    for line in read_lines(path, FORMAT):
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


def what_comes_twice(path: Path) -> HqError | None:
    """Return what to say of the first article number, PLU or barcode that stands in a file twice; None if none does."""
    return csv_file.what_comes_twice(path, ("sku", "plu", "barcodes"), FORMAT)


def read_barcodes(path: Path, settings: Settings) -> Iterator[tuple[str, Sku]]:
    """Yield (barcode, article number) of a file, line by line; `PriceFileError` as above."""
    for line in read_lines(path, FORMAT):
        sku = Sku(line.needed("sku"))
        for code in line.text("barcodes").split():
            yield _code(line, "barcodes", code, settings), sku


def _code(line: Line, column: str, text: str, settings: Settings) -> str:
    if not (text.isascii() and text.isalnum()):
        raise line.wrong(column, f"has {text!r}, which is no code of digits and letters")
    if settings.staff_cards and any(card_digest(form) in settings.staff_cards for form in forms_of(text)):
        raise line.wrong(
            column, f"has {text!r}, which is somebody's staff card: whoever has the goods could lend rights"
        )
    if column == "barcodes" and looks_misread(text):
        raise line.wrong(column, f"has {text!r}, whose check digit is wrong: no till would take it")
    if reads_as_card(text, settings):
        raise line.wrong(column, f"has {text!r}, which tills take for a member's card (settings.member_cards)")
    return text


def _article(line: Line, settings: Settings) -> Article:
    name = line.needed("name")
    if not is_safe(name) or len(name) > MAX_NAME:
        raise line.wrong("name", f"has control characters or more than {MAX_NAME} characters")
    plu = line.text("plu")
    return Article(
        sku=Sku(line.needed("sku")),
        name=SafeText(name),
        price_fen=_price(line, "price"),
        unit=_unit(line),
        category=line.text("category"),
        vat_bp=line.number("vat", default=1300, highest=10_000),
        member_price_fen=_price(line, "member_price") if line.text("member_price") else None,
        open_price=line.flag("open_price", default=False),
        discountable=line.flag("discountable", default=True),
        deposit=line.flag("deposit", default=False),
        plu=_code(line, "plu", plu, settings) if plu else None,
        initials=line.text("initials").lower() or initials(name),
        min_age=line.number("min_age", default=0, highest=120),
        terms=_terms(line),
    )


def _price(line: Line, column: str) -> int:
    price_fen = line.money(column)
    if price_fen > HIGHEST_AMOUNT_FEN:
        raise line.wrong(column, f"is more than {format_fen(HIGHEST_AMOUNT_FEN)}, the most that anything costs")
    return price_fen


def _terms(line: Line) -> Terms:
    recalled = line.text("recalled")
    if not is_safe(recalled) or len(recalled) > MAX_NAME:
        raise line.wrong("recalled", f"has control characters or more than {MAX_NAME} characters")
    return Terms(
        earns=line.flag("earns", default=True),
        returnable=line.flag("returnable", default=True),
        lowest_30d_fen=_price(line, "lowest_30d") if line.text("lowest_30d") else None,
        low_stock=line.number("low_stock", default=0, highest=MAX_STOCK) if line.text("low_stock") else None,
        recalled=SafeText(recalled) if recalled else None,
        tracking=_tracking(line),
        service=line.flag("service", default=False),
    )


def _tracking(line: Line) -> Tracking:
    try:
        return Tracking(line.text("tracking") or Tracking.NONE)
    except ValueError as error:
        raise line.wrong("tracking", "is neither batch nor serial") from error


def _unit(line: Line) -> Unit:
    try:
        return Unit(line.text("unit") or Unit.EACH)
    except ValueError as error:
        raise line.wrong("unit", "is neither each nor kg") from error
