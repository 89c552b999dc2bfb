"""The price book of one store and week, as HQ publishes it for the replay."""

from collections.abc import Iterator
from functools import cache

from lab.replay.codes import CARDS, label_code, open_code
from lab.replay.data import BasketLine, EntryMode, Label, StoreWeek
from terminal.domain.catalog import Article
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Limits, Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.text import SafeText, clean
from terminal.domain.watching import Watch
from terminal.wire.book.building import BookContent

STAFF, PIN = "9001", "900190"
NO_LIMIT = 10**9
SETTINGS = Settings(
    member_cards=(CARDS,),
    limits=Limits(quantity=NO_LIMIT, line_fen=NO_LIMIT, cash_given_fen=NO_LIMIT),
    currency="USD",
    watch=Watch(minutes=0),  # a year goes by in minutes
)


def content(week: StoreWeek, names: dict[int, str]) -> BookContent:
    """Return the book: articles with list and card price, and those that are sold at an open price."""
    return BookContent(
        label=f"store {week.store} week {week.week}",
        articles=_articles(week, names),
        barcodes=_barcodes(week),
        staff=(_staff(),),
        settings=SETTINGS,
    )


def _articles(week: StoreWeek, names: dict[int, str]) -> Iterator[Article]:
    for label, price in week.prices.items():
        member_fen = price.card_fen if price.card_fen < price.list_fen else None
        name = _name(label.article, names)
        yield Article(sku=sku_of(label), name=name, price_fen=price.list_fen, member_price_fen=member_fen)
    for article in sorted(week.open_articles):
        yield Article(sku=_open_sku(article), name=_name(article, names), price_fen=0, open_price=True)


def _barcodes(week: StoreWeek) -> Iterator[tuple[str, Sku]]:
    for label in week.prices:
        yield label_code(label), sku_of(label)
    for article in sorted(week.open_articles):
        yield open_code(article), _open_sku(article)


def sku_of(label: Label) -> Sku:
    """Return the article number of a label; each other price is an article of its own."""
    return Sku(f"{label.article}-{label.number}" if label.number else str(label.article))


def sku_of_line(line: BasketLine) -> Sku:
    """Return the article number under which a line is sold."""
    return _open_sku(line.label.article) if line.mode is EntryMode.OPEN_PRICE else sku_of(line.label)


def _name(article: int, names: dict[int, str]) -> SafeText:
    return clean(names.get(article, f"ARTICLE {article}"), limit=60)


def _open_sku(article: int) -> Sku:
    return Sku(f"{article}-OPEN")


@cache
def _staff() -> Staff:
    """The replay's cashier has every right; hashing the PIN once is enough."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - only here

    hashed = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PIN)
    return Staff(number=StaffNumber(STAFF), name=clean("Replay"), role=Role.MANAGER, pin_hash=hashed)
