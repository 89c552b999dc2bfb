"""The lines of the sale as rows. Only the lines that are on the screen are drawn; a page turns as a whole."""

from dataclasses import dataclass
from functools import lru_cache

from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import TALL_WIDTH, Sheet
from terminal.wire.counter.view import LineView

CODE_CELLS = 15
QUANTITY_CELLS = 9
PRICE_CELLS = 9
AMOUNT_CELLS = 10
TAG_CELLS = 3
TALL_TAG_CELLS = 7


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a basket stand: starts of left-aligned ones, ends of right-aligned ones."""

    width: int
    number_end: int
    tag_cells: int

    @property
    def code(self) -> int:
        """Start of the code."""
        return self.number_end + 1

    @property
    def name(self) -> int:
        """Start of the name."""
        return self.code + CODE_CELLS

    @property
    def amount_end(self) -> int:
        """End of the amount."""
        return self.width - self.tag_cells - 1

    @property
    def price_end(self) -> int:
        """End of the unit price."""
        return self.amount_end - AMOUNT_CELLS

    @property
    def quantity_end(self) -> int:
        """End of the quantity."""
        return self.price_end - PRICE_CELLS

    @property
    def name_end(self) -> int:
        """End of the name: what does not fit is cut, never the quantity."""
        return self.quantity_end - QUANTITY_CELLS


def columns(sheet: Sheet, count: int) -> Columns:
    """Return the columns for a basket of ``count`` lines: the number takes as many cells as the last line needs."""
    return Columns(
        width=sheet.width,
        number_end=1 + max(2, len(str(count))),
        tag_cells=TALL_TAG_CELLS if sheet.width >= TALL_WIDTH else TAG_CELLS,
    )


def heading(sheet: Sheet, place: Columns) -> Row:
    """Return the names of the columns."""
    say = sheet.texts.say
    pen = sheet.pen(Tone.COLUMNS).right(place.number_end, "#").goto(place.code).write(say("column.code"))
    pen.goto(place.name).write(say("column.name"))
    pen.right(place.quantity_end, say("column.quantity")).right(place.price_end, say("column.price"))
    pen.right(place.amount_end, say("column.amount")).goto(place.amount_end + 1).write(say("column.tags"))
    return pen.row()


@lru_cache(maxsize=64)
def line_row(sheet: Sheet, place: Columns, line: LineView, *, selected: bool) -> Row:
    """Return one line. The selected one has ``>`` in front; a voided one has its mark at the end."""
    tone = Tone.SELECTED if selected else Tone.VOIDED if line.voided else Tone.PLAIN
    pen = sheet.pen(tone).write(">" if selected else " ").right(place.number_end, str(line.number), gap=0)
    pen.goto(place.code).write(line.code, width=CODE_CELLS - 1)
    pen.goto(place.name).write(sheet.texts.article(line.name), width=place.name_end - place.name)
    pen.right(place.quantity_end, line.quantity).right(place.price_end, line.price)
    pen.right(place.amount_end, line.amount).goto(place.amount_end + 1)
    return pen.write(_marks(sheet, line, place.tag_cells)).row()


def rows(sheet: Sheet, lines: tuple[LineView, ...], *, top: int, selected: int, height: int) -> list[Row]:
    """Return ``height`` rows: the names of the columns, then the lines from ``top`` on."""
    place = columns(sheet, len(lines))
    shown = lines[top : top + height - 1]
    drawn = [heading(sheet, place)]
    drawn += [line_row(sheet, place, line, selected=top + index == selected) for index, line in enumerate(shown)]
    return drawn + [sheet.blank()] * (height - len(drawn))


def _marks(sheet: Sheet, line: LineView, room: int) -> str:
    """Return the marks that fit; ``+`` says that there are more."""
    marks = [sheet.texts.say(tag) for tag in line.tags]
    text = "".join(marks)
    if len(marks) > 1 and room < TALL_TAG_CELLS:
        return f"{marks[0]}+"
    return text
