"""What HQ shows of the work of stores beside selling."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.attendance import Attendance, attendances
from hq.cli import main
from hq.store.schema import STORE_WORK
from terminal.domain.ids import StaffNumber
from terminal.domain.inspections import Rating
from terminal.domain.text import clean
from terminal.wire.events import Fact, InTraining, SaleCompleted
from terminal.wire.store_events import Clocked, InspectionDone
from tests.integration.uplink.journals import MemoryJournal, sale_facts
from tests.unit.hq.commands import collect, opened, run, run_json


def clocked(time: str, *, coming: bool, staff: str = "1001", name: str = "王芳") -> Clocked:
    return Clocked(staff=StaffNumber(staff), name=clean(name), coming=coming, local_time=f"2026-11-23T{time}")


def test_comings_and_leavings_of_all_tills_of_a_store_are_put_together() -> None:
    clockings = [
        ("S01", clocked("17:30:00", coming=False)),
        ("S01", clocked("08:02:00", coming=True)),
        ("S01", clocked("08:30:00", coming=True, staff="1002", name="赵强")),
        ("S02", clocked("07:00:00", coming=False)),
        ("S01", clocked("18:00:00", coming=True)),
    ]
    found = attendances(clockings)
    assert [(one.store, one.staff, one.came[11:16], one.went[11:16], one.minutes) for one in found] == [
        ("S02", "1001", "", "07:00", None),
        ("S01", "1001", "08:02", "17:30", 568),
        ("S01", "1002", "08:30", "", None),
        ("S01", "1001", "18:00", "", None),
    ]


def test_who_came_twice_forgot_to_clock_that_they_left() -> None:
    came = [("S01", clocked("08:00:00", coming=True)), ("S01", clocked("09:00:00", coming=True))]
    assert [(one.came[11:16], one.went) for one in attendances(came)] == [("08:00", ""), ("09:00", "")]


def test_attendance_is_printed_of_a_store_and_a_day(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(clocked("08:02:00", coming=True), *sale_facts(1), clocked("17:30:30", coming=False))
    collect(state, journal)
    assert run(state, "store", "attendance") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["store", "staff", "name", "came", "left", "hours"],
        ["S01", "1001", "王芳", "2026-11-23", "08:02", "2026-11-23", "17:30", "9:28"],
    ]
    answer = run_json(state, capsys, "store", "attendance", "--store", "S01", "--date", "2026-11-23")
    assert answer["attendance"] == [
        {
            "store": "S01",
            "staff": "1001",
            "name": "王芳",
            "came": "2026-11-23T08:02:00",
            "went": "2026-11-23T17:30:30",
            "minutes": 568,
        }
    ]
    for nothing in (("--store", "S0"), ("--date", "2026-11-24")):
        assert run_json(state, capsys, "store", "attendance", *nothing) == {"attendance": []}


def test_who_has_not_left_has_no_hours(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(clocked("08:02:00", coming=True))
    collect(state, journal)
    run(state, "store", "attendance")
    assert capsys.readouterr().out.splitlines()[1].split()[-2:] == ["-", "-"]


def test_a_row_that_cannot_be_read_is_passed_over(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(clocked("08:02:00", coming=True))
    journal.append_body("Clocked", b"?")
    collect(state, journal)
    run(state, "store", "attendance")
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_rows_are_found_by_their_index(state: Path) -> None:
    store = opened(state)
    plan = store._database.rows(
        tuple[int, int, int, str],
        f"EXPLAIN QUERY PLAN SELECT seq FROM event WHERE {STORE_WORK} AND kind = 'Clocked' AND biz_date > 'a'",  # noqa: S608 - a constant
    )
    store.close()
    assert "event_of_store" in plan[0][3]


def test_an_attendance_without_an_end_has_no_length() -> None:
    assert Attendance(store="S01", staff="1", name="", came="2026-11-23T08:00:00").minutes is None


def test_store_wants_to_know_what(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["store"])
    assert ended.value.code == 2
    assert "ACTION" in capsys.readouterr().err


def test_a_clocking_is_never_one_of_a_training() -> None:
    assert Clocked not in InTraining.__annotations__["fact"].__args__


def test_inspections_are_printed_with_their_points(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = InspectionDone(
        task="opening:2026-11-23",
        inspection="opening",
        name=clean("开店检查"),
        due="2026-11-23",
        staff=StaffNumber("2001"),
        ratings=(Rating(text=clean("灯全亮"), points=8, most=10), Rating(text=clean("门口"), points=5, most=5)),
        local_time="2026-11-23T07:50:00",
        remark=clean("要修灯"),
    )
    journal = MemoryJournal()
    journal.append(done, InTraining(fact=done))
    collect(state, journal)
    assert run(state, "store", "inspections", "--store", "S01") == 0
    row = ["S01-T03", "opening:2026-11-23", "开店检查", "2026-11-23", "2026-11-23", "07:50", "2001", "13/15", "要修灯"]
    assert [line.split() for line in capsys.readouterr().out.splitlines()[1:]] == [row]
    found = run_json(state, capsys, "store", "inspections")["inspections"]
    assert isinstance(found, list)
    assert (found[0]["till"], found[0]["ratings"][0]["points"]) == ("S01-T03", 8)


def sold_by_somebody(number: int, fen: int) -> list[Fact]:
    *before, done = sale_facts(number)
    assert isinstance(done, SaleCompleted)
    return [*before, replace(done, commission={StaffNumber("1002"): fen})]


def test_commission_is_added_up_by_day_and_counts_once(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal, again = MemoryJournal(), MemoryJournal(epoch=2)
    journal.append(*sold_by_somebody(1, 120), *sold_by_somebody(2, 35), *sale_facts(3))
    again.append(*sold_by_somebody(1, 120))
    collect(state, journal)
    collect(state, again)
    assert run(state, "store", "commission", "--store", "S01") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:]] == [["2026-11-23", "S01", "1002", "2", "1.55"]]
    answer = run_json(state, capsys, "store", "commission", "--date", "2026-11-24")
    assert answer == {"commission": []}
    assert run(state, "verify") == 0
    store = opened(state)
    store._database.run("UPDATE commission SET fen = 1 WHERE fen = 35")
    store.close()
    capsys.readouterr()
    assert run(state, "verify") == 1
    assert "the commission of row" in capsys.readouterr().out
