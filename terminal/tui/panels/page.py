"""The pages of the store's work: a title, texts, a table, texts at the foot. The columns of each stand here."""

from collections.abc import Mapping
from dataclasses import dataclass

from terminal.tui.panels.part import Part, Place
from terminal.tui.paper import Row, Tone
from terminal.tui.sheet import Sheet
from terminal.tui.window import first_line
from terminal.wire.counter.panels import Line, PagePanel
from terminal.wire.counter.view import View

MARK = 2
"""Cells in front of the first column."""
GAP = 2
FEW_DETAILS = 4
"""Rows that details get from a table that needs them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the id of its heading (empty = none), its width (0 = all that is left), and what its cells are."""

    heading: str = ""
    width: int = 0
    right: bool = False
    is_id: bool = False


_NUMBER = Column(width=2, right=True)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "tasks": (
        _NUMBER,
        Column(heading="inspection.name"),
        Column(heading="inspection.due", width=11),
        Column(heading="inspection.state", width=10, is_id=True),
        Column(heading="inspection.points", width=9, right=True),
    ),
    "inspection": (
        _NUMBER,
        Column(heading="inspection.item"),
        Column(heading="inspection.points", width=6, right=True),
        Column(heading="inspection.most", width=6, right=True),
    ),
    "campaigns": (
        _NUMBER,
        Column(heading="campaigns.name"),
        Column(heading="campaigns.param", width=12, is_id=True),
        Column(heading="campaigns.now", width=9, right=True),
        Column(heading="campaigns.of_hq", width=9, right=True),
        Column(heading="campaigns.bounds", width=15, right=True),
    ),
    "stock_menu": (_NUMBER, Column(is_id=True)),
    "stock": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="column.code", width=13),
        Column(heading="column.name"),
        Column(heading="column.quantity", width=8, right=True),
        Column(heading="column.price", width=8, right=True),
        Column(heading="column.amount", width=10, right=True),
    ),
    "inquiry": (_NUMBER, Column(is_id=True)),
    "list_sales": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="list.time", width=11),
        Column(heading="list.receipt"),
        Column(heading="column.amount", width=10, right=True),
        Column(heading="list.tender", width=12, is_id=True),
        Column(heading="list.state", width=8, is_id=True),
    ),
    "list_member": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="list.time", width=11),
        Column(heading="list.what", width=10, is_id=True),
        Column(heading="list.paper"),
        Column(heading="list.points", width=7, right=True),
        Column(heading="list.stored", width=9, right=True),
        Column(heading="list.uses", width=4, right=True),
        Column(heading="column.amount", width=9, right=True),
    ),
    "list_returns": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="list.time", width=11),
        Column(heading="list.what", width=10, is_id=True),
        Column(heading="list.paper", width=10),
        Column(heading="list.of"),
        Column(heading="list.staff", width=6),
        Column(heading="column.amount", width=9, right=True),
    ),
    "list_cash": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="list.time", width=11),
        Column(heading="list.what", width=12, is_id=True),
        Column(heading="list.staff", width=6),
        Column(heading="list.reason", is_id=True),
        Column(heading="column.amount", width=10, right=True),
    ),
    "list_gifts": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="list.time", width=11),
        Column(heading="list.what", width=10, is_id=True),
        Column(heading="list.gift"),
        Column(heading="list.points", width=8, right=True),
        Column(heading="list.staff", width=6),
    ),
    "list_coupons": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="list.time", width=11),
        Column(heading="list.what", width=10, is_id=True),
        Column(heading="list.coupon"),
        Column(heading="list.paper", width=10),
        Column(heading="column.amount", width=9, right=True),
    ),
    "sale_detail": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="column.name"),
        Column(heading="column.quantity", width=8, right=True),
        Column(heading="column.amount", width=10, right=True),
        Column(heading="list.back", width=6, right=True),
    ),
    "return_detail": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="column.name"),
        Column(heading="column.quantity", width=8, right=True),
        Column(heading="column.amount", width=10, right=True),
        Column(width=8, is_id=True),
    ),
    "list_low_stock": (
        Column(heading="column.number", width=3, right=True),
        Column(heading="column.sku", width=13),
        Column(heading="column.name"),
        Column(heading="column.on_hand", width=10, right=True),
        Column(heading="column.low_stock", width=10, right=True),
    ),
    "store": (_NUMBER, Column(is_id=True)),
    "shift": (_NUMBER, Column(is_id=True)),
    "cash_move": (_NUMBER, Column(is_id=True)),
    "count": (
        Column(heading="count.value", width=10, right=True),
        Column(heading="count.pieces", width=10, right=True),
        Column(heading="count.amount", width=14, right=True),
    ),
    "report": (
        Column(heading="report.what", width=36, is_id=True),
        Column(heading="report.count", width=10, right=True),
        Column(heading="report.amount", width=14, right=True),
    ),
    "member_form": (Column(width=20, is_id=True), Column()),
    "member_cards": (_NUMBER, Column(width=24), Column(is_id=True)),
    "member_gifts": (
        _NUMBER,
        Column(),
        Column(heading="member.points", width=10, right=True),
        Column(width=14, is_id=True),
    ),
    "redeem": (
        Column(heading="redeem.what", is_id=True),
        Column(heading="redeem.until", width=12),
        Column(heading="column.amount", width=10, right=True),
        Column(heading="redeem.state", width=14, is_id=True),
    ),
    "return": (
        Column(heading="return.number", width=3, right=True),
        Column(heading="return.name"),
        Column(heading="return.sold", width=8, right=True),
        Column(heading="return.back", width=5, right=True),
        Column(heading="return.now", width=6, right=True),
        Column(heading="return.amount", width=9, right=True),
        Column(heading="return.note", width=7, is_id=True),
    ),
    "bare_return": (
        Column(heading="return.number", width=3, right=True),
        Column(heading="return.name"),
        Column(heading="column.price", width=9, right=True),
        Column(heading="return.now", width=6, right=True),
        Column(heading="return.amount", width=9, right=True),
        Column(heading="return.note", width=7, is_id=True),
    ),
    "returned": (
        Column(heading="returned.tender", width=14, is_id=True),
        Column(heading="returned.amount", width=10, right=True),
        Column(heading="returned.how", is_id=True),
    ),
    "attendance": (
        Column(heading="attendance.time", width=6),
        Column(heading="attendance.staff", width=12),
        Column(heading="attendance.name", width=24),
        Column(heading="attendance.way", is_id=True),
    ),
}


def draw(sheet: Sheet, panel: PagePanel, view: View) -> Part:  # noqa: ARG001 - all panels are drawn alike
    """Return the page; of a long table the rows around the highlighted one."""
    say = sheet.texts.say
    columns = COLUMNS.get(panel.page, ())
    rows = [sheet.line(say(f"page.{panel.page}"), Tone.STRONG), sheet.rule()]
    rows += [_said(sheet, line, Tone.PLAIN) for line in panel.lines]
    if any(column.heading for column in columns):
        rows.append(
            _cells(sheet, columns, [say(column.heading) if column.heading else "" for column in columns], Tone.COLUMNS)
        )
    foot = [_said(sheet, line, Tone.LABEL) for line in panel.foot]
    how = f"how.{panel.page}"
    foot += [sheet.line(text, Tone.LABEL) for text in sheet.texts.lines(how)] if sheet.texts.has(how) else []
    foot = [*_details(sheet, panel, sheet.body_height - len(rows) - len(foot) - len(panel.rows)), *foot]
    height = sheet.body_height - len(rows) - len(foot)
    top = first_line(count=len(panel.rows), selected=panel.selected, height=height, before=None)
    if len(panel.rows) > height:
        part = f"{top + 1}-{top + height} / {len(panel.rows)}"
        title = sheet.pen().goto(1).write(say(f"page.{panel.page}"), Tone.STRONG)
        rows[0] = title.right(sheet.width - 1, part, Tone.LABEL).row()
    for index, cells in enumerate(panel.rows[top : top + height], top):
        words = [say(cell) if column.is_id else cell for column, cell in zip(columns, cells, strict=False)]
        rows.append(_cells(sheet, columns, words, Tone.SELECTED if index == panel.selected else Tone.PLAIN))
    rows += [sheet.blank()] * (sheet.body_height - len(foot) - len(rows))
    return Part(Place.WHOLE, rows + foot)


def _details(sheet: Sheet, panel: PagePanel, free: int) -> list[Row]:
    """Return the details that have room: where the rows of the table leave some, else a few."""
    texts = [sheet.texts.say(line.message, line.params) for line in panel.details]
    return [sheet.line(text, Tone.LABEL) for text in sheet.fold(texts, max(FEW_DETAILS, free), panel.more)]


def _said(sheet: Sheet, line: Line, tone: Tone) -> Row:
    return sheet.line(sheet.texts.say(line.message, line.params), tone)


def _cells(sheet: Sheet, columns: tuple[Column, ...], words: list[str], tone: Tone) -> Row:
    pen = sheet.pen(tone).write(">" if tone is Tone.SELECTED else " ")
    at = MARK
    for column, word in zip(columns, words, strict=False):
        width = column.width or sheet.width - at - 1 - _behind(columns, column)
        if column.right:
            pen.right(at + width, word, gap=0)
        else:
            pen.goto(at).write(word, width=width)
        at += width + GAP
    return pen.row()


def _behind(columns: tuple[Column, ...], wide: Column) -> int:
    """Return the cells that the columns behind one need."""
    return sum(column.width + GAP for column in columns[columns.index(wide) + 1 :])
