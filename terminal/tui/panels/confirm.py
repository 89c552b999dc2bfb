"""A question: yes or no, or the number and PIN of somebody who may."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import ConfirmPanel
from terminal.wire.counter.view import View

STEPS = {"number": "confirm.number", "pin": "confirm.pin", "checking": "sign_in.checking"}


def draw(sheet: Sheet, panel: ConfirmPanel, view: View) -> Part:
    """Return the question and how to answer it."""
    say = sheet.texts.say
    rows = [sheet.rule(), sheet.line(say("confirm.title"), Tone.STRONG), sheet.blank()]
    rows += [sheet.line(say(panel.question, panel.params), Tone.ATTENTION, indent=3), sheet.blank()]
    if panel.approval:
        pen = sheet.pen().goto(3).write(say(STEPS.get(panel.step, "confirm.number")), Tone.STRONG)
        rows += [pen.goto(pen.at + 1).write(f" {view.input.text} ", Tone.SELECTED).row(), sheet.blank()]
    if hint := panel.hint.get(sheet.texts.language):
        rows += [sheet.line(say("login.hint", {"hint": hint}), Tone.STRONG, indent=3), sheet.blank()]
    rows.append(sheet.line(say("confirm.approval" if panel.approval else "confirm.how"), indent=3))
    return Part(Place.ABOVE_TOTALS, rows)
