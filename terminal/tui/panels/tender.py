"""Paying: what is due, what was taken, quick amounts, and what would be given back (mock-up T)."""

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Pen, Row, Tone, width_of
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import TenderPanel
from terminal.wire.counter.view import View

HEAD_AND_RULE = 2
"""Rows around the tenders."""
ZERO = "0.00"
LABEL_COLUMN = 2


def draw(sheet: Sheet, panel: TenderPanel, view: View) -> Part:
    """Return the panel."""
    say = sheet.texts.say
    total = view.totals
    summary = say("tender.summary", {"pieces": total.pieces, "gross": total.gross, "discount": total.discount})
    title = sheet.pen().goto(1).write(say("tender.title"), Tone.STRONG)
    title.goto(title.at + 2).write(summary)
    may_pay = _may_pay(sheet, panel)
    if may_pay and title.room >= width_of(may_pay) + 2:
        title.right(sheet.width - 1, may_pay, Tone.STRONG)
    foot = [sheet.line(text, indent=LABEL_COLUMN) for text in sheet.texts.lines("tender.keys")]
    if panel.quick:
        foot.append(_quick(sheet, panel))
    answer = _answer(sheet, panel)
    foot += answer
    if panel.near is not None:
        foot.append(sheet.line(say(panel.near.message, panel.near.params), Tone.ATTENTION, indent=LABEL_COLUMN))
    head = [title.row(), sheet.rule(), *_due(sheet, panel), sheet.rule()]
    room = sheet.body_height - len(head) - len(foot) - HEAD_AND_RULE
    if answer and room > len(panel.rows):
        foot.insert(foot.index(answer[0]), sheet.blank())
    return Part(Place.LOWER, [*head, *_paid(sheet, panel, room), sheet.rule(), *foot])


def _may_pay(sheet: Sheet, panel: TenderPanel) -> str:
    """Return what points and stored value of the member may pay; empty for nothing."""
    say = sheet.texts.say
    parts = (
        say("tender.may_points", {"points": panel.points}) if panel.points else "",
        say("tender.may_stored", {"stored": panel.stored}) if panel.stored else "",
    )
    shown = " ".join(filter(None, parts))
    return f"{say('tender.may_pay')} {shown}" if shown else ""


def _due(sheet: Sheet, panel: TenderPanel) -> list[Row]:
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    pens[0].goto(LABEL_COLUMN).write(sheet.texts.say("tender.due"), Tone.STRONG)
    if panel.rounding != ZERO:
        pens[2].goto(LABEL_COLUMN).write(sheet.texts.say("tender.rounding", {"rounding": panel.rounding}))
    return sheet.big(panel.due, pens)


def _paid(sheet: Sheet, panel: TenderPanel, room: int) -> list[Row]:
    say = sheet.texts.say
    end = sheet.width // 2
    first = max(0, len(panel.rows) - max(1, room))
    head = sheet.pen().goto(LABEL_COLUMN).write(say("tender.paid"), Tone.STRONG)
    if first:
        head.goto(head.at + 2).write(say("tender.paid_before", {"count": str(first)}), Tone.LABEL)
    remaining = f"{say('tender.remaining')}  {panel.remaining}"
    rows = [head.right(sheet.width - 2, remaining, Tone.STRONG if panel.rows else Tone.LABEL).row()]
    if not panel.rows:
        return [*rows, sheet.line(say("tender.none"), Tone.LABEL, indent=4)]
    for number, tender in enumerate(panel.rows[first:], first + 1):
        kind = say(tender.kind if sheet.texts.has(tender.kind) else f"tender.{tender.kind}")
        text = f"{number} {kind}  {tender.note}".rstrip()
        rows.append(sheet.pen().goto(3).write(text).right(end, tender.amount).row())
    return rows


def _quick(sheet: Sheet, panel: TenderPanel) -> Row:
    """Return the quick amounts on one row; the chosen one is marked and in reverse."""
    say = sheet.texts.say
    pen = sheet.pen().goto(LABEL_COLUMN).write(say("tender.quick"), Tone.LABEL)
    how = say("tender.quick_how")
    for index, quick in enumerate(panel.quick):
        text = say("tender.quick_exact", {"amount": quick.amount}) if quick.exact else quick.amount
        _choice(pen.goto(pen.at + 1), text, chosen=index == panel.selected)
    if pen.room > width_of(how) + 2:
        pen.right(sheet.width - 1, how, Tone.LABEL)
    return pen.row()


def _choice(pen: Pen, text: str, *, chosen: bool) -> None:
    pen.write(f">{text}<" if chosen else f" {text} ", Tone.SELECTED if chosen else Tone.PLAIN)


def _answer(sheet: Sheet, panel: TenderPanel) -> list[Row]:
    """Return the change that would be given, or what remains when something was taken, in big digits."""
    say = sheet.texts.say
    if not panel.change and not panel.rows:
        return []
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    if panel.change:
        pens[0].goto(LABEL_COLUMN).write(say("tender.change" if panel.given else "tender.pay_out"), Tone.STRONG)
        if panel.given:
            pens[0].goto(pens[0].at + 2).write(say("tender.given", {"given": panel.given}), Tone.LABEL)
    else:
        pens[0].goto(LABEL_COLUMN).write(say("tender.remaining"), Tone.STRONG)
    return sheet.big(panel.change or panel.remaining, pens)
