"""The same with urwid: its ListBox scrolls by itself, its loop waits for codes."""

import sys
from contextlib import suppress
from pathlib import Path

import urwid

from lab.benchmarks.peers import table
from lab.benchmarks.peers.table import Checkout, Codes, Run

PALETTE = [("lit", "standout", "")]


class Window:
    """The widgets, and how a code changes them."""

    def __init__(self) -> None:
        self._checkout = Checkout()
        self._lines: urwid.SimpleFocusListWalker[urwid.AttrMap[urwid.Text]] = urwid.SimpleFocusListWalker([])
        self._counted = urwid.Text("")
        self._total = urwid.Text("")
        self._done = urwid.Text("")
        blank = max(0, table.HEIGHT - table.DONE_ROW - 2)
        bottom = urwid.Pile(
            [
                urwid.Divider("-"),
                urwid.Columns([(table.TOTAL_LEFT, self._counted), self._total]),
                self._done,
                *(urwid.Divider() for _ in range(blank)),
                urwid.Text(table.KEYS, wrap="clip"),
            ]
        )
        top = urwid.Pile([urwid.Text(table.HEADER, wrap="clip"), urwid.Text(table.COLUMNS, wrap="clip")])
        self.frame = urwid.Frame(urwid.ListBox(self._lines), header=top, footer=bottom)
        self._paint()

    def add(self, codes: list[str]) -> None:
        """Add a line for each code."""
        for code in codes:
            self._checkout.add(code)
            if code:
                text = urwid.Text(self._checkout.lines[-1], wrap="clip")
                self._lines.append(urwid.AttrMap(text, None, "lit"))
            else:
                self._lines.clear()
        if self._lines:
            self._lines.set_focus(len(self._lines) - 1)
        self._paint()

    def _paint(self) -> None:
        self._counted.set_text(self._checkout.counted)
        self._total.set_text([part for lit in self._checkout.total for part in (*_markup(lit), "\n")][:-1])
        self._done.set_text(self._checkout.done)


def main(path: str) -> None:
    """Draw until no more codes come."""
    codes = Codes(Path(path))
    window = Window()
    loop = urwid.MainLoop(window.frame, PALETTE, handle_mouse=False)
    loop.watch_file(codes.descriptor, lambda: window.add(codes.read()))
    loop.run()


def _markup(lit: list[Run]) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    at = table.TOTAL_LEFT
    for start, end in lit:
        parts += [" " * (start - at), ("lit", " " * (end - start))]
        at = end
    return parts or [""]


if __name__ == "__main__":
    with suppress(EOFError):
        main(sys.argv[1])
