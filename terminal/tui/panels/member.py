"""Members (mock-up M): a list, and all that there is for the one that is highlighted. The basket stays above."""

from collections.abc import Iterator

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.wire.counter.panels import MemberDetails, MemberLine, MemberPanel
from terminal.wire.counter.view import View

WHO = 5
TIER = 34
POINTS_END = 54
STORED_END = 70
MARK_END = 78
SHOWN_AT_ONCE = 4
"""Rows of the list; one that is longer moves with the highlighted one."""


def draw(sheet: Sheet, panel: MemberPanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the list, the details, and what can be done."""
    say = sheet.texts.say
    pen = sheet.pen().goto(1).write(say("member.title"), Tone.STRONG)
    rows = [sheet.rule(), pen.right(sheet.width - 1, _freshness(sheet, panel), Tone.LABEL).row()]
    if panel.asked_for:
        params = {"query": panel.asked_for, "count": str(len(panel.rows))}
        rows.append(sheet.line(say("member.found", params)))
    first = max(0, min(panel.selected - SHOWN_AT_ONCE + 1, len(panel.rows) - SHOWN_AT_ONCE))
    for index, line in enumerate(panel.rows[first : first + SHOWN_AT_ONCE], first):
        rows.append(_line(sheet, index, line, selected=index == panel.selected))
    if panel.details is not None:
        rows.append(sheet.blank())
        rows += [sheet.line(text, tone) for text, tone in _details(sheet, panel.details)]
    rows += [sheet.blank(), *(sheet.line(text, Tone.LABEL) for text in sheet.texts.lines("member.how"))]
    return Part(Place.LOWER, rows)


def _freshness(sheet: Sheet, panel: MemberPanel) -> str:
    """Return how old the data is, or why there is none."""
    say = sheet.texts.say
    if panel.fault:
        return say(f"member.fault.{panel.fault}")
    return say("member.as_of", {"time": panel.as_of}) if panel.as_of else ""


def _line(sheet: Sheet, index: int, line: MemberLine, *, selected: bool) -> Row:
    say = sheet.texts.say
    pen = sheet.pen(Tone.SELECTED if selected else Tone.PLAIN).write(">" if selected else " ")
    pen.right(3, str(index + 1), gap=0).goto(WHO).write(line.who, width=TIER - WHO - 1).goto(TIER).write(
        line.tier, width=8
    )
    pen.right(POINTS_END, f"{say('member.points')} {line.points}")
    pen.right(STORED_END, f"{say('member.stored')} {line.stored}")
    return pen.right(MARK_END, say(line.mark)).row() if line.mark else pen.row()


def _details(sheet: Sheet, details: MemberDetails) -> Iterator[tuple[str, Tone]]:
    say = sheet.texts.say
    head = say("member.bound" if details.bound else "member.selected", {"who": details.who})
    birthday = say("member.birthday", {"day": details.birthday}) if details.birthday else ""
    yield f"{head}  {birthday}".rstrip(), Tone.STRONG
    if details.status:
        yield say(details.status), Tone.ATTENTION
    if details.lost:
        yield say("member.lost", {"cards": "  ".join(details.lost)}), Tone.ATTENTION
    worth = say("member.worth", {"amount": details.worth}) if details.worth else ""
    waiting = say("member.waiting", {"amount": details.waiting}) if details.waiting else ""
    points = f"{say('member.points')} {details.points} {worth}".rstrip()
    yield f"{points}   {say('member.stored')} {details.stored} {waiting}".rstrip(), Tone.PLAIN
    if details.expiring:
        lots = "  ".join(say("member.lot", {"points": points, "day": day}) for points, day in details.expiring)
        yield f"{say('member.expiring')} {lots}", Tone.ATTENTION
    if details.counts:
        cards = "  ".join(_until(sheet, f"{card.name} x{card.left}", card.until) for card in details.counts)
        yield f"{say('member.counts')} {cards}", Tone.PLAIN
    if details.coupons:
        coupons = "  ".join(_until(sheet, coupon.name, coupon.until) for coupon in details.coupons)
        yield f"{say('member.coupons')} {coupons}", Tone.PLAIN
    if details.paid_until:
        yield say("member.paid_until", {"day": details.paid_until}), Tone.PLAIN
    if details.next_tier:
        yield say("member.next", {"amount": details.missing, "tier": details.next_tier}), Tone.PLAIN


def _until(sheet: Sheet, text: str, day: str) -> str:
    return sheet.texts.say("member.until", {"what": text, "day": day}) if day else text
