"""A payment by code is under way: how much, how long, and what the cashier can do about it."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import PayingPanel
from terminal.wire.counter.view import View

UNKNOWN = "unknown"
HOW = {UNKNOWN: "paying.how_unknown", "card": "paying.how_card", "reversing": "paying.how_reversing"}
"""What can be done about it, by the stage; else `paying.how`."""
LABEL_COLUMN = 2


def draw(sheet: Sheet, panel: PayingPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the panel."""
    say = sheet.texts.say
    is_unknown = panel.stage == UNKNOWN
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    pens[0].goto(LABEL_COLUMN).write(say(panel.tender), Tone.STRONG)
    rows = [sheet.rule(), sheet.line(say("paying.title"), Tone.STRONG), *sheet.big(panel.amount, pens), sheet.blank()]
    stage = say(f"paying.{panel.stage}", {"waited": str(panel.waited_s)})
    rows.append(sheet.line(stage, Tone.ATTENTION if is_unknown else Tone.PLAIN, indent=LABEL_COLUMN))
    if panel.queued:
        queued = say("paying.queued", {"count": str(panel.queued)})
        rows.append(sheet.line(queued, Tone.STRONG, indent=LABEL_COLUMN))
    how = say(HOW.get(panel.stage, "paying.how"))
    return Part(Place.LOWER, [*rows, sheet.rule(), sheet.line(how, Tone.LABEL, indent=LABEL_COLUMN)])
