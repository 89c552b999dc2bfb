"""The sale is done: the change stays big until the next line."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import BackRow, CompletedPanel
from terminal.wire.counter.view import View

FINE = ("printed", "sent", "printing")
OPEN = ("", "opened", "pulsed")


def draw(sheet: Sheet, panel: CompletedPanel, view: View) -> Part:
    """Return the panel."""
    say = sheet.texts.say
    head = [sheet.rule(), sheet.line(say("completed.title", {"receipt": panel.receipt_no}), Tone.STRONG)]
    head.append(sheet.line(say("completed.total", {"total": panel.total}), indent=2))
    if panel.given:
        head.append(sheet.line(say("completed.given", {"given": panel.given}), indent=2))
    head.append(sheet.rule())
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    pens[0].goto(2).write(say("tender.change" if panel.given else "tender.pay_out"), Tone.STRONG)
    foot = [*sheet.big(panel.change, pens), sheet.blank(), *_devices(sheet, panel, view)]
    foot.append(sheet.line(say("completed.next"), Tone.LABEL, indent=2))
    back = _back(sheet, panel.back, sheet.body_height - len(head) - len(foot))
    return Part(Place.LOWER, [*head, *(back or [sheet.blank()]), *foot])


def _back(sheet: Sheet, rows: tuple[BackRow, ...], room: int) -> list[Row]:
    """Return what goes back to the customer, and how; what has no room is counted."""
    say = sheet.texts.say
    told = [say("completed.back", {"tender": row.tender, "amount": row.amount, "how": say(row.how)}) for row in rows]
    return [sheet.line(text, Tone.ATTENTION, indent=2) for text in sheet.fold(told, room, "completed.more_back")]


def _devices(sheet: Sheet, panel: CompletedPanel, view: View) -> list[Row]:
    """Return how the paper is, and the drawer where it did not open."""
    kinds = {device.kind for device in view.devices}
    rows = [_receipt(sheet, panel.printed or "printing", has_printer="printer" in kinds)]
    if panel.drawer not in OPEN and "drawer" in kinds:
        message = "completed.drawer_unknown" if panel.drawer == "unknown" else "completed.drawer"
        rows.append(sheet.line(sheet.texts.say(message), Tone.ATTENTION, indent=2))
    return rows


def _receipt(sheet: Sheet, result: str, *, has_printer: bool) -> Row:
    """Return how the paper is, and the key that prints it when it is not there."""
    params = {"result": f"result.{result}"}
    if result in FINE:
        return sheet.line(sheet.texts.say("completed.receipt", params), indent=2)
    message = "completed.reprint" if has_printer else "completed.no_printer"
    return sheet.line(sheet.texts.say(message, params), Tone.ATTENTION, indent=2)
