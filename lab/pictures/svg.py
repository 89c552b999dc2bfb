"""Cells of a terminal as an SVG: each glyph is a ``<text>`` of its own at its cell.

A run of text would be laid out by the renderer: leading blanks collapse, and Chinese drifts off its columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

CELL_WIDTH = 12
CELL_HEIGHT = 24
FONT_SIZE = 20
WIDE_FONT_SIZE = 23
BASELINE = 19
WIDE_BASELINE = 21
"""From the top of a cell: the em box of a wide glyph (0.88 above, 0.12 below) stands in the middle of its cell."""
MARGIN = 12
FONTS = "DejaVu Sans Mono, Noto Sans Mono CJK SC, WenQuanYi Zen Hei Mono"

Colour = str
"""``#rrggbb``."""

ANSI: dict[str, Colour] = {
    "black": "#10141a",
    "red": "#c0392b",
    "green": "#27ae60",
    "yellow": "#d79921",
    "blue": "#1f4e8c",
    "magenta": "#9b59b6",
    "cyan": "#4fb3bf",
    "white": "#d0d4d9",
    "bright_black": "#6b7280",
    "bright_red": "#ff6b5e",
    "bright_green": "#5fd38d",
    "bright_yellow": "#ffd75e",
    "bright_blue": "#5c9ded",
    "bright_magenta": "#d08ce8",
    "bright_cyan": "#7fe0e8",
    "bright_white": "#ffffff",
}
FOREGROUND = ANSI["white"]
BACKGROUND = ANSI["black"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """What stands at a cell; the second cell of a wide glyph has no text. Colours are as they are seen."""

    text: str
    colour: Colour = FOREGROUND
    background: Colour = BACKGROUND
    bold: bool = False


def svg(rows: Sequence[Sequence[Glyph]], *, cursor: tuple[int, int] | None = None) -> str:
    """Return a picture of the rows, with an underlined cursor at (column, row)."""
    width = max((len(row) for row in rows), default=0) * CELL_WIDTH + 2 * MARGIN
    height = len(rows) * CELL_HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<rect width="{width}" height="{height}" fill="{BACKGROUND}" rx="6"/>',
        f'<g font-family="{FONTS}" font-size="{FONT_SIZE}">',
    ]
    for y, row in enumerate(rows):
        parts += _backgrounds(row, MARGIN + y * CELL_HEIGHT)
    for y, row in enumerate(rows):
        parts += _glyphs(row, MARGIN + y * CELL_HEIGHT)
    if cursor is not None:
        x, y = MARGIN + cursor[0] * CELL_WIDTH, MARGIN + cursor[1] * CELL_HEIGHT + CELL_HEIGHT - 4
        parts.append(f'<rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="3" fill="{FOREGROUND}"/>')
    return "\n".join((*parts, "</g>", "</svg>", ""))


def _backgrounds(row: Sequence[Glyph], y: int) -> Iterable[str]:
    """Yield one rectangle for each run of one colour."""
    start = 0
    for column in range(1, len(row) + 1):
        if column < len(row) and row[column].background == row[start].background:
            continue
        if row[start].background != BACKGROUND:
            x, width = MARGIN + start * CELL_WIDTH, (column - start) * CELL_WIDTH
            yield f'<rect x="{x}" y="{y}" width="{width}" height="{CELL_HEIGHT}" fill="{row[start].background}"/>'
        start = column


def _glyphs(row: Sequence[Glyph], top: int) -> Iterable[str]:
    for column, glyph in enumerate(row):
        if glyph.text.strip():
            wide = column + 1 < len(row) and not row[column + 1].text
            extra = f' font-size="{WIDE_FONT_SIZE}"' if wide else ""
            if glyph.bold:
                extra += ' font-weight="bold"'
            x, y = MARGIN + column * CELL_WIDTH, top + (WIDE_BASELINE if wide else BASELINE)
            yield f'<text x="{x}" y="{y}" fill="{glyph.colour}"{extra}>{escape(glyph.text)}</text>'
