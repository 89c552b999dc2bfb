"""The sale is done: the change stays big until the next line."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import CompletedPanel
from terminal.wire.counter.view import View

FINE = ("printed", "sent", "printing")


def draw(sheet: Sheet, panel: CompletedPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the panel."""
    say = sheet.texts.say
    result = (panel.printed or "printing").removeprefix("result.")
    receipt = say("completed.receipt", {"result": f"result.{result}"})
    rows = [sheet.rule(), sheet.line(say("completed.title", {"receipt": panel.receipt_no}), Tone.STRONG)]
    rows.append(sheet.line(say("completed.total", {"total": panel.total}), indent=2))
    rows.append(sheet.line(say("completed.given", {"given": panel.given}), indent=2))
    rows += [sheet.rule(), sheet.blank()]
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    pens[0].goto(2).write(say("completed.change"), Tone.STRONG)
    rows += [*sheet.big(panel.change, pens), sheet.blank()]
    rows.append(sheet.line(receipt, Tone.PLAIN if result in FINE else Tone.ATTENTION, indent=2))
    rows.append(sheet.line(say("completed.next"), Tone.LABEL, indent=2))
    return Part(Place.LOWER, rows)
