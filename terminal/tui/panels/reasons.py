"""Why the selected line costs what it does: amounts that add up, and what nearly made it cheaper."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import ReasonsPanel, WhyRow
from terminal.wire.counter.view import View

REASON = 3
AMOUNT_END = 60
DUE = "why.due"
NAME = 24
LEAST_OF_BASKET = 3
"""Rows of the basket that stay in sight: its heading and the selected line."""


def draw(sheet: Sheet, panel: ReasonsPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the page; of what is near as much as there is room for, the nearest first."""
    say = sheet.texts.say
    pen = sheet.pen().goto(1).write(say("why.title"), Tone.STRONG)
    pen.right(sheet.width - 1, _versions(sheet, panel), Tone.LABEL)
    rows = [sheet.rule(), pen.row()]
    if panel.number:
        what = sheet.pen().right(3, panel.number, gap=0).goto(5).write(panel.code, width=NAME - 6)
        rows.append(what.goto(NAME).write(sheet.texts.article(panel.name), Tone.STRONG).row())
    rows += [_reason(sheet, row) for row in panel.rows]
    foot = [sheet.line(text, Tone.LABEL) for text in sheet.texts.lines("why.how")]
    room = sheet.body_height - LEAST_OF_BASKET - len(rows) - len(foot) - 1
    near = panel.near[: max(0, room)]
    if near:
        rows.append(sheet.line(say("near.title"), Tone.STRONG))
        rows += [sheet.line(say(line.message, line.params), indent=REASON) for line in near]
    return Part(Place.LOWER, [*rows, *foot])


def _versions(sheet: Sheet, panel: ReasonsPanel) -> str:
    message = "why.versions" if panel.rules else "why.book"
    return sheet.texts.say(message, {"book": panel.book, "rules": panel.rules}) if panel.book else ""


def _reason(sheet: Sheet, row: WhyRow) -> Row:
    tone = Tone.STRONG if row.message == DUE else Tone.PLAIN
    pen = sheet.pen().goto(REASON).write(sheet.texts.say(row.message, row.params), tone, width=AMOUNT_END - REASON - 10)
    return pen.right(AMOUNT_END, row.amount, tone).row() if row.amount else pen.row()
