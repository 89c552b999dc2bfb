"""Chinese text for receipt printers: what a character is in bytes, how wide it prints, where a line breaks.

In FS & mode an ASCII byte prints one cell wide and a two-byte GB18030 character two, so that width = number of bytes.
"""

from functools import lru_cache
from itertools import accumulate
from typing import Final

SUBSTITUTE: Final = "〓"
"""Printed for what the printer's font cannot have: the mark of missing type, two cells (A1 FE in GB 2312)."""

# Characters of four bytes (or none) in GB18030 for which the printer has a good neighbour.
_NEIGHBOURS: Final = {"¥": "￥", "\u00a0": " ", "•": "·", "⁄": "/", "−": "-", "‑": "-"}
_TWO_BYTES: Final = 2
_FIRST_PRINTABLE: Final = 0x20
_DELETE: Final = 0x7F


@lru_cache(maxsize=4096)
def char_bytes(char: str) -> bytes:
    """Return the one or two bytes of a character; 2-byte firmware would print two wrong ones for a 4-byte code."""
    raw = _NEIGHBOURS.get(char, char).encode("gb18030", "replace")
    if len(raw) == 1:
        return raw if _FIRST_PRINTABLE <= raw[0] < _DELETE else SUBSTITUTE.encode("gb18030")
    return raw if len(raw) == _TWO_BYTES else SUBSTITUTE.encode("gb18030")


def text_bytes(text: str) -> bytes:
    """Return the bytes of a text for FS & mode."""
    return b"".join(map(char_bytes, text))


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return sum(len(char_bytes(char)) for char in text)


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most ``columns`` cells (at least 2), inside a Latin word only if it must be."""
    lines: list[str] = []
    rest = text.strip()
    while cells(rest) > columns:
        end = _fitting(rest, columns)
        cut = _word_start(rest, end) or end
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, rest]


def spread(left: str, right: str, columns: int) -> list[str]:
    """Return lines with ``left`` at the left and ``right`` at the right end: on one line if they fit, else below."""
    gap = columns - cells(left) - cells(right)
    if not right:
        return wrap(left, columns)
    if left and gap >= 1:
        return [left + " " * gap + right]
    above = wrap(left, columns) if left else []
    return [*above, *(" " * (columns - cells(line)) + line for line in wrap(right, columns))]


def _fitting(text: str, columns: int) -> int:
    """Return how many characters from the left fit; at least one."""
    ends = accumulate(len(char_bytes(char)) for char in text)
    return max(1, sum(end <= columns for end in ends))


def _word_start(text: str, cut: int) -> int:
    """Return where the Latin word that stands over ``cut`` begins; ``cut`` itself when none does."""
    start = cut
    while start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1]):
        start -= 1
    return start


def _is_latin(char: str) -> bool:
    return char.isascii() and not char.isspace()
