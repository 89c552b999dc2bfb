"""Members' cards and goods share the scanner: what would be taken for a card can never be sold."""

from terminal.domain.barcode import GTIN_LENGTHS, MemberCode, forms_of, read_code
from terminal.domain.catalog import CardFormat
from terminal.domain.settings import Settings

IN_STORE_8 = ("0", "2")
IN_STORE_13 = ("02", "04", "05", "2", "98", "99")
"""GS1 General Specifications 1.4.2: prefixes that no maker's GTIN-8 or GTIN-13 has (stores, coupons)."""


def reads_as_card(code: str, settings: Settings) -> bool:
    """Whether a till takes a barcode or PLU, in any way to write it, for a member's card."""
    forms = forms_of(code)
    return any(isinstance(read_code(form, settings.labels, cards=settings.member_cards), MemberCode) for form in forms)


def warnings_of(settings: Settings) -> tuple[str, ...]:
    """Return what to tell of formats that makers' goods may have as well, also goods that are not on file yet."""
    return tuple(
        f"cards {card.prefix} of {card.length} digits: goods of makers may have such a code, and are not sold then"
        for card in settings.member_cards
        if is_like_goods(card)
    )


def is_like_goods(card: CardFormat) -> bool:
    """Whether makers' goods may have a code of this format."""
    if card.length not in GTIN_LENGTHS or not card.prefix.isdigit():
        return False
    match card.length:
        case 8:
            return not card.prefix.startswith(IN_STORE_8)
        case 12:
            return not f"0{card.prefix}".startswith(IN_STORE_13)
        case 13:
            return not card.prefix.startswith(IN_STORE_13)
        case _:
            return True
