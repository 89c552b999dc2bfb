"""Inspections: the tasks that HQ gave, and the form of one."""

from msgspec.structs import replace

from terminal.checkout.deeds.gate import request
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.typing import backspace, clear, put
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, reject, say
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store.drafts import BeginInspection
from terminal.checkout.store.messages import StoreNo, StoreSay
from terminal.checkout.store.modes import Inspecting, TaskList
from terminal.domain.inspections import Due, due_on, score
from terminal.domain.text import SafeText
from terminal.wire import store_events as sev

PICKS = "123456789"
LONGEST = 4


def tasks_of(counter: Counter, today: str) -> tuple[Due, ...]:
    """Return the tasks of a day, as the book that decides has them."""
    return due_on(today, counter.settings.inspections, counter.settings.inspection_tasks)


def open_page(turn: KeyTurn) -> Outcome:
    """Show what is to be inspected."""
    today = turn.moment.local_iso[:10]
    if not tasks_of(turn.counter, today):
        return reject(StoreNo.NO_TASKS)
    return Applied(counter=replace(turn.counter, mode=TaskList(today=today), text=""))


def move(turn: KeyTurn) -> Outcome:
    """Highlight another task."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, TaskList):
        return Ignored()
    at = moved(turn, mode.selected, last=len(tasks_of(counter, mode.today)) - 1)
    return Applied(counter=replace(counter, mode=replace(mode, selected=at)))


def pick(turn: KeyTurn) -> Outcome:
    """Begin the n-th task of the list."""
    return _begin(turn, PICKS.find(turn.cause.name))


def begin(turn: KeyTurn) -> Outcome:
    """Begin the highlighted task."""
    mode = turn.counter.mode
    return _begin(turn, mode.selected if isinstance(mode, TaskList) else -1)


def _begin(turn: KeyTurn, index: int) -> Outcome:
    counter, mode = turn.counter, turn.counter.mode
    tasks = tasks_of(counter, mode.today) if isinstance(mode, TaskList) else ()
    if not isinstance(mode, TaskList) or not 0 <= index < len(tasks):
        return reject(No.NO_CHOICE)
    if counter.record.store.of_task(tasks[index].key) is not None:
        return reject(StoreNo.TASK_DONE, name=tasks[index].inspection.name)
    chosen = replace(counter, mode=replace(mode, selected=index))
    return request(chosen, BeginInspection(tasks[index], mode.today), turn.moment)


def leave_list(turn: KeyTurn) -> Outcome:
    """Go back to selling."""
    return Applied(counter=replace(turn.counter, mode=at_rest(turn.counter), text=""))


# --- the form --------------------------------------------------------------------------------------------------------


def digit(turn: KeyTurn) -> Outcome:
    """Type the points of an item; after the last one pick a remark, and be done."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Inspecting):
        return Ignored()
    if len(mode.given) < len(mode.due.inspection.items):
        return put(turn) if len(counter.text) < LONGEST else reject(No.TOO_LONG)
    index = PICKS.find(turn.cause.name)
    if not 0 <= index < len(mode.due.inspection.remarks):
        return reject(No.NO_CHOICE)
    return _done(turn, mode, mode.due.inspection.remarks[index])


def enter(turn: KeyTurn) -> Outcome:
    """Give an item the typed points, or all that there are; after the last one be done without a remark."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, Inspecting):
        return Ignored()
    items = mode.due.inspection.items
    if len(mode.given) == len(items):
        return _done(turn, mode, SafeText(""))
    item = items[len(mode.given)]
    points = int(counter.text) if counter.text.isdecimal() else item.points
    if points > item.points or (counter.text and not counter.text.isdecimal()):
        return reject(StoreNo.TOO_MANY_POINTS, replace(counter, text=""), most=str(item.points))
    return Applied(counter=replace(counter, mode=replace(mode, given=(*mode.given, points)), text=""))


def back(turn: KeyTurn) -> Outcome:
    """Take the last character back, or with nothing typed the last item."""
    counter, mode = turn.counter, turn.counter.mode
    if counter.text:
        return backspace(turn)
    if not isinstance(mode, Inspecting) or not mode.given:
        return Ignored()
    return Applied(counter=replace(counter, mode=replace(mode, given=mode.given[:-1])))


def leave(turn: KeyTurn) -> Outcome:
    """Clear the input, then leave the form; what was given is dropped."""
    counter, mode = turn.counter, turn.counter.mode
    if counter.text:
        return clear(turn)
    today = mode.today if isinstance(mode, Inspecting) else turn.moment.local_iso[:10]
    return Applied(counter=replace(counter, mode=TaskList(today=today), text=""))


def _done(turn: KeyTurn, mode: Inspecting, remark: SafeText) -> Outcome:
    counter, staff = turn.counter, turn.counter.record.staff
    if staff is None:
        return reject(No.LOCKED)
    inspection = mode.due.inspection
    fact = sev.InspectionDone(
        task=mode.due.key,
        inspection=inspection.id,
        name=inspection.name,
        due=mode.due.due,
        staff=staff.number,
        ratings=mode.ratings,
        local_time=turn.moment.local_iso,
        remark=remark,
        approved_by=mode.approver,
    )
    points, most = score(mode.ratings)
    return Applied(
        counter=replace(counter, mode=TaskList(today=mode.today), text=""),
        facts=(fact,),
        said=say(StoreSay.INSPECTED, name=inspection.name, points=str(points), most=str(most)),
    )
