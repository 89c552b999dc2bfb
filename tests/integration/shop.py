"""A small shop for whole tills: its goods, its people, its codes, its price books."""

from pathlib import Path

from argon2 import PasswordHasher

from terminal.domain.barcode import ean_check_digit
from terminal.domain.catalog import Article, CardFormat, LabelField, LabelFormat, LabelPart, Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Limits, Rounding, RoundingMode, RoundingOn, Settings, ShopTexts
from terminal.domain.staff import Role, Staff
from terminal.domain.text import SafeText, clean
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.files.streams import book_name

CASHIER, CASHIER_PIN = "1001", "1234"
SUPERVISOR, SUPERVISOR_PIN = "2001", "135790"
COLA, WATER, CHIPS = "6901939621257", "6921168509256", "6924743915763"
CARD = "9900123456"
UNKNOWN = "6999999999997"
MANY = 1000
"""Articles of the shop that only have a number: ``code_of(0)`` and so on."""

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""A till takes the cost of a hash from the hash itself: tests need not pay for a real one."""
STAFF = tuple(
    Staff(number=StaffNumber(number), name=clean(name), role=role, pin_hash=_QUICK.hash(pin))
    for number, name, role, pin in (
        (CASHIER, "王芳", Role.CASHIER, CASHIER_PIN),
        (SUPERVISOR, "李敏", Role.SUPERVISOR, SUPERVISOR_PIN),
    )
)


def _label(prefix: str, part: LabelPart, *, decimals: int) -> LabelFormat:
    fields = (LabelField(part=LabelPart.PLU, digits=5), LabelField(part=part, digits=5, decimals=decimals))
    return LabelFormat(prefix=prefix, length=13, fields=fields)


SETTINGS = Settings(
    member_cards=(CardFormat(prefix="99", length=10),),
    rounding=Rounding(mode=RoundingMode.DOWN, unit=10, on=RoundingOn.CASH),
    labels=(_label("21", LabelPart.WEIGHT, decimals=3), _label("23", LabelPart.AMOUNT, decimals=2)),
    limits=Limits(quantity=200),
    shop=ShopTexts(name=SafeText("柜台超市"), footer=(SafeText("谢谢惠顾"),)),
)


def code_of(number: int) -> str:
    """Return the EAN-13 of one of the many articles."""
    data = f"690{number:09d}"
    return f"{data}{ean_check_digit(data)}"


def label(prefix: str, plu: str, value: int) -> str:
    """Return the code that a scale prints: ``21`` with grams, ``23`` with fen."""
    data = f"{prefix}{plu}{value:05d}"
    return f"{data}{ean_check_digit(data)}"


def content(*, cola_fen: int = 350, name: str = "") -> BookContent:
    """Return what stands in a price book; ``name`` is its label for people."""
    goods = (
        Article(
            sku=Sku("COLA"), name=clean("可口可乐"), price_fen=cola_fen, member_price_fen=cola_fen - 50, initials="kkkl"
        ),
        Article(sku=Sku("WATER"), name=clean("农夫山泉"), price_fen=200, initials="nfsq", plu="12"),
        Article(sku=Sku("CHIPS"), name=clean("乐事薯片"), price_fen=690, initials="lssp"),
        Article(sku=Sku("APPLES"), name=clean("红富士苹果"), price_fen=1196, unit=Unit.KG, plu="00001", initials="hfs"),
    )
    many = (Article(sku=Sku(f"M{n}"), name=clean(f"商品{n}"), price_fen=100 + n) for n in range(MANY))
    codes = ((COLA, Sku("COLA")), (WATER, Sku("WATER")), (CHIPS, Sku("CHIPS")))
    return BookContent(
        label=name,
        articles=(*goods, *many),
        barcodes=(*codes, *((code_of(n), Sku(f"M{n}")) for n in range(MANY))),
        staff=STAFF,
        settings=SETTINGS,
    )


def put_book(folder: Path, version: int = 1, *, cola_fen: int = 350) -> Path:
    """Build a book where the uplink would have put it."""
    path = folder / book_name(version)
    build_book(path, content(cola_fen=cola_fen, name=f"2025.{version}"))
    return path
