"""The same with curses: the library finds the cells that changed."""

import curses
import locale
import sys
from contextlib import suppress
from pathlib import Path

from lab.benchmarks.peers import table
from lab.benchmarks.peers.table import Checkout, Codes


def draw(screen: curses.window, checkout: Checkout) -> None:
    """Put the basket and the total on the screen."""
    for row, (text, selected) in enumerate(checkout.page, table.BASKET_TOP):
        screen.addstr(row, 0, text, curses.A_REVERSE if selected else curses.A_NORMAL)
        screen.clrtoeol()
    for row in range(table.BASKET_TOP + len(checkout.page), table.TOTAL_TOP):
        screen.move(row, 0)
        screen.clrtoeol()
    for at, lit in enumerate(checkout.total):
        row = table.TOTAL_TOP + at
        screen.move(row, table.TOTAL_LEFT)
        screen.clrtoeol()
        for start, end in lit:
            screen.addstr(row, start, " " * (end - start), curses.A_REVERSE)
    screen.addstr(table.TOTAL_TOP, 0, checkout.counted)
    screen.addstr(table.DONE_ROW, 0, checkout.done)
    screen.clrtoeol()
    screen.refresh()


def main(screen: curses.window, path: str) -> None:
    """Draw until no more codes come."""
    codes = Codes(Path(path))
    checkout = Checkout()
    for row, text in ((0, table.HEADER), (1, table.COLUMNS), (table.HEIGHT - 1, table.KEYS)):
        screen.addstr(row, 0, text)
    screen.refresh()
    while True:
        for code in codes.read():
            checkout.add(code)
        draw(screen, checkout)


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    with suppress(EOFError):
        curses.wrapper(main, sys.argv[1])
