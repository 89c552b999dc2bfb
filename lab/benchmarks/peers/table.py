"""The checkout that every peer draws: the columns, the page and the big total of the product's screen, at 80x25.

A peer reads codes, a line each, from a FIFO. Price and name follow from the code: there is no book and no disk.
"""

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from terminal.tui.digits import SMALL, paint
from terminal.tui.paper import Tone
from terminal.tui.window import first_line

WIDTH, HEIGHT = 80, 25
BASKET_TOP = 2
BASKET_ROWS = 14
TOTAL_TOP = BASKET_TOP + BASKET_ROWS + 1
TOTAL_LEFT = 48
DONE_ROW = TOTAL_TOP + SMALL
NAME_CELLS = 33
HEADER = " 018店 03机  收银员 1024 王芳  单号 0003-20251121-0187        联机 队列0  19:30"
COLUMNS = "   # 条码           品名                             数量     单价      金额 标"
KEYS = " F1帮助 F2改量 F3折扣 F4会员 F5挂单 F6取单 F7退货 F8券/积分 F9开箱 F12现金"
READ_BYTES = 1 << 16

Run = tuple[int, int]
"""Columns of lit cells: from, to."""


@dataclass(slots=True)
class Checkout:
    """A basket that only grows, and what of it stands on the screen."""

    lines: list[str] = field(default_factory=list)
    total_fen: int = 0
    top: int | None = None
    done: str = ""

    def add(self, code: str) -> None:
        """Add a line; no code at all is the next customer."""
        if not code:
            self.lines.clear()
            self.total_fen, self.top, self.done = 0, None, ""
            return
        price_fen = 100 + int(code[-5:]) % 900
        self.total_fen += price_fen
        name = f"农夫山泉饮用天然水{code[-4:-1]}ml"
        price = f"{price_fen / 100:.2f}"
        number = len(self.lines) + 1
        self.lines.append(f"{number:>4} {code:<15}{padded(name, NAME_CELLS)}{1:>6}{price:>9}{price:>10}  ")
        self.done = f" OK {name} x1  {price}"
        self.top = first_line(count=number, selected=number - 1, height=BASKET_ROWS, before=self.top)

    @property
    def page(self) -> list[tuple[str, bool]]:
        """The rows of the basket that are on the screen, and which of them is the selected one."""
        top = self.top or 0
        shown = self.lines[top : top + BASKET_ROWS]
        last = len(self.lines) - 1
        return [(f"{'>' if top + at == last else ' '}{text[1:]}", top + at == last) for at, text in enumerate(shown)]

    @property
    def counted(self) -> str:
        """What stands left of the total."""
        return f" 件数 {len(self.lines)}"

    @property
    def total(self) -> list[list[Run]]:
        """The lit cells of each row of the big total."""
        rows = paint(f"{self.total_fen / 100:.2f}", rows=SMALL, pixel=1)
        return [_lit(row) for row in rows]


def padded(text: str, cells: int) -> str:
    """Return a text with blanks up to a width in cells."""
    return text + " " * (cells - sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text))


class Codes:
    """The FIFO of codes; who writes them must have it open."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDONLY)
        self._rest = b""

    def read(self) -> list[str]:
        """Wait for codes and return those that are whole; `EOFError` when no more will come."""
        data = os.read(self.descriptor, READ_BYTES)
        if not data:
            raise EOFError
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.decode("ascii") for line in lines]


def _lit(row: tuple[tuple[str, Tone], ...]) -> list[Run]:
    runs: list[Run] = []
    at = TOTAL_LEFT
    for text, tone in row:
        if tone is Tone.PIXEL:
            runs.append((at, at + len(text)))
        at += len(text)
    return runs
