"""The whole screen out of a view: a function of the view, the size of the screen, and the page that is open."""

from collections.abc import Callable
from dataclasses import dataclass

from terminal.tui import basket, edges
from terminal.tui.panels.drawing import draw_panel
from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.tui.window import first_line
from terminal.wire.counter.view import InputLine, Level, Notice, View

MIN_BASKET = 3
"""Rows that a basket needs to be worth showing above a panel."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: its rows, where the cursor stands, and how many lines a page of the basket has."""

    rows: tuple[Row, ...]
    cursor: tuple[int, int]
    page_rows: int


class Face:
    """Draws views. Keeps the top line of the basket between two of them, and nothing else."""

    def __init__(self, guard: Callable[[Callable[[], Part | None]], Part | None]) -> None:
        self._guard = guard
        self._top: int | None = None
        self._page_rows = 1

    def forget(self) -> None:
        """Show the end of the basket on a full page the next time: the screen is new."""
        self._top = None

    def draw(self, sheet: Sheet, view: View) -> Frame:
        """Return the picture of a view; a screen that is too small gets one clear sentence."""
        if not sheet.fits:
            return too_small(sheet)
        body = self._body(sheet, view)
        typed, column = edges.entry(sheet, view.input)
        rows = [edges.header(sheet, view.header, view.uplink), *body]
        rows += [edges.notice(sheet, view.notice, view.devices), typed]
        cursor = (column, len(rows) - 1)
        if sheet.has_key_line:
            rows.append(edges.keys(sheet, view.keys))
        return Frame(tuple(rows), cursor, self._page_rows)

    def _body(self, sheet: Sheet, view: View) -> list[Row]:
        part = self._guard(lambda: draw_panel(sheet, view))
        totals = list(edges.totals(sheet, view.totals))
        height = sheet.body_height
        if part is None:
            return self._page(sheet, view, height - len(totals)) + totals
        room = height if part.place is not Place.ABOVE_TOTALS else height - len(totals)
        rows = part.rows[:room]
        left = room - len(rows)
        if part.place is Place.WHOLE or left < MIN_BASKET or not view.lines:
            rows = rows + [sheet.blank()] * left
        else:
            rows = _end_of_basket(sheet, view, left) + rows
        return rows + totals if part.place is Place.ABOVE_TOTALS else rows

    def _page(self, sheet: Sheet, view: View, height: int) -> list[Row]:
        """Return the open page of the basket; an empty basket begins a new one."""
        self._page_rows = height - 1
        before = self._top if view.lines else 0
        self._top = first_line(count=len(view.lines), selected=view.selected, height=self._page_rows, before=before)
        return basket.rows(sheet, view.lines, top=self._top, selected=view.selected, height=height)


def _end_of_basket(sheet: Sheet, view: View, height: int) -> list[Row]:
    """Return the lines around the selected one, above a panel."""
    top = first_line(count=len(view.lines), selected=view.selected, height=height - 1, before=None)
    return basket.rows(sheet, view.lines, top=top, selected=view.selected, height=height)


def too_small(sheet: Sheet) -> Frame:
    """Return a screen with the one sentence that says how large it must be."""
    size = {"width": str(sheet.width), "height": str(sheet.height)}
    sentence = sheet.line(sheet.texts.say("screen.too_small", size), Tone.ATTENTION, indent=0)
    return Frame((sentence, *[sheet.blank()] * (sheet.height - 1)), (0, 0), 1)


def broken(sheet: Sheet) -> Part:
    """Return what stands in the place of a panel that could not be drawn."""
    return Part(Place.ABOVE_TOTALS, [sheet.rule(), sheet.line(sheet.texts.say("screen.broken_panel"), Tone.REJECTED)])


def without_till(view: View, message: str, *, level: Level = Level.ATTENTION) -> View:
    """Return the last view as it stands while the till is away: no input, no keys, and a notice that says so."""
    return View(
        header=view.header,
        totals=view.totals,
        notice=Notice(serial=view.notice.serial, level=level, message=message),
        input=InputLine(text="", hint=""),
        devices=(),
        uplink=view.uplink,
        panel=view.panel,
        lines=view.lines,
        selected=view.selected,
    )
