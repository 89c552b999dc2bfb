"""The price of one article; nothing is sold."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import PriceCheckPanel
from terminal.wire.counter.view import View


def draw(sheet: Sheet, panel: PriceCheckPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the panel: how to ask, or the answer with the price in big digits."""
    say = sheet.texts.say
    pen = sheet.pen().goto(1).write(say("price_check.title"), Tone.STRONG)
    rows = [sheet.rule(), pen.goto(pen.at + 2).write(say("price_check.how"), Tone.LABEL).row(), sheet.blank()]
    if not panel.found:
        rows.append(sheet.line(f"{say('price_check.unknown')} {panel.code}", Tone.REJECTED, indent=2))
    elif panel.price:
        rows.append(sheet.pen().goto(2).write(panel.code, Tone.LABEL).goto(18).write(panel.name, Tone.STRONG).row())
        rows += _price(sheet, panel)
        if panel.recalled:
            rows.append(sheet.line(say("price_check.recalled", {"why": panel.recalled}), Tone.REJECTED, indent=2))
    return Part(Place.LOWER, rows)


def _price(sheet: Sheet, panel: PriceCheckPanel) -> list[Row]:
    say = sheet.texts.say
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    name = f"unit.{panel.unit}"
    unit = f"/ {say(name) if sheet.texts.has(name) else panel.unit}" if panel.unit else ""
    pens[0].goto(2).write(f"{say('column.price')} {panel.price} {unit}")
    if panel.member_price:
        pens[2].goto(2).write(say("price_check.member", {"price": panel.member_price}), Tone.STRONG)
    return [sheet.blank(), *sheet.big(panel.price, pens), sheet.blank()]
