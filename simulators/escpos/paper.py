"""What is on the paper: items from top to bottom, receipts from cut to cut. Pure values.

Lengths are dots of 1/203 inch (8 a millimetre).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

CELL_DOTS = 12
GLYPH_DOTS = 24


class Align(StrEnum):
    """Where a line stands (ESC a)."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How characters look. ``width`` and ``height`` are factors 1 to 8."""

    width: int = 1
    height: int = 1
    bold: bool = False
    underline_dots: int = 0
    inverted: bool = False
    font_b: bool = False
    """9 dots a cell in place of 12."""

    def advance_dots(self, *, wide: bool) -> int:
        """Dots from one character to the next."""
        cell = 9 if self.font_b else CELL_DOTS
        return (GLYPH_DOTS if wide else cell) * self.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Characters of one style and one width; ``x_dots`` from the beginning of the line."""

    text: str
    wide: bool
    style: Style
    x_dots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One printed line; ``width_dots`` is the width of its runs, ``height_dots`` what it feeds."""

    runs: tuple[Run, ...]
    align: Align
    width_dots: int
    height_dots: int

    @property
    def plain(self) -> str:
        """Its characters, with single blanks of the printer's own spacing kept as cells."""
        return _cells_of(self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """A black-and-white picture: rows of packed bits, most significant bit left, 1 = black."""

    width: int
    height: int
    rows: bytes
    align: Align
    scale_x: int = 1
    scale_y: int = 1

    @property
    def height_dots(self) -> int:
        """What it feeds."""
        return self.height * self.scale_y


@dataclass(frozen=True, slots=True, kw_only=True)
class BarCode:
    """A one-dimensional symbol; ``hri`` says where its digits stand: none, above, below, both."""

    kind: str
    data: str
    bar_dots: int
    module_dots: int
    hri: str
    align: Align

    @property
    def height_dots(self) -> int:
        """What it feeds."""
        return self.bar_dots + GLYPH_DOTS * {"none": 0, "both": 2}.get(self.hri, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QrSymbol:
    """A QR code; ``level`` is L, M, Q or H."""

    data: str
    module_dots: int
    level: str
    align: Align

    @property
    def height_dots(self) -> int:
        """What it feeds, for a symbol of version 3 (29 modules): its true size is the drawing's business."""
        return 29 * self.module_dots


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLogo:
    """An image of the printer's own memory (FS p), of which a simulator knows the number only."""

    number: int
    align: Align
    height_dots: int = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Paper without print."""

    height_dots: int


Item = TextLine | Raster | BarCode | QrSymbol | StoredLogo | Gap


class CutKind(StrEnum):
    """How a receipt ends; NONE: not cut yet, TORN: by hand, at the tear bar."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    TORN = "torn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The paper between two cuts."""

    items: tuple[Item, ...]
    columns: int
    cut: CutKind = CutKind.NONE

    @property
    def width_dots(self) -> int:
        """The printable width."""
        return self.columns * CELL_DOTS

    def lines(self) -> list[str]:
        """The text lines alone, without alignment and marks, empty ones left out."""
        return [item.plain for item in self.items if isinstance(item, TextLine)]

    def qr_codes(self) -> list[str]:
        """The contents of its QR symbols."""
        return [item.data for item in self.items if isinstance(item, QrSymbol)]

    def barcodes(self) -> list[tuple[str, str]]:
        """Kind and contents of its bar codes."""
        return [(item.kind, item.data) for item in self.items if isinstance(item, BarCode)]

    def rasters(self) -> list[tuple[int, int]]:
        """Width and height of its pictures, in dots."""
        return [(item.width, item.height) for item in self.items if isinstance(item, Raster)]

    def pictures(self) -> list[Raster]:
        """Its pictures as a person sees them: slices that touch and are equally wide are one."""
        return [item for item in _joined(self.items) if isinstance(item, Raster)]

    def text(self) -> str:
        """The paper for a terminal: aligned, Chinese in two cells, other than plain characters marked at the right.

        A line in double width and height ends in ``[2x2]``; pictures and symbols stand as ``[image 16x3]``,
        ``[QR …]``, ``[EAN13 …]``; the cut as a dashed line.
        """
        lines = [line for item in _joined(self.items) for line in self._item_text(item)]
        if self.cut is not CutKind.NONE:
            lines.append("- " * (self.columns // 2))
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _item_text(self, item: Item) -> Iterable[str]:
        match item:
            case TextLine():
                indent = self._indent_cells(item.width_dots, item.align)
                return (" " * indent + item.plain + _mark(item),)
            case Gap():
                return [""] * (item.height_dots // (GLYPH_DOTS + 6))
            case Raster():
                return self._placed(f"[image {item.width}x{item.height}]", item.align)
            case BarCode():
                return self._placed(f"[{item.kind} {item.data}]", item.align)
            case QrSymbol():
                return self._placed(f"[QR {item.data}]", item.align)
            case StoredLogo():
                return self._placed(f"[logo {item.number}]", item.align)
            case _:
                assert_never(item)

    def _placed(self, text: str, align: Align) -> tuple[str]:
        return (" " * self._indent_cells(_cells(text) * CELL_DOTS, align) + text,)

    def _indent_cells(self, width_dots: int, align: Align) -> int:
        free = max(0, self.width_dots - width_dots)
        match align:
            case Align.LEFT:
                return 0
            case Align.CENTER:
                return free // 2 // CELL_DOTS
            case Align.RIGHT:
                return free // CELL_DOTS
            case _:
                assert_never(align)


def _joined(items: Iterable[Item]) -> list[Item]:
    """Put the slices of each picture together."""
    whole: list[Item] = []
    for item in items:
        before = whole[-1] if whole else None
        if isinstance(item, Raster) and isinstance(before, Raster) and _goes_on(before, item):
            whole[-1] = replace(before, height=before.height + item.height, rows=before.rows + item.rows)
        else:
            whole.append(item)
    return whole


def _goes_on(above: Raster, below: Raster) -> bool:
    return replace(above, height=0, rows=b"") == replace(below, height=0, rows=b"")


def _mark(line: TextLine) -> str:
    styles = [run.style for run in line.runs]
    width = max((style.width for style in styles), default=1)
    height = max((style.height for style in styles), default=1)
    return "" if width == height == 1 else f"  [{width}x{height}]"


def _cells_of(runs: tuple[Run, ...]) -> str:
    """Runs side by side in cells. Characters of double width stay together: the mark tells their size."""
    text = ""
    end_dots = 0
    for run in runs:
        text += " " * round(max(0, run.x_dots - end_dots) / run.style.advance_dots(wide=False))
        # A terminal gives one cell to some characters (… · ×) that the printer sets in two.
        text += "".join(char + " " * (run.wide and _cells(char) < 2) for char in run.text)
        end_dots = run.x_dots + len(run.text) * run.style.advance_dots(wide=run.wide)
    return text


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
