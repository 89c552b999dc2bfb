"""What a shop sells: articles, and the formats of the labels that scales print."""

from enum import StrEnum

from msgspec import Struct

from terminal.domain.ids import Sku
from terminal.domain.text import SafeText


class Unit(StrEnum):
    """How an article is counted."""

    EACH = "each"
    KG = "kg"


class Article(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article of a price book. Prices are fen per piece, or per kg, and include VAT; ``vat_bp`` is basis points.

    ``initials`` are the pinyin initials of the name (乐事薯片 → lssp), made at HQ.
    """

    sku: Sku
    name: SafeText
    price_fen: int
    unit: Unit = Unit.EACH
    category: str = ""
    vat_bp: int = 1300
    member_price_fen: int | None = None
    open_price: bool = False
    deposit: bool = False
    discountable: bool = True
    plu: str | None = None
    initials: str = ""
    min_age: int = 0


class LabelPart(StrEnum):
    """What a field of a scale label carries."""

    PLU = "plu"
    AMOUNT = "amount"
    WEIGHT = "weight"


class LabelField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field of a label: how many digits, and how many of them are decimals of a yuan or of a kilogram."""

    part: LabelPart
    digits: int
    decimals: int = 0


class CheckDigit(StrEnum):
    """How the last digit of a label is checked."""

    EAN = "ean"
    NONE = "none"


class LabelFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An in-store barcode with embedded price or weight: ``prefix`` + fields in order + one check character."""

    prefix: str
    length: int
    fields: tuple[LabelField, ...]
    check: CheckDigit = CheckDigit.EAN
