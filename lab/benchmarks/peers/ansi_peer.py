"""The floor: escape sequences by hand, only the rows that changed (ECMA-48: CUP, CHA, SGR, ED, EL)."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from lab.benchmarks.peers import table
from lab.benchmarks.peers.table import Checkout, Codes, Run

OUT = 1
CLEAR = "\x1b[K"


def rows_of(checkout: Checkout) -> dict[int, str]:
    """Return every row that can change, as it is written."""
    rows = dict.fromkeys(range(table.BASKET_TOP, table.TOTAL_TOP), CLEAR)
    for row, (text, selected) in enumerate(checkout.page, table.BASKET_TOP):
        rows[row] = f"\x1b[7m{text}\x1b[m" if selected else text
    for at, lit in enumerate(checkout.total):
        left = checkout.counted if at == 0 else ""
        rows[table.TOTAL_TOP + at] = left + _pixels(lit)
    rows[table.DONE_ROW] = table.padded(checkout.done, table.WIDTH - 1)
    return rows


def main(path: str) -> None:
    """Draw until no more codes come."""
    codes = Codes(Path(path))
    checkout = Checkout()
    shown: dict[int, str] = {}
    still = {0: table.HEADER, 1: table.COLUMNS, table.HEIGHT - 1: table.KEYS}
    _write("\x1b[2J" + "".join(f"\x1b[{row + 1};1H{text}" for row, text in still.items()))
    while True:
        for code in codes.read():
            checkout.add(code)
        rows = rows_of(checkout)
        _write("".join(f"\x1b[{row + 1};1H{text}" for row, text in rows.items() if shown.get(row) != text))
        shown = rows


def _pixels(lit: list[Run]) -> str:
    cells = "".join(f"\x1b[{start + 1}G\x1b[7m{' ' * (end - start)}\x1b[m" for start, end in lit)
    return f"\x1b[{table.TOTAL_LEFT + 1}G\x1b[K{cells}"


def _write(text: str) -> None:
    data = memoryview(text.encode())
    while data:
        data = data[os.write(OUT, data) :]


if __name__ == "__main__":
    with suppress(EOFError):
        main(sys.argv[1])
