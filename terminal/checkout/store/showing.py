"""What the screen shows of the store's work: pages of one kind, the key line, and what stands beside the input."""

from typing import assert_never

from terminal.checkout.messages import Hint, Key
from terminal.checkout.modes import Mode
from terminal.checkout.state import Counter
from terminal.checkout.store.inspection import tasks_of
from terminal.checkout.store.menu import ENTRIES
from terminal.checkout.store.messages import KINDS, StoreHint, StoreKey, ValueReason
from terminal.checkout.store.modes import (
    Attending,
    CampaignPage,
    Chosen,
    Inspecting,
    StockMenu,
    StockPage,
    StoreMenu,
    StoreMode,
    TaskList,
)
from terminal.checkout.store.stock import PICKED
from terminal.checkout.store.values import rows_of, value_now, value_text
from terminal.domain.inspections import Due, score
from terminal.domain.money import format_fen
from terminal.domain.promotions.store_values import Settable
from terminal.domain.slips.stock import quantity_text
from terminal.domain.stock import StockDocument, StockLine, worth_fen
from terminal.wire.counter import panels
from terminal.wire.counter.view import KeyHint
from terminal.wire.store import Inspected
from terminal.wire.store_events import Clocked, StockBooked

KeyLine = tuple[KeyHint, ...]


def _line(*keys: tuple[str, Key | StoreKey]) -> KeyLine:
    return tuple(KeyHint(key=key, message=message.value) for key, message in keys)


_BACK = ("Esc", Key.BACK)
_HELP = ("F1", Key.HELP)
KEY_LINES: dict[type[Mode], KeyLine] = {
    StoreMenu: _line(("1-9", Key.PICK), _BACK, _HELP),
    Attending: _line(("1-2", Key.PICK), ("Enter", Key.ACCEPT), _BACK, _HELP),
    TaskList: _line(("1-9", Key.PICK), ("Enter", Key.ACCEPT), _BACK, _HELP),
    Inspecting: _line(("Enter", Key.ACCEPT), _BACK, _HELP),
    CampaignPage: _line(("Enter", Key.ACCEPT), ("Del", StoreKey.HQ_VALUE), _BACK, _HELP),
    StockMenu: _line(("1-9", Key.PICK), ("F13", Key.REPRINT), _BACK, _HELP),
    StockPage: _line(
        ("F12", StoreKey.BOOK),
        ("F2", Key.QUANTITY),
        ("+", Key.REPEAT),
        ("-", Key.VOID_LAST),
        ("F19", StoreKey.DROP),
        _BACK,
        _HELP,
    ),
}


def hint(mode: StoreMode) -> Hint | StoreHint:  # noqa: PLR0911 - one row per mode
    """Return what the input is for."""
    match mode:
        case StoreMenu():
            return StoreHint.STORE
        case Attending(coming=None):
            return StoreHint.ATTENDANCE
        case StockMenu():
            return StoreHint.STORE
        case StockPage():
            return StoreHint.STOCK
        case TaskList():
            return StoreHint.TASKS
        case Inspecting():
            items = mode.due.inspection.items
            return StoreHint.POINTS if len(mode.given) < len(items) else StoreHint.REMARK
        case CampaignPage(chosen=chosen):
            return StoreHint.VALUE if chosen is None else StoreHint.WHY
        case Attending():
            return Hint.CHECKING if mode.checking else Hint.STAFF if mode.number is None else Hint.PIN
        case _:
            assert_never(mode)


def panel(counter: Counter, mode: StoreMode) -> panels.PagePanel:  # noqa: PLR0911 - one row per mode
    """Return the page of a mode."""
    match mode:
        case StoreMenu():
            rows = tuple((str(number), entry.value) for number, entry in enumerate(ENTRIES, start=1))
            return panels.PagePanel(page="store", rows=rows)
        case Attending():
            return _attendance(counter, mode)
        case StockMenu():
            return _kinds(counter)
        case StockPage():
            return _document(counter, mode)
        case TaskList():
            return _tasks(counter, mode)
        case Inspecting():
            return _inspection(mode)
        case CampaignPage():
            return _campaigns(counter, mode)
        case _:
            assert_never(mode)


def _attendance(counter: Counter, mode: Attending) -> panels.PagePanel:
    today = [one for one in counter.durable.store.clockings if one.local_time.startswith(mode.today)]
    step = "attendance.which"
    if mode.coming is not None:
        step = "attendance.coming" if mode.coming else "attendance.going"
    return panels.PagePanel(
        page="attendance",
        lines=(panels.Line(message=step, params={"day": mode.today}),),
        rows=tuple(map(_clocking, today)),
        selected=len(today) - 1,
    )


def _clocking(one: Clocked) -> tuple[str, ...]:
    way = "attendance.came" if one.coming else "attendance.went"
    return one.local_time[11:16], one.staff, one.name, way


def _kinds(counter: Counter) -> panels.PagePanel:
    named = (*(KINDS[kind] for kind in PICKED), "stock.low")
    rows = tuple((str(number), name) for number, name in enumerate(named, start=1))
    booked = counter.record.store.booked
    last = () if booked is None else (panels.Line(message="stock.last", params=_named(booked)),)
    return panels.PagePanel(page="stock_menu", rows=rows, foot=last)


def _named(booked: StockBooked) -> dict[str, str]:
    return {"number": booked.number, "result": KINDS[booked.document.kind], "time": booked.local_time[11:16]}


def _document(counter: Counter, mode: StockPage) -> panels.PagePanel:
    document = counter.record.store.document
    if document is None:
        return panels.PagePanel(page="stock")
    message = "stock.of_store" if document.kind.names_a_store else "stock.of_note"
    title = panels.Line(
        message=message if document.reference else "stock.of_kind",
        params={"result": KINDS[document.kind], "reference": document.reference},
    )
    return panels.PagePanel(
        page="stock",
        lines=(title,),
        rows=tuple(_stock_row(number, line) for number, line in enumerate(document.lines, start=1)),
        selected=min(mode.selected, len(document.lines) - 1),
        foot=(panels.Line(message="stock.sum", params=_sums(document)),),
    )


def _stock_row(number: int, line: StockLine) -> tuple[str, ...]:
    return (
        str(number),
        line.code,
        line.name,
        quantity_text(line.quantity, line.unit),
        format_fen(line.price_fen),
        format_fen(_worth(line)),
    )


def _sums(document: StockDocument) -> dict[str, str]:
    return {"lines": str(len(document.lines)), "amount": format_fen(sum(map(_worth, document.lines)))}


def _worth(line: StockLine) -> int:
    return worth_fen(line.quantity, line.price_fen, line.unit)


def _tasks(counter: Counter, mode: TaskList) -> panels.PagePanel:
    rows = tuple(
        _task_row(number, due, counter.record.store.of_task(due.key), mode.today)
        for number, due in enumerate(tasks_of(counter, mode.today), start=1)
    )
    return panels.PagePanel(page="tasks", rows=rows, selected=min(mode.selected, len(rows) - 1))


def _task_row(number: int, due: Due, done: Inspected | None, today: str) -> tuple[str, ...]:
    state = "inspection.done" if done is not None else "inspection.late" if today > due.due else "inspection.open"
    return str(number), due.inspection.name, due.due, state, "" if done is None else f"{done.points}/{done.most}"


def _inspection(mode: Inspecting) -> panels.PagePanel:
    inspection, ratings = mode.due.inspection, mode.ratings
    points, most = score(ratings)
    is_rated = len(ratings) == len(inspection.items)
    remarks = tuple(
        panels.Line(message="inspection.remark", params={"number": str(number), "remark": remark})
        for number, remark in enumerate(inspection.remarks, start=1)
    )
    return panels.PagePanel(
        page="inspection",
        lines=(panels.Line(message="inspection.title", params={"name": inspection.name, "day": mode.due.due}),),
        rows=tuple(
            (
                str(number),
                item.text,
                str(ratings[number - 1].points) if number <= len(ratings) else "-",
                str(item.points),
            )
            for number, item in enumerate(inspection.items, start=1)
        ),
        selected=-1 if is_rated else len(ratings),
        foot=(
            *(remarks if is_rated else ()),
            panels.Line(message="inspection.score", params={"points": str(points), "most": str(most)}),
        ),
    )


def _campaigns(counter: Counter, mode: CampaignPage) -> panels.PagePanel:
    rows = rows_of(counter)
    at = min(mode.selected, len(rows) - 1)
    return panels.PagePanel(
        page="campaigns",
        rows=tuple(_settable(counter, number, one) for number, one in enumerate(rows, start=1)),
        selected=at,
        foot=() if mode.chosen is None else _why(rows[at], mode.chosen),
    )


def _settable(counter: Counter, number: int, one: Settable) -> tuple[str, ...]:
    now, of_hq = value_text(one.param, value_now(counter, one)), value_text(one.param, one.hq_value)
    bounds = f"{value_text(one.param, one.lowest)} - {value_text(one.param, one.highest)}"
    return str(number), one.name, f"param.{one.param}", now, of_hq, bounds


def _why(one: Settable, chosen: Chosen) -> tuple[panels.Line, ...]:
    value = value_text(one.param, one.hq_value if chosen.value is None else chosen.value)
    asked = panels.Line(message="campaigns.why", params={"name": one.name, "value": value})
    reasons = (
        panels.Line(message="campaigns.reason", params={"number": str(number), "reason": reason})
        for number, reason in enumerate(ValueReason, start=1)
    )
    return (asked, *reasons)
