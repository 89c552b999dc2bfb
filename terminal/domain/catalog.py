"""What a shop sells: articles, the formats of the labels that scales print, and those of members' cards."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.ids import Sku
from terminal.domain.money import PriceFen, RateBp
from terminal.domain.text import SafeText


class Unit(StrEnum):
    """How an article is counted."""

    EACH = "each"
    KG = "kg"


class Tracking(StrEnum):
    """What is asked for when an article is sold: nothing more, the number of its batch, or that of this very piece."""

    NONE = "none"
    BATCH = "batch"
    SERIAL = "serial"


class Terms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for an article besides its price.

    Whether it earns points, whether it comes back, and its lowest price of thirty days, ``lowest_30d_fen`` (None = the
    present one). ``low_stock`` is the stock, in pieces or grams, at which it is to be ordered. What is ``recalled`` is
    not sold, for this reason. A ``service`` has no stock.
    """

    earns: bool = True
    returnable: bool = True
    lowest_30d_fen: PriceFen | None = None
    low_stock: int | None = None
    recalled: SafeText | None = None
    tracking: Tracking = Tracking.NONE
    service: bool = False


USUAL_TERMS = Terms()


class Article(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article of a price book. Prices are fen per piece, or per kg, and include VAT; ``vat_bp`` is basis points.

    ``initials`` are the pinyin initials of the name (乐事薯片 → lssp), made at HQ.
    """

    sku: Sku
    name: SafeText
    price_fen: PriceFen
    unit: Unit = Unit.EACH
    category: str = ""
    vat_bp: RateBp = 1300
    member_price_fen: PriceFen | None = None
    open_price: bool = False
    deposit: bool = False
    discountable: bool = True
    plu: str | None = None
    initials: str = ""
    min_age: Annotated[int, Meta(ge=0)] = 0
    terms: Terms = USUAL_TERMS


class LabelPart(StrEnum):
    """What a field of a scale label carries."""

    PLU = "plu"
    AMOUNT = "amount"
    WEIGHT = "weight"


class LabelField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field of a label: how many digits, and how many of them are decimals of a yuan or of a kilogram."""

    part: LabelPart
    digits: Annotated[int, Meta(ge=1)]
    decimals: Annotated[int, Meta(ge=0)] = 0


class CheckDigit(StrEnum):
    """How the last digit of a label is checked."""

    EAN = "ean"
    NONE = "none"


class LabelFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An in-store barcode with embedded price or weight: ``prefix`` + fields in order + one check character.

    `ValueError` (`msgspec.ValidationError` when decoded) if that is not ``length``, or a PLU is not there once.
    """

    prefix: str
    length: int
    fields: tuple[LabelField, ...]
    check: CheckDigit = CheckDigit.EAN

    def __post_init__(self) -> None:
        parts = [field.part for field in self.fields]
        whole = len(self.prefix) + sum(field.digits for field in self.fields) + 1
        if not self.prefix or whole != self.length:
            raise ValueError(f"label {self.prefix!r} has {whole} characters, not {self.length}")
        if LabelPart.PLU not in parts or len(set(parts)) != len(parts):
            raise ValueError(f"label {self.prefix!r} needs each part at most once, and a PLU")


class CardFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers of members' cards, or of coupons: what they begin with, and how many characters they have."""

    prefix: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]+$")]
    length: Annotated[int, Meta(ge=2, le=64)]

    def __post_init__(self) -> None:
        if len(self.prefix) >= self.length:
            raise ValueError(f"cards {self.prefix!r} of {self.length} characters have no number")

    def fits(self, code: str) -> bool:
        """Whether a code has this format."""
        return len(code) == self.length and code.startswith(self.prefix)
