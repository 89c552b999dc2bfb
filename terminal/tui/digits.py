"""Big digits out of blanks: every terminal, font and serial line can draw them. A pixel is painted in reverse."""

from functools import lru_cache

from terminal.tui.paper import Row, Span, Tone

SMALL = 5
TALL = 7
"""Rows of the two sizes."""

_GLYPHS = {
    "0": "111101101101111",
    "1": "010110010010111",
    "2": "111001111100111",
    "3": "111001111001111",
    "4": "101101111001001",
    "5": "111100111001111",
    "6": "111100111101111",
    "7": "111001001001001",
    "8": "111101111101111",
    "9": "111101111001111",
    "-": "000000111000000",
    ".": "00001",
    ",": "00001",
    " ": "00000",
}
_TALL_GLYPHS = {
    "0": "01110100011000110001100011000101110",
    "1": "00100011000010000100001000010001110",
    "2": "01110100010000100110010001000011111",
    "3": "11110000010000101110000010000111110",
    "4": "00010001100101010010111110001000010",
    "5": "11111100001111000001000011000101110",
    "6": "01110100001000011110100011000101110",
    "7": "11111000010000100010001000010000100",
    "8": "01110100011000101110100011000101110",
    "9": "01110100011000101111000010000101110",
    "-": "00000000000000011111000000000000000",
    ".": "0000001",
    ",": "0000001",
    " ": "0000000",
}


def width_of_digits(amount: str, *, rows: int, pixel: int) -> int:
    """Return the cells that an amount takes with pixels of ``pixel`` cells; one cell stands between two digits."""
    glyphs = _font(rows)
    return sum(len(glyphs[char]) // rows * pixel for char in _known(amount)) + max(0, len(_known(amount)) - 1)


def pixel_for(amount: str, *, rows: int, room: int) -> int:
    """Return the cells of a pixel: two, which looks square, where the amount has room for it; else one."""
    return 2 if width_of_digits(amount, rows=rows, pixel=2) <= room else 1


@lru_cache(maxsize=16)
def paint(amount: str, *, rows: int, pixel: int, tone: Tone = Tone.TOTAL) -> tuple[Row, ...]:
    """Return ``rows`` rows of blanks in `Tone.PIXEL` and ``tone`` that show the amount."""
    return tuple(_paint_row(_known(amount), y, rows=rows, pixel=pixel, tone=tone) for y in range(rows))


def _paint_row(amount: str, y: int, *, rows: int, pixel: int, tone: Tone) -> Row:
    glyphs = _font(rows)
    lit: list[bool] = []
    for index, char in enumerate(amount):
        if index:
            lit.append(False)
        width = len(glyphs[char]) // rows
        for bit in glyphs[char][y * width : (y + 1) * width]:
            lit.extend([bit == "1"] * pixel)
    spans: list[Span] = []
    for on in lit:
        kind = Tone.PIXEL if on else tone
        if spans and spans[-1][1] is kind:
            spans[-1] = (spans[-1][0] + " ", kind)
        else:
            spans.append((" ", kind))
    return tuple(spans)


def _font(rows: int) -> dict[str, str]:
    return _TALL_GLYPHS if rows == TALL else _GLYPHS


def _known(amount: str) -> str:
    return "".join(char for char in amount if char in _GLYPHS)
