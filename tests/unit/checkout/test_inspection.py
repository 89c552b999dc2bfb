"""Inspections at the till: the list of tasks, and the form."""

import pytest
from msgspec.structs import replace

from terminal.checkout.keys import Press
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Selling
from terminal.checkout.outcome import Ignored, Rejected, Turn
from terminal.checkout.store import inspection
from terminal.checkout.store.messages import StoreAsk, StoreNo, StoreSay
from terminal.checkout.store.modes import Inspecting, TaskList
from terminal.domain.inspections import CheckItem, Inspection, InspectionTask
from terminal.domain.staff import Right, Role
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    SETTINGS,
    Shop,
)
from tests.unit.checkout.shown import page

OPENING = Inspection(
    id="opening",
    name=clean("开店检查"),
    items=(CheckItem(text=clean("门口干净"), points=5), CheckItem(text=clean("灯全亮"))),
    remarks=(clean("要修灯"), clean("要打扫")),
)
DAILY = InspectionTask(id="morning", inspection="opening", daily=True)
LATE = InspectionTask(id="fire", inspection="opening", due="2026-11-01")
INSPECTED = replace(SETTINGS, inspections=(OPENING,), inspection_tasks=(DAILY, LATE))
DAY = "2026-11-23"


def tasks(number: str = "2001") -> Bench:
    bench = Bench(shops={1: Shop(settings=INSPECTED)}).sign_in(number)
    bench.press("f20", "3")
    return bench


def form() -> Bench:
    bench = tasks()
    bench.press("1")
    return bench


def test_the_list_says_what_is_open_late_and_done() -> None:
    bench = tasks()
    assert page(bench).rows == (
        ("1", "开店检查", DAY, "inspection.open", ""),
        ("2", "开店检查", "2026-11-01", "inspection.late", ""),
    )
    bench.press("1", "enter", "enter", "enter")
    assert page(bench).rows[0][3:] == ("inspection.done", "15/15")


def test_a_form_is_filled_and_goes_to_hq_as_one_fact() -> None:
    bench = form()
    bench.write("3", "enter")
    bench.press("enter", "2")
    (fact,) = bench.of_kind(sev.InspectionDone)
    assert isinstance(fact, sev.InspectionDone)
    assert (fact.task, fact.inspection, fact.due, fact.staff) == (f"morning:{DAY}", "opening", DAY, "2001")
    assert [(rating.text, rating.points, rating.most) for rating in fact.ratings] == [
        ("门口干净", 3, 5),
        ("灯全亮", 10, 10),
    ]
    assert (fact.remark, fact.local_time[:10], fact.approved_by) == ("要打扫", DAY, None)
    assert (bench.notice, bench.mode.name) == (StoreSay.INSPECTED, "tasks")


def test_without_a_remark_enter_is_enough() -> None:
    bench = form()
    bench.press("0", "enter", "enter", "enter")
    (fact,) = bench.of_kind(sev.InspectionDone)
    assert isinstance(fact, sev.InspectionDone)
    assert (fact.remark, fact.ratings[0].points) == ("", 0)


def test_a_task_is_done_once() -> None:
    bench = form()
    bench.press("enter", "enter", "enter", "1")
    assert (bench.notice, bench.mode.name) == (StoreNo.TASK_DONE, "tasks")


def test_a_cashier_needs_somebody_with_the_right() -> None:
    bench = tasks("1001")
    bench.press("down", "enter")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == StoreAsk.INSPECT
    bench.approve()
    bench.press("enter", "enter", "enter")
    (fact,) = bench.of_kind(sev.InspectionDone)
    assert isinstance(fact, sev.InspectionDone)
    assert (fact.task, fact.staff, fact.approved_by) == ("fire", "1001", "2001")


def test_no_leads_back_to_the_list() -> None:
    bench = tasks("1001")
    bench.press("2", "escape")
    assert bench.mode == TaskList(today=DAY, selected=1)


def test_default_grants_of_inspections() -> None:
    grants = {(grant.role, grant.right) for grant in Shop().settings.rights}
    assert (Role.CASHIER, Right.INSPECT) not in grants
    assert (Role.SENIOR, Right.INSPECT) in grants


@pytest.mark.parametrize("typed", ["6", "99"])
def test_more_points_than_there_are_are_refused(typed: str) -> None:
    bench = form()
    bench.write(typed, "enter")
    assert (bench.notice, bench.counter.text) == (StoreNo.TOO_MANY_POINTS, "")
    bench.write("12345")
    assert bench.notice == No.TOO_LONG
    bench.press("escape")
    bench.write("1.", "enter")
    assert bench.notice == StoreNo.TOO_MANY_POINTS


def test_backspace_takes_back_what_is_typed_then_the_last_item() -> None:
    bench = form()
    bench.press("2", "enter", "1", "backspace")
    assert isinstance(bench.mode, Inspecting)
    assert (bench.mode.given, bench.counter.text) == ((2,), "")
    bench.press("backspace", "backspace")
    assert isinstance(bench.mode, Inspecting)
    assert bench.mode.given == ()


def test_escape_clears_then_gives_up_and_nothing_is_told() -> None:
    bench = form()
    bench.press("enter", "1", "escape")
    assert bench.mode.name == "inspection"
    bench.press("escape")
    assert (bench.mode.name, bench.of_kind(sev.InspectionDone)) == ("tasks", [])
    bench.press("escape")
    assert bench.mode == Selling()


def test_the_form_shows_items_points_and_then_the_remarks() -> None:
    bench = form()
    bench.press("3", "enter")
    shown = page(bench)
    assert shown.rows == (("1", "门口干净", "3", "5"), ("2", "灯全亮", "-", "10"))
    assert (shown.selected, [line.message for line in shown.foot]) == (1, ["inspection.score"])
    bench.press("enter", "5")
    assert bench.notice == No.NO_CHOICE
    shown = page(bench)
    assert (shown.selected, [line.params.get("remark") for line in shown.foot]) == (-1, ["要修灯", "要打扫", None])
    assert shown.foot[-1].params == {"points": "13", "most": "15"}


def test_a_store_without_tasks_says_so() -> None:
    bench = selling()
    bench.press("f20", "3")
    assert (bench.notice, bench.mode.name) == (StoreNo.NO_TASKS, "store")


def test_the_list_is_walked() -> None:
    bench = tasks()
    at = []
    for key in ("down", "down", "home", "end", "up", "up"):
        bench.press(key)
        assert isinstance(bench.mode, TaskList)
        at.append(bench.mode.selected)
    assert at == [1, 1, 0, 1, 0, 0]
    bench.press("9")
    assert bench.notice == No.NO_CHOICE


def test_an_inspection_in_a_training_is_only_practised() -> None:
    bench = Bench(shops={1: Shop(settings=INSPECTED)}).sign_in("2001")
    bench.press("f15", "enter", "f20", "3", "1", "enter", "enter", "enter")
    assert bench.of_kind(sev.InspectionDone) == []
    assert any(isinstance(ev.bare(fact), sev.InspectionDone) for fact in bench.facts)
    bench.press("escape", "f15", "enter", "f20", "3")
    assert page(bench).rows[0][3] == "inspection.open"


def test_where_nobody_calls_nothing_happens() -> None:
    bench = selling()
    turn = Turn(counter=bench.counter, cause=Press("1"), moment=bench.moment())
    for handler in (inspection.move, inspection.digit, inspection.enter, inspection.back):
        assert handler(turn) == Ignored()
    for refusing in (inspection.begin, inspection.pick):
        outcome = refusing(turn)
        assert isinstance(outcome, Rejected)
        assert outcome.no is No.NO_CHOICE
    filled = form()
    filled.press("enter", "enter")
    nobody = replace(filled.counter, durable=replace(filled.counter.durable, staff=None))
    outcome = inspection.enter(Turn(counter=nobody, cause=Press("enter"), moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.LOCKED


def test_leaving_a_form_that_is_none_leads_to_the_list_of_today() -> None:
    bench = selling()
    turn = Turn(counter=bench.counter, cause=Press("escape"), moment=bench.moment())
    outcome = inspection.leave(turn)
    assert not isinstance(outcome, Rejected | Ignored)
    assert outcome.counter.mode == TaskList(today=DAY)
