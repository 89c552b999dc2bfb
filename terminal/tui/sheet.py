"""What every drawing function is given: the room it has and the words it may use."""

from collections.abc import Sequence
from dataclasses import dataclass

from terminal.tui import digits
from terminal.tui.paper import Pen, Row, Tone, blank, rule, width_of
from terminal.tui.text.table import Texts

MIN_WIDTH = 80
MIN_HEIGHT = 24
TALL_WIDTH = 100
TALL_HEIGHT = 30
KEY_LINE_HEIGHT = 25
"""Rows from which on there is a line of keys."""
GAP = 2
"""Blank cells around big digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The size of the screen in cells, its language, and whether this is the demo."""

    width: int
    height: int
    texts: Texts
    demo: bool = False

    @property
    def fits(self) -> bool:
        """Whether a till can be shown at all."""
        return self.width >= MIN_WIDTH and self.height >= MIN_HEIGHT

    @property
    def digit_rows(self) -> int:
        """Rows of a big amount."""
        tall = self.width >= TALL_WIDTH and self.height >= TALL_HEIGHT
        return digits.TALL if tall else digits.SMALL

    @property
    def has_key_line(self) -> bool:
        """Whether the last row shows the live keys; in the demo always: a newcomer knows none of them."""
        return self.demo or self.height >= KEY_LINE_HEIGHT

    @property
    def body_height(self) -> int:
        """Rows between the header and the notice."""
        return self.height - (4 if self.has_key_line else 3)

    def pen(self, tone: Tone = Tone.PLAIN) -> Pen:
        """Return a pen for one row."""
        return Pen(self.width, tone)

    def line(self, text: str, tone: Tone = Tone.PLAIN, *, indent: int = 1) -> Row:
        """Return a row with one text."""
        return self.pen().goto(indent).write(text, tone).row()

    def blank(self) -> Row:
        """Return an empty row."""
        return blank(self.width)

    def rule(self) -> Row:
        """Return a row of dashes."""
        return rule(self.width)

    def fold(self, texts: Sequence[str], room: int, more: str) -> list[str]:
        """Return as many texts as there is room for; the last row counts those that have none (``more`` is its id)."""
        if len(texts) <= room:
            return list(texts)
        shown = texts[: max(0, room - 1)]
        return [*shown, self.texts.say(more, {"count": str(len(texts) - len(shown))})]

    def big(self, amount: str, left: list[Pen], *, label: str = "") -> list[Row]:
        """Return rows with a big amount at the right end of what the pens have written, and a label close to it.

        The pens are as many as `digit_rows`; the digits are two cells wide a pixel where both have room.
        """
        height = self.digit_rows
        taken = max(pen.at for pen in left) + (width_of(label) + GAP if label else 0)
        end = self.width - GAP
        pixel = digits.pixel_for(amount, rows=height, room=end - taken - GAP)
        start = end - digits.width_of_digits(amount, rows=height, pixel=pixel)
        left[0].right(start - GAP, label, Tone.STRONG)
        for pen, row in zip(left, digits.paint(amount, rows=height, pixel=pixel), strict=True):
            pen.goto(start)
            for text, tone in row:
                pen.write(text, tone)
        return [pen.row() for pen in left]
