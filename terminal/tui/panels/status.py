"""Devices, way to HQ, price book and journal in full (mock-up D)."""

from msgspec.structs import asdict

from terminal.tui.edges import device_state
from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import PaymentRow, StatusPanel
from terminal.wire.counter.view import DeviceView, View

KIND = 3
NAME = 16
STATE = 36
DETAIL = 50
MAX_PAYMENTS = 6
"""Of payments without an end, the oldest ones."""


def draw(sheet: Sheet, panel: StatusPanel, view: View) -> Part:
    """Return the page."""
    say = sheet.texts.say
    rows = [sheet.line(say("status.title"), Tone.STRONG), sheet.rule(), _heading(sheet)]
    rows += [_device(sheet, device) for device in view.devices]
    if not view.devices:
        rows.append(sheet.line(say("status.none"), indent=KIND))
    uplink = view.uplink
    queue = {"state": say(f"uplink.{uplink.state}"), "queue": str(uplink.queue), "oldest": str(uplink.oldest_s)}
    book = {"version": str(uplink.book_version), "label": uplink.book_label}
    rows += [sheet.rule(), sheet.line(say("status.uplink", queue), indent=KIND)]
    rows.append(sheet.line(say("status.book", book), indent=KIND))
    rules = {"version": str(uplink.rules_version), "label": uplink.rules_label}
    rows.append(sheet.line(say("status.rules" if uplink.rules_version else "status.no_rules", rules), indent=KIND))
    journal = {"seq": str(panel.journal_seq), "epoch": str(panel.epoch), "version": panel.version}
    rows.append(sheet.line(say("status.journal", journal), indent=KIND))
    if panel.clock_doubted:
        rows.append(sheet.line(say("status.clock_doubted"), Tone.ATTENTION, indent=KIND))
    if panel.key_problem:
        rows.append(
            sheet.line(say("status.key", {"reason": f"detail.{panel.key_problem}"}), Tone.ATTENTION, indent=KIND)
        )
    if panel.payments:
        rows += [sheet.rule(), sheet.line(say("status.payments"), Tone.ATTENTION, indent=KIND)]
        shown = panel.payments[:MAX_PAYMENTS]
        rows += [_payment(sheet, row) for row in shown]
        if any(row.pick for row in shown):
            rows.append(sheet.line(say("status.pay_in_cash"), Tone.ATTENTION, indent=KIND))
    return Part(Place.WHOLE, rows)


def _heading(sheet: Sheet) -> Row:
    say = sheet.texts.say
    pen = sheet.pen(Tone.COLUMNS).goto(KIND).write(say("status.device")).goto(NAME).write(say("status.name"))
    return pen.goto(STATE).write(say("status.state")).goto(DETAIL).write(say("status.detail")).row()


def _payment(sheet: Sheet, row: PaymentRow) -> Row:
    """Return the row of a payment; the digit that picks it stands before what is in line with all else."""
    return sheet.line(sheet.texts.say("status.payment", {**asdict(row), "pick": row.pick or " "}), indent=KIND - 2)


def _device(sheet: Sheet, device: DeviceView) -> Row:
    state = device_state(device)
    detail = device.detail if sheet.texts.has(device.detail) else f"detail.{device.detail}"
    tone = Tone.PLAIN if state in ("ok", "busy") else Tone.ATTENTION
    pen = sheet.pen().goto(KIND).write(sheet.texts.say(f"device.{device.kind}"))
    own_name = device.name.removesuffix(f"-{device.kind}")
    pen.goto(NAME).write(own_name, width=STATE - NAME - 1).goto(STATE)
    pen.write(sheet.texts.say(f"device.long.{state}"), tone).goto(DETAIL)
    return pen.write(sheet.texts.say(detail) if device.detail else "").row()
