"""The held sales (mock-up S)."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.tui.window import first_line
from terminal.wire.counter.panels import HeldPanel, HeldRow
from terminal.wire.counter.view import View

FOOT_ROWS = 3
HEAD_ROWS = 3
LABEL = 5
TIME = 13
OWNER = 20
PIECES_END = 36
AMOUNT_END = 46
MEMBER = 48
FIRST = 61


def draw(sheet: Sheet, panel: HeldPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the list, and what can be done with it at the foot."""
    say = sheet.texts.say
    rows = [sheet.line(say("held.title"), Tone.STRONG), sheet.rule(), _heading(sheet)]
    height = sheet.body_height - HEAD_ROWS - FOOT_ROWS
    top = first_line(count=len(panel.rows), selected=panel.selected, height=height, before=None)
    for index, row in enumerate(panel.rows[top : top + height], top):
        rows.append(_row(sheet, index, row, selected=index == panel.selected))
    if not panel.rows:
        rows.append(sheet.line(say("held.none"), indent=LABEL))
    rows += [sheet.blank()] * (sheet.body_height - FOOT_ROWS - len(rows))
    rows.append(sheet.line(say("held.how"), Tone.LABEL))
    rows.append(sheet.line(say("held.left", {"count": str(len(panel.rows))}), Tone.LABEL))
    return Part(Place.WHOLE, rows)


def _heading(sheet: Sheet) -> Row:
    say = sheet.texts.say
    pen = sheet.pen(Tone.COLUMNS).right(3, "#").goto(LABEL).write(say("held.number"))
    pen.goto(TIME).write(say("held.time")).goto(OWNER).write(say("held.owner"))
    pen.right(PIECES_END, say("held.pieces")).right(AMOUNT_END, say("column.amount"))
    return pen.goto(MEMBER).write(say("held.member")).goto(FIRST).write(say("held.first")).row()


def _row(sheet: Sheet, index: int, row: HeldRow, *, selected: bool) -> Row:
    pen = sheet.pen(Tone.SELECTED if selected else Tone.PLAIN).write(">" if selected else " ")
    pen.right(3, str(index + 1), gap=0).goto(LABEL).write(row.label, width=TIME - LABEL - 1)
    pen.goto(TIME).write(row.time, width=OWNER - TIME - 1).goto(OWNER)
    pen.write(row.owner, width=PIECES_END - OWNER - 6).right(PIECES_END, row.pieces).right(AMOUNT_END, row.amount)
    pen.goto(MEMBER).write(row.member or "-", width=FIRST - MEMBER - 1).goto(FIRST)
    return pen.write(row.first, width=sheet.width - FIRST - 1).row()
