"""Rows of text for the screen: cells, tones, cutting, and what changed between two rows. Pure; knows no terminal.

A `Row` is a tuple of `Span`s that together fill the width of the screen. Every text passes `safe` on its way into a
row: nothing that comes from outside reaches the terminal as anything but printable characters.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

CUT = "~"
JOIN_CELLS = 7
"""Equal cells between two changed runs that are repainted with them: a cursor movement costs as many bytes."""

_PLAIN_INSTEAD = {
    "\ufffd": "?",
    "\u3000": "  ",
    "\u00a0": " ",
    "\u00d7": "x",
    "\u00f7": "/",
    "\u00b1": "+-",
    "\u00b7": ".",
    "\u2014": "-",
    "\u2015": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2026": "..",
    "\u2103": "C",
    "\u2160": "I",
    "\u2161": "II",
    "\u2162": "III",
    "\ufe0e": "",
    "\ufe0f": "",
}
"""Characters of article names that terminals draw one or two cells wide as they like (East Asian Ambiguous)."""
_INSTEAD = str.maketrans(_PLAIN_INSTEAD)


class Tone(StrEnum):
    """What a piece of text is; a palette says how it looks. Meaning never hangs on the colour alone."""

    PLAIN = "plain"
    LABEL = "label"
    STRONG = "strong"
    HEADER = "header"
    COLUMNS = "columns"
    RULE = "rule"
    SELECTED = "selected"
    VOIDED = "voided"
    TOTAL = "total"
    PIXEL = "pixel"
    OK = "ok"
    ATTENTION = "attention"
    REJECTED = "rejected"
    MONEY = "money"
    INPUT = "input"
    KEY = "key"
    KEYS = "keys"


Span = tuple[str, Tone]
Row = tuple[Span, ...]
Cell = tuple[str, Tone]


def safe(text: str) -> str:
    """Return text that a terminal draws as it stands: no control, bidi or zero-width characters, no ambiguous width."""
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_INSTEAD)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "?" for char in text)


@lru_cache(maxsize=512)
def cut(text: str, width: int) -> str:
    """Return safe text in at most ``width`` cells; what is cut off shows as `CUT`."""
    text = safe(text)
    if cell_len(text) <= width:
        return text
    if width <= len(CUT):
        return CUT[: max(0, width)]
    return set_cell_size(text, width - len(CUT)).rstrip() + CUT


def width_of(text: str) -> int:
    """Return the cells that the text takes once it is `safe`."""
    return cell_len(safe(text))


class Pen:
    """Writes one row from left to right: texts at columns, blanks between them."""

    def __init__(self, width: int, tone: Tone = Tone.PLAIN) -> None:
        self._width = width
        self._tone = tone
        self._at = 0
        self._spans: list[Span] = []

    @property
    def at(self) -> int:
        """The column behind what was written."""
        return self._at

    @property
    def room(self) -> int:
        """Cells that are left."""
        return self._width - self._at

    def write(self, text: str, tone: Tone | None = None, *, width: int | None = None) -> "Pen":
        """Write at the present column, in at most ``width`` cells."""
        room = self.room if width is None else min(width, self.room)
        text = cut(text, room)
        if text:
            self._add(text, tone or self._tone)
        return self

    def goto(self, column: int) -> "Pen":
        """Blank up to a column; nothing when the pen is there already."""
        column = min(column, self._width)
        if column > self._at:
            self._add(" " * (column - self._at), self._tone)
        return self

    def right(self, end: int, text: str, tone: Tone | None = None, *, gap: int = 1) -> "Pen":
        """Write so that the text ends before column ``end``, with ``gap`` blanks between it and what stands before."""
        end = min(end, self._width)
        blanks = gap if self._at and self._spans[-1][0][-1:] != " " else 0
        text = cut(text, max(0, end - self._at - blanks))
        self.goto(end - cell_len(text))
        return self.write(text, tone) if text else self

    def row(self) -> Row:
        """Return the row, filled up to its width."""
        self.goto(self._width)
        return tuple(self._spans)

    def _add(self, text: str, tone: Tone) -> None:
        self._at += cell_len(text)
        if self._spans and self._spans[-1][1] is tone:
            self._spans[-1] = (self._spans[-1][0] + text, tone)
        else:
            self._spans.append((text, tone))


@lru_cache(maxsize=16)
def blank(width: int, tone: Tone = Tone.PLAIN) -> Row:
    """Return an empty row."""
    return Pen(width, tone).row()


@lru_cache(maxsize=8)
def rule(width: int) -> Row:
    """Return a line of dashes: box characters are of ambiguous width."""
    return (("-" * width, Tone.RULE),)


def text_of(row: Row) -> str:
    """Return the characters of a row."""
    return "".join(text for text, _ in row)


@lru_cache(maxsize=64)
def cells(row: Row) -> tuple[Cell, ...]:
    """Return one (characters, tone) a cell; the second cell of a wide character is empty, and stands behind it."""
    found: list[Cell] = []
    for text, tone in row:
        for char in text:
            size = cell_len(char)
            if size == 0 and found:
                found[-1] = (found[-1][0] + char, tone)
            elif size:
                found.append((char, tone))
                found.extend([("", tone)] * (size - 1))
    return tuple(found)


def changes(old: Row, new: Row) -> Iterator[tuple[int, int]]:
    """Yield the runs of cells [start, end) in which ``new`` differs from ``old``.

    Near runs are joined; a wide character is never split.
    """
    before, after = cells(old), cells(new)
    start = end = -1
    for column, cell in enumerate(after):
        second_half = not cell[0] and end == column
        if column < len(before) and before[column] == cell and not second_half:
            continue
        if start >= 0 and column - end > JOIN_CELLS:
            yield start, end
            start = column
        elif start < 0:
            start = column
        end = column + 1
    if start >= 0:
        yield start, end
