"""The sale is done: the change stays big until the next line."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import CompletedPanel
from terminal.wire.counter.view import View

FINE = ("printed", "sent", "printing")
OPEN = ("", "opened", "pulsed")


def draw(sheet: Sheet, panel: CompletedPanel, view: View) -> Part:
    """Return the panel."""
    say = sheet.texts.say
    rows = [sheet.rule(), sheet.line(say("completed.title", {"receipt": panel.receipt_no}), Tone.STRONG)]
    rows.append(sheet.line(say("completed.total", {"total": panel.total}), indent=2))
    rows.append(sheet.line(say("completed.given", {"given": panel.given}), indent=2))
    rows += [sheet.rule(), sheet.blank()]
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    pens[0].goto(2).write(say("tender.change"), Tone.STRONG)
    rows += [*sheet.big(panel.change, pens), sheet.blank()]
    kinds = {device.kind for device in view.devices}
    rows.append(_receipt(sheet, panel.printed or "printing", has_printer="printer" in kinds))
    if panel.drawer not in OPEN and "drawer" in kinds:
        message = "completed.drawer_unknown" if panel.drawer == "unknown" else "completed.drawer"
        rows.append(sheet.line(say(message), Tone.ATTENTION, indent=2))
    rows.append(sheet.line(say("completed.next"), Tone.LABEL, indent=2))
    return Part(Place.LOWER, rows)


def _receipt(sheet: Sheet, result: str, *, has_printer: bool) -> Row:
    """Return how the paper is, and the key that prints it when it is not there."""
    params = {"result": f"result.{result}"}
    if result in FINE:
        return sheet.line(sheet.texts.say("completed.receipt", params), indent=2)
    message = "completed.reprint" if has_printer else "completed.no_printer"
    return sheet.line(sheet.texts.say(message, params), Tone.ATTENTION, indent=2)
