"""Articles found by pinyin initials; a digit picks."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import Choice, SearchPanel
from terminal.wire.counter.view import View

CODE = 5
NAME = 20


def draw(sheet: Sheet, panel: SearchPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the list."""
    say = sheet.texts.say
    rows = [sheet.rule(), sheet.line(say("search.title", {"query": panel.query}), Tone.STRONG)]
    rows += [_row(sheet, choice, index == panel.selected) for index, choice in enumerate(panel.rows)]
    rows.append(sheet.line(say("search.how" if panel.rows else "search.none"), Tone.LABEL))
    return Part(Place.ABOVE_TOTALS, rows)


def _row(sheet: Sheet, choice: Choice, selected: bool) -> Row:
    pen = sheet.pen(Tone.SELECTED if selected else Tone.PLAIN).write(">" if selected else " ")
    pen.goto(2).write(choice.pick, Tone.SELECTED if selected else Tone.STRONG)
    pen.goto(CODE).write(choice.code, width=NAME - CODE - 1).goto(NAME)
    return pen.write(choice.name, width=sheet.width - NAME - 14).right(sheet.width - 3, choice.price).row()
