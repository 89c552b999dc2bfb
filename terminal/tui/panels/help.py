"""Help about what is going on below; for the sale it is how to sell with three keys."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import HelpPanel
from terminal.wire.counter.view import View

SELLING = ("sale", "completed", "prompt", "confirm")


def draw(sheet: Sheet, panel: HelpPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the page of the topic, or the general one."""
    say = sheet.texts.say
    topic = "sale" if panel.topic in SELLING else panel.topic
    message = f"help.{topic}" if sheet.texts.has(f"help.{topic}") else "help.other"
    title = sheet.pen().goto(1).write(say("help.title"), Tone.STRONG)
    rows = [title.right(sheet.width - 1, say("help.language"), Tone.LABEL).row(), sheet.rule()]
    rows += [sheet.line(text) for text in sheet.texts.lines(message)]
    keyboard = "help.desktop" if sheet.demo else "help.far_keys"
    rows += [sheet.rule(), *[sheet.line(text, Tone.LABEL) for text in sheet.texts.lines(keyboard)]]
    return Part(Place.WHOLE, rows)
