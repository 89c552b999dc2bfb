"""What stands on the screen of what a till knows."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from terminal.checkout.after.messages import AfterKey
from terminal.checkout.inquiries.messages import AskedHint, AskedKey, DeedText
from terminal.checkout.inquiries.modes import DetailPage, InquiryMenu, InquiryMode, ListPage
from terminal.checkout.inquiries.questions import Finding, Listed, LowArticle, SaleSeen, Topic
from terminal.checkout.inquiries.seen import (
    amount_of,
    coupons_of,
    gift_of,
    number_of,
    off_of,
    points_of,
    reason_of,
    staff_of,
    stored_of,
    uses_of,
    what,
)
from terminal.checkout.members.telling import seen
from terminal.checkout.messages import Key
from terminal.checkout.modes import Mode
from terminal.checkout.rows import quantity_text as line_quantity
from terminal.domain.money import format_fen
from terminal.domain.sale import Tender
from terminal.domain.slips.stock import quantity_text
from terminal.ports.history import DeedKind
from terminal.wire.counter import panels
from terminal.wire.counter.view import KeyHint
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.return_events import GoodsBack, SaleReturned

KeyLine = tuple[KeyHint, ...]
_BACK = KeyHint(key="Esc", message=Key.BACK)
_HELP = KeyHint(key="F1", message=Key.HELP)
_RETURN = KeyHint(key="F7", message=AfterKey.RETURN)
KEY_LINES: dict[type[Mode], KeyLine] = {
    InquiryMenu: (KeyHint(key="1-9", message=Key.PICK), _BACK, _HELP),
    ListPage: (KeyHint(key="Enter", message=AskedKey.SEARCH), _BACK, _HELP),
    DetailPage: (_RETURN, _BACK, _HELP),
}
_READ_ONLY = (_BACK, _HELP)
_OF_ROWS_ALONE = frozenset({Topic.CASH, Topic.GIFTS, Topic.LOW_STOCK})
"""Lists whose rows say all that there is."""
MENU: tuple[Topic, ...] = (
    Topic.SALES,
    Topic.MEMBER,
    Topic.RETURNS,
    Topic.CASH,
    Topic.GIFTS,
    Topic.COUPONS,
)
"""What stands on the menu, in its order."""
_HINTS: Mapping[Topic, AskedHint] = {Topic.SALES: AskedHint.SALES, Topic.MEMBER: AskedHint.MEMBER}


def hint(mode: InquiryMode) -> AskedHint:
    """Return what the input is for."""
    if isinstance(mode, InquiryMenu):
        return AskedHint.MENU
    return _HINTS.get(mode.search.topic, AskedHint.LIST) if isinstance(mode, ListPage) else AskedHint.LIST


def list_keys(page: ListPage) -> KeyLine:
    """Return the live keys of a list; always the same object for the same topic."""
    return _READ_ONLY if page.search.topic in _OF_ROWS_ALONE else KEY_LINES[ListPage]


def panel(mode: InquiryMode) -> panels.PagePanel:
    """Return the page of a mode."""
    match mode:
        case InquiryMenu():
            rows = tuple((str(number), f"inquiry.{topic}") for number, topic in enumerate(MENU, start=1))
            return panels.PagePanel(page="inquiry", rows=rows)
        case ListPage():
            return _list(mode)
        case DetailPage():
            return _detail(mode)
        case _:
            assert_never(mode)


# --- lists -----------------------------------------------------------------------------------------------------------


def _list(page: ListPage) -> panels.PagePanel:
    topic = page.search.topic
    rows = tuple(_row(number, finding, topic) for number, finding in enumerate(page.found, start=1))
    return panels.PagePanel(
        page=f"list_{topic}", lines=tuple(_said(page)), rows=rows, selected=page.selected if rows else -1
    )


def _said(page: ListPage) -> Iterable[panels.Line]:
    """Yield what was looked for, of whom, and that there is nothing."""
    if page.who:
        yield panels.Line(message="list.who", params={"who": page.who})
    elif page.search.sought:
        yield panels.Line(message="list.sought", params={"text": page.search.sought})
    if page.fault:
        yield panels.Line(message=f"error.{page.fault}")
    elif not page.found:
        is_open = page.search.topic is Topic.MEMBER and page.search.who is None
        yield panels.Line(message="list.whom" if is_open else f"list.none.{page.search.topic}")


def _row(number: int, finding: Finding, topic: Topic) -> tuple[str, ...]:
    match finding:
        case LowArticle(sku=sku, name=name, unit=unit, level=level, low=low):
            return str(number), sku, name, quantity_text(level.on_hand, unit), quantity_text(low, unit)
        case Listed():
            return (str(number), _when(finding.local_time), *_cells(finding, topic))
        case SaleSeen():
            return ()
        case _:
            assert_never(finding)


def _cells(row: Listed, topic: Topic) -> tuple[str, ...]:
    fact = row.deed.fact
    match topic:
        case Topic.SALES:
            tenders = fact.tenders if isinstance(fact, SaleCompleted) else ()
            state = DeedText.VOIDED if row.voided else DeedText.CAME_BACK if row.came_back else ""
            return number_of(fact), amount_of(fact), _kind_of(tenders), state
        case Topic.MEMBER:
            return what(fact), _short(number_of(fact)), points_of(fact), stored_of(fact), uses_of(fact), amount_of(fact)
        case Topic.RETURNS:
            of = fact.receipt_no if isinstance(fact, SaleReturned) else ""
            return what(fact), _short(number_of(fact)), of, staff_of(fact), amount_of(fact)
        case Topic.GIFTS:
            return what(fact), gift_of(fact), points_of(fact), staff_of(fact)
        case Topic.COUPONS:
            return what(fact), ", ".join(coupons_of(fact)), _short(number_of(fact)), off_of(fact)
        case _:
            return what(fact), staff_of(fact), reason_of(fact), amount_of(fact)


def _when(local_time: str) -> str:
    return f"{local_time[5:10]} {local_time[11:16]}"


def _short(number: str) -> str:
    """Return a number without the terminal in front of it: ``1-000042``."""
    return number.split("-", 2)[-1]


def _kind_of(tenders: tuple[Tender, ...]) -> str:
    kinds = {tender.kind for tender in tenders}
    return DeedText.MIXED if len(kinds) > 1 else next((f"tender.{kind}" for kind in kinds), "")


# --- one row in full -------------------------------------------------------------------------------------------------


def detail_rows(page: DetailPage) -> tuple[tuple[str, ...], ...]:
    """Return the rows of goods of a sale, or of a return."""
    match page.about:
        case SaleSeen(sale=sale):
            left = {line.number: line for line in sale.sold.lines}
            nets = sale.completed.net_fen
            return tuple(
                (
                    str(line.number),
                    line.name,
                    line_quantity(line),
                    format_fen(net),
                    str(left[line.number].returned or "") if line.number in left else "",
                )
                for line, net in zip(sale.sale.live_lines, nets, strict=True)
            )
        case Listed(deed=deed):
            fact = deed.fact
            lines = fact.lines if isinstance(fact, SaleReturned) else ()
            return tuple(_back_row(number, line) for number, line in enumerate(lines, start=1))
        case _:
            assert_never(page.about)


def _back_row(number: int, line: GoodsBack) -> tuple[str, ...]:
    return (
        str(number),
        line.name,
        str(line.units),
        format_fen(line.amount_fen),
        "detail.damaged" if line.damaged else "",
    )


def _detail(page: DetailPage) -> panels.PagePanel:
    rows = detail_rows(page)
    match page.about:
        case SaleSeen():
            head, foot, name = _sale_head(page.about), _sale_foot(page.about), "sale_detail"
        case Listed():
            head, foot, name = _return_head(page.about), _return_foot(page.about), "return_detail"
        case _:
            assert_never(page.about)
    return panels.PagePanel(page=name, lines=tuple(head), rows=rows, selected=page.selected, foot=tuple(foot))


def _line(message: str, **params: str) -> panels.Line:
    return panels.Line(message=message, params=params)


def _changes(fact: Fact) -> dict[str, str]:
    """Return what became of points and stored value, also that nothing did."""
    return {"points": points_of(fact) or "0", "stored": stored_of(fact) or format_fen(0)}


def _sale_head(about: SaleSeen) -> Iterable[panels.Line]:
    sale, completed = about.sale.sale, about.sale.completed
    yield _line("detail.sale", number=completed.receipt_no, time=_when(about.local_time), staff=sale.staff)
    if sale.member is not None:
        yield _line("detail.member", who=seen(sale.member), **_changes(completed))


def _sale_foot(about: SaleSeen) -> Iterable[panels.Line]:
    completed = about.sale.completed
    total, off = format_fen(completed.total_fen), format_fen(completed.discount_fen)
    yield _line("detail.total", total=total, discount=off)
    yield from _tenders(completed.tenders)
    for coupon in completed.coupons:
        yield _line("detail.coupon", name=coupon.label, amount=format_fen(coupon.off_fen))
    for back in about.sale.returns:
        yield _line("detail.return", number=_short(back.number), reason=what(back), amount=format_fen(back.amount_fen))


def _return_head(about: Listed) -> Iterable[panels.Line]:
    fact = about.deed.fact
    if not isinstance(fact, SaleReturned):
        return
    yield _line("detail.back", number=fact.number, time=_when(about.local_time), staff=fact.staff)
    yield _line("detail.back_of", number=fact.receipt_no or "-", detail=what(fact), reason=reason_of(fact))
    if fact.member is not None:
        yield _line("detail.member", who=fact.member.id, **_changes(fact))


def _return_foot(about: Listed) -> Iterable[panels.Line]:
    fact = about.deed.fact
    if isinstance(fact, SaleReturned) and about.deed.kind is DeedKind.RETURN:
        yield _line("detail.back_total", amount=format_fen(fact.amount_fen))
        yield from _tenders(fact.tenders)


def _tenders(tenders: tuple[Tender, ...]) -> Iterable[panels.Line]:
    for tender in tenders:
        yield _line("detail.tender", tender=f"tender.{tender.kind}", amount=format_fen(tender.amount_fen))
