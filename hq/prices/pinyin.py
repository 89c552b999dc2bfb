"""Pinyin initials of Chinese names: 乐事薯片 → lssp. Made once, at HQ, so that no till needs a dictionary."""

import unicodedata


def initials(name: str) -> str:
    """Return first letters of the syllables, and Latin letters and digits as they are, in lower case."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - its dictionary costs 100 ms and 20 MB

    plain = unicodedata.normalize("NFKC", name)
    parts = lazy_pinyin(plain, style=Style.FIRST_LETTER)
    return "".join(char for char in "".join(parts).lower() if char.isascii() and char.isalnum())
