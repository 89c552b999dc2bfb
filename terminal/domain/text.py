"""The one boundary for foreign text: names, codes, messages of files, cards, scanners and HQ."""

import unicodedata
from typing import NewType

SafeText = NewType("SafeText", str)
"""Text without control, bidi or zero-width characters, NFC, at most its limit long. Made by `clean` only."""

REPLACEMENT = "\ufffd"
_PHONE_LENGTH = 11
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(raw: str, *, limit: int = 200) -> SafeText:
    """Make foreign text safe for screen, paper, shell and log.

    Control, format (bidi, zero-width), surrogate, private and unassigned characters become U+FFFD; the rest is NFC.
    Text longer than ``limit`` characters is cut.
    """
    if raw.isascii() and raw.isprintable():
        return SafeText(raw[:limit])
    normal = unicodedata.normalize("NFC", raw[: limit * 4])
    return SafeText(
        "".join(REPLACEMENT if unicodedata.category(char) in _UNSAFE_CATEGORIES else char for char in normal)[:limit]
    )


def is_safe(text: str) -> bool:
    """Whether ``text`` could have come out of `clean` (with a limit that it keeps)."""
    return unicodedata.is_normalized("NFC", text) and all(
        unicodedata.category(char) not in _UNSAFE_CATEGORIES for char in text
    )


def tail(number: SafeText) -> SafeText:
    """Return the end of a number by which people tell it from others: ``****5678``; of a short one only half."""
    return SafeText(f"****{number[len(number) - min(4, len(number) // 2) :]}") if number else number


def mask(number: SafeText) -> SafeText:
    """Return a card or phone number as it may be seen: ``138****6021``; of a short one only the last third."""
    if len(number) >= _PHONE_LENGTH:
        return SafeText(f"{number[:3]}****{number[-4:]}")
    return SafeText(f"****{number[len(number) - len(number) // 3 :]}")
