"""A book to be built and then spoilt."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from terminal.domain.catalog import Article, Terms, Tracking, Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Limits, Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.text import SafeText
from terminal.wire.book.building import BookContent

NOODLES = Article(sku=Sku("1001"), name=SafeText("老坛酸菜面"), price_fen=450, initials="ltscm", category="食品/方便面")
APPLES = Article(
    sku=Sku("2001"),
    name=SafeText("红富士苹果"),
    price_fen=1290,
    unit=Unit.KG,
    vat_bp=900,
    member_price_fen=1190,
    plu="00042",
    initials="hfspg",
)
BOTTLE = Article(
    sku=Sku("3001"), name=SafeText("押金"), price_fen=100, deposit=True, discountable=False, open_price=True, min_age=18
)
PHONE = Article(
    sku=Sku("4001"),
    name=SafeText("手机"),
    price_fen=99_900,
    terms=Terms(
        earns=False,
        returnable=False,
        lowest_30d_fen=89_900,
        low_stock=2,
        recalled=SafeText("电池过热"),
        tracking=Tracking.SERIAL,
        service=True,
    ),
)
"""All its terms are unusual."""
LIN = Staff(number=StaffNumber("1001"), name=SafeText("林小梅"), role=Role.CASHIER, pin_hash="$argon2id$x")
CONTENT = BookContent(
    label="20261123.1",
    articles=(NOODLES, APPLES, BOTTLE),
    barcodes=(("6925303721367", NOODLES.sku), ("6925303721374", NOODLES.sku), ("01234565", BOTTLE.sku)),
    staff=(LIN,),
    settings=Settings(limits=Limits(quantity=50), member_prefixes=("88",)),
)
WITH_TERMS = replace(CONTENT, articles=(NOODLES, PHONE, APPLES, BOTTLE))


def change(path: Path, *statements: str) -> None:
    """Change a finished book as no honest builder would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=1")
        connection.execute("PRAGMA writable_schema=1")
        for statement in statements:
            connection.execute(statement)


def patch(path: Path, offset: int, data: bytes) -> None:
    raw = bytearray(path.read_bytes())
    raw[offset : offset + len(data)] = data
    path.write_bytes(raw)
