"""Sets glyphs into lines and lines on paper, as the mechanism of the printer does."""

import dataclasses
from collections.abc import Callable, Iterable

from simulators.escpos.charset import Glyph
from simulators.escpos.paper import CELL_DOTS, GLYPH_DOTS, Align, Gap, Item, Run, Style, TextLine

_DEFAULT_SPACING = 30
_PLAIN = Style()


class Typesetter:
    """The line that is being set, and the modes that shape it. ``emit`` gets every finished item."""

    def __init__(self, width_dots: int, emit: Callable[[Item], None]) -> None:
        self._full_width = width_dots
        self._emit = emit
        self.reset()

    def reset(self) -> None:
        """ESC @: the modes of power-up; an unfinished line is thrown away."""
        self.style = _PLAIN
        self.align = Align.LEFT
        self.line_spacing = _DEFAULT_SPACING
        self.char_spacing = 0
        self.tabs = [CELL_DOTS * 8 * stop for stop in range(1, 33)]
        self.area_dots = self._full_width
        self.drop_line()

    def drop_line(self) -> None:
        """Begin the line anew; nothing of it was printed."""
        self.already_fed_dots = 0
        self._runs: list[Run] = []
        self._x = 0

    @property
    def at_line_start(self) -> bool:
        """Whether nothing stands in the line yet."""
        return not self._runs

    @property
    def x_dots(self) -> int:
        """Where the next glyph would stand."""
        return self._x

    def change_style(self, **changes: bool | int) -> None:
        """Change the named properties of the style for what follows."""
        self.style = dataclasses.replace(self.style, **changes)  # type: ignore[arg-type]

    def put(self, glyphs: Iterable[Glyph]) -> None:
        """Set glyphs; a full line is printed and goes on in the next."""
        for glyph in glyphs:
            advance = self.style.advance_dots(wide=glyph.wide) + self.char_spacing
            if self._x + advance > self.area_dots and self._runs:
                self.end_line()
            self._append(glyph)
            self._x += advance

    def move_to(self, x_dots: int) -> None:
        """Go to a place in the line; places outside the printing area are ignored, as the manual says."""
        if 0 <= x_dots < self.area_dots:
            self._x = x_dots

    def tab(self) -> None:
        """HT: the next tab stop, if there is one."""
        stops = [stop for stop in self.tabs if stop > self._x]
        if stops:
            self.move_to(stops[0])

    def end_line(self) -> None:
        """Print what stands in the line and feed one line."""
        if self.at_line_start:
            self._gap(self.line_spacing - self.already_fed_dots)
        else:
            self._emit_line(self.line_spacing)
        self._x = self.already_fed_dots = 0

    def feed(self, dots: int) -> None:
        """Print what stands in the line and feed ``dots`` in all."""
        if not self.at_line_start:
            dots -= self._height()
            self._emit_line(0)
        self._gap(dots)
        self._x = 0

    def _gap(self, dots: int) -> None:
        if dots > 0:
            self._emit(Gap(height_dots=dots))

    def _emit_line(self, spacing: int) -> None:
        self._emit(
            TextLine(
                runs=tuple(self._runs),
                align=self.align,
                width_dots=self._x,
                height_dots=max(spacing, self._height()),
            )
        )
        self._runs = []

    def _height(self) -> int:
        return GLYPH_DOTS * max(run.style.height for run in self._runs)

    def _append(self, glyph: Glyph) -> None:
        last = self._runs[-1] if self._runs else None
        if last is not None and (last.style, last.wide) == (self.style, glyph.wide) and self._follows(last):
            self._runs[-1] = dataclasses.replace(last, text=last.text + glyph.char)
        else:
            self._runs.append(Run(text=glyph.char, wide=glyph.wide, style=self.style, x_dots=self._x))

    def _follows(self, run: Run) -> bool:
        """Whether the next glyph stands right behind the run, with no jump and no extra spacing."""
        return run.x_dots + len(run.text) * run.style.advance_dots(wide=run.wide) == self._x
