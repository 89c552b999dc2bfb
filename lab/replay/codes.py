"""The codes of the replay: article numbers as in-store codes (prefix 2), households as member cards."""

from lab.replay.data import Label
from terminal.domain.barcode import ean_check_digit
from terminal.domain.catalog import CardFormat

CARDS = CardFormat(prefix="98", length=12)
COUPONS = CardFormat(prefix="99", length=17)
_BOOK = "20"
_OPEN = "21"
_LABEL = "2"


def label_code(label: Label) -> str:
    """Return the EAN-13 of an article whose price the book decides, or the GTIN-14 of another price of it."""
    if label.number == 0:
        return _with_check(f"{_BOOK}{label.article:010d}")
    return _with_check(f"{_LABEL}{label.number:04d}{label.article:08d}")


def open_code(article: int) -> str:
    """Return the EAN-13 of the same article sold at an open price."""
    return _with_check(f"{_OPEN}{article:010d}")


def member_code(household: int) -> str:
    """Return the number of a household's card."""
    return f"{CARDS.prefix}{household:010d}"


def coupon_code(basket: int, place: int) -> str:
    """Return the code of the chain's coupon for the line at a place of a basket."""
    return f"{COUPONS.prefix}{basket:012d}{place:03d}"


def _with_check(data: str) -> str:
    return f"{data}{ean_check_digit(data)}"
