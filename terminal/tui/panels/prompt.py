"""One value is asked for: quantity, price, weight, or a reason out of a list."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import PromptPanel
from terminal.wire.counter.view import View

WEIGHS = ("stable", "net")
WAITS = ("wait", "empty", "motion")


def draw(sheet: Sheet, panel: PromptPanel, view: View) -> Part:
    """Return the question, the choices if there are, and what is typed so far."""
    say = sheet.texts.say
    pen = sheet.pen().goto(1).write(say(f"prompt.{panel.what}"), Tone.STRONG).goto(12)
    pen.write(sheet.texts.article(panel.about)).right(sheet.width - 1, panel.code, Tone.LABEL)
    rows = [sheet.rule(), pen.row(), sheet.blank()]
    for number, choice in enumerate(panel.choices, 1):
        rows.append(sheet.line(f"{number}  {sheet.texts.choice(choice)}", indent=3))
    if not panel.choices:
        rows.append(
            sheet.pen().goto(3).write(">", Tone.STRONG).goto(5).write(f" {view.input.text} ", Tone.SELECTED).row()
        )
    if panel.scale:
        rows += [sheet.blank(), _scale(sheet, panel)]
    rows += [sheet.blank(), sheet.line(say(f"prompt.how.{panel.what}"), Tone.LABEL)]
    return Part(Place.ABOVE_TOTALS, rows)


def _scale(sheet: Sheet, panel: PromptPanel) -> Row:
    """Return what lies on the scale, and what can be done about it."""
    tone = Tone.STRONG if panel.scale in WEIGHS else Tone.ATTENTION if panel.scale not in WAITS else Tone.PLAIN
    return sheet.line(sheet.texts.say(f"prompt.scale.{panel.scale}", {"weight": panel.weight}), tone, indent=3)
