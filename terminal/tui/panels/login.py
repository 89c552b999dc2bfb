"""Signing in: number, then PIN. In the demo the page says which."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Tone, width_of
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import LoginPanel
from terminal.wire.counter.view import View

FIELD_CELLS = 20
TOP = 4


def draw(sheet: Sheet, panel: LoginPanel, view: View) -> Part:
    """Return the page; the typed text stands in its field as well as in the input row."""
    say = sheet.texts.say
    left = sheet.width // 2 - 22
    typing_pin = panel.step == "pin"
    rows = [sheet.line(say("login.title"), Tone.STRONG), sheet.rule(), *[sheet.blank()] * (TOP - 2)]
    if view.header.shop:
        rows += [_centred(sheet, view.header.shop, Tone.STRONG), sheet.blank()]
    rows.append(
        _field(sheet, left, say("login.number"), panel.staff if typing_pin else view.input.text, not typing_pin)
    )
    rows.append(sheet.blank())
    rows.append(_field(sheet, left, say("login.pin"), view.input.text if typing_pin else "", typing_pin))
    rows += [sheet.blank(), _centred(sheet, say("sign_in.checking") if panel.checking else say("login.how"))]
    if hint := panel.hint.get(sheet.texts.language):
        rows += [sheet.blank(), _centred(sheet, say("login.hint", {"hint": hint}), Tone.STRONG)]
    if panel.has_sale:
        rows += [sheet.blank(), _centred(sheet, say("login.has_sale"), Tone.ATTENTION)]
    return Part(Place.WHOLE, rows)


def _field(sheet: Sheet, left: int, label: str, text: str, active: bool) -> tuple[tuple[str, Tone], ...]:
    pen = sheet.pen().goto(left).write(">" if active else " ", Tone.STRONG).goto(left + 2)
    pen.write(label, Tone.STRONG if active else Tone.LABEL).goto(left + 12)
    shown = text[-FIELD_CELLS + 1 :]
    blanks = " " * (FIELD_CELLS - width_of(shown))
    return pen.write(f" {shown}{blanks}", Tone.SELECTED if active else Tone.INPUT).row()


def _centred(sheet: Sheet, text: str, tone: Tone = Tone.PLAIN) -> tuple[tuple[str, Tone], ...]:
    return sheet.pen().goto(max(1, (sheet.width - width_of(text)) // 2)).write(text, tone).row()
