"""No prices yet: what is going on, and what to do."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import NoBookPanel
from terminal.wire.counter.view import View


def draw(sheet: Sheet, panel: NoBookPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the page."""
    say = sheet.texts.say
    rows = [sheet.line(say("no_book.title"), Tone.STRONG), sheet.rule(), sheet.blank()]
    rows.append(sheet.line(say("no_book.why"), Tone.ATTENTION, indent=2))
    if panel.reason:
        reason = panel.reason if sheet.texts.has(panel.reason) else f"error.{panel.reason}"
        rows.append(sheet.line(say("no_book.reason", {"reason": reason}), indent=2))
    rows.append(sheet.blank())
    rows += [sheet.line(text, indent=2) for text in sheet.texts.lines("no_book.next")]
    return Part(Place.WHOLE, rows)
