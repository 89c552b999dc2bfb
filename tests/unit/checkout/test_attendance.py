"""Coming and going, by number and PIN; and the menu of the store."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import CheckPin
from terminal.checkout.inputs import PinChecked
from terminal.checkout.messages import No
from terminal.checkout.modes import Locked, Selling
from terminal.checkout.store.messages import StoreNo, StoreSay
from terminal.checkout.store.modes import Attending, StoreMenu
from terminal.domain.ids import StaffNumber
from terminal.domain.staff import card_digest
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from terminal.wire.counter.panels import PagePanel
from terminal.wire.store import StoreRecord
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    PEOPLE,
)

WANG = StaffNumber("1001")
DAY = "2026-11-23"


def clock(bench: Bench, way: str, number: str = "1001", pin: str = "") -> list[ev.Fact]:
    bench.write(way)
    bench.write(number, "enter")
    bench.write(pin or PEOPLE[number][2], "enter")
    return bench.check_pin()


def attending() -> Bench:
    bench = selling()
    bench.press("f20", "2")
    return bench


def test_somebody_comes_by_card_and_pin() -> None:
    bench = with_settings(staff_cards={card_digest("WANG10010001"): WANG})
    bench.press("f20", "2")
    bench.scan("WANG10010001")
    assert bench.notice == StoreNo.COMING_FIRST
    bench.write("1")
    bench.scan(COLA)
    assert bench.notice == No.NOT_HERE
    bench.scan("WANG10010001")
    bench.scan("WANG10010001")
    assert bench.notice == No.NOT_HERE
    bench.write(PEOPLE["1001"][2], "enter")
    (came,) = bench.check_pin()
    assert isinstance(came, sev.Clocked)
    assert (came.staff, came.coming) == (WANG, True)


def rows(bench: Bench) -> list[tuple[str, ...]]:
    assert bench.view is not None
    assert isinstance(bench.view.panel, PagePanel)
    return list(bench.view.panel.rows)


def test_somebody_comes_and_goes_by_number_and_pin() -> None:
    bench = attending()
    (came,) = clock(bench, "1")
    assert isinstance(came, sev.Clocked)
    assert (came.staff, came.name, came.coming, came.local_time[:10]) == (WANG, "王芳", True, DAY)
    assert bench.notice == StoreSay.CAME
    (went,) = clock(bench, "2")
    assert isinstance(went, sev.Clocked)
    assert (bench.notice, went.coming, bench.mode) == (StoreSay.WENT, False, Attending(today=DAY))


def test_the_page_lists_who_came_and_went_today() -> None:
    bench = attending()
    clock(bench, "1")
    clock(bench, "1", "1002")
    clock(bench, "2")
    assert [row[1:] for row in rows(bench)] == [
        ("1001", "王芳", "attendance.came"),
        ("1002", "赵强", "attendance.came"),
        ("1001", "王芳", "attendance.went"),
    ]


def test_yesterday_is_not_on_the_list_and_is_forgotten_with_the_first_of_today() -> None:
    bench = attending()
    clock(bench, "1")
    yesterday = [
        replace(one, local_time=f"2026-11-22{one.local_time[10:]}") for one in bench.counter.durable.store.clockings
    ]
    again = Bench(record=replace(bench.counter.durable, store=StoreRecord(clockings=tuple(yesterday))))
    again.press("f20", "2")
    assert rows(again) == []
    clock(again, "1", "1002")
    assert [one.staff for one in again.counter.durable.store.clockings] == ["1002"]


@pytest.mark.parametrize(("way", "no"), [("1", StoreNo.CAME_ALREADY), ("2", StoreNo.WENT_ALREADY)])
def test_twice_the_same_on_one_day_is_a_slip(way: str, no: StoreNo) -> None:
    bench = attending()
    clock(bench, way)
    assert clock(bench, way) == []
    assert (bench.notice, len(bench.counter.durable.store.clockings)) == (no, 1)


def test_who_worked_through_the_night_goes_without_having_come_that_day() -> None:
    bench = attending()
    clock(bench, "2")
    assert bench.notice == StoreSay.WENT


def test_a_wrong_pin_is_counted_and_locks_out_as_at_the_sign_in() -> None:
    bench = attending()
    for _ in range(3):
        clock(bench, "1", pin="0000")
        bench.press("escape")
    assert [fact.failures for fact in bench.facts if isinstance(fact, ev.SignInRefused)] == [1, 2, 3]
    bench.write("1")
    bench.write("1001", "enter")
    assert bench.notice == No.LOCKED_OUT


def test_nobody_has_to_be_signed_in() -> None:
    bench = Bench()
    bench.press("f20")
    clock(bench, "1", "9001")
    assert bench.counter.durable.store.clockings[0].staff == "9001"
    assert bench.counter.record.staff is None
    bench.press("escape")
    assert bench.mode == Locked()


def test_a_clocking_is_real_also_while_somebody_is_trained() -> None:
    bench = Bench().sign_in("2001")
    bench.press("f15", "enter", "f20", "2")
    (came,) = clock(bench, "1")
    assert isinstance(came, sev.Clocked)
    assert rows(bench)[0][1] == "1001"
    assert len(bench.counter.durable.store.clockings) == 1


def test_escape_goes_back_step_by_step() -> None:
    bench = attending()
    bench.press("1", *"1001", "enter", "5")
    steps = []
    for _ in range(4):
        bench.press("escape")
        steps.append((bench.counter.text, bench.mode))
    assert steps == [
        ("", Attending(today=DAY, coming=True, number=WANG)),
        ("", Attending(today=DAY, coming=True)),
        ("", Attending(today=DAY)),
        ("", Selling()),
    ]


def test_a_pin_is_masked_and_a_long_one_is_refused() -> None:
    bench = attending()
    bench.press("1", *"1001", "enter", *"1234")
    assert bench.view is not None
    assert bench.view.input.text == "****"
    bench.press(*"567890123")
    assert bench.notice == No.TOO_LONG


def test_while_a_pin_is_checked_keys_and_pages_wait() -> None:
    bench = attending()
    bench.press("1", *"1001", "enter", *"1234", "enter")
    before = bench.counter
    bench.press("5", "enter", "f1")
    assert (bench.mode, bench.counter.text) == (before.mode, "")
    bench.check_pin()
    assert bench.notice == StoreSay.CAME


def test_an_answer_for_somebody_else_means_nothing() -> None:
    bench = attending()
    bench.press("1", *"1001", "enter", *"1234", "enter")
    query = CheckPin(number=StaffNumber("1002"), pin="2345")
    assert bench.send(PinChecked(query=query, staff=None)) == []
    assert isinstance(bench.mode, Attending)
    assert bench.mode.checking


def test_a_journal_that_failed_lets_the_pin_be_typed_again() -> None:
    bench = attending()
    bench.press("1", *"1001", "enter", *"1234", "enter")
    bench.refusing = "journal_failed"
    bench.check_pin()
    assert isinstance(bench.mode, Attending)
    assert (bench.notice, bench.mode.checking) == (No.JOURNAL_FAILED, False)


def test_what_is_typed_there_may_be_a_pin_and_is_not_kept_as_it_is() -> None:
    bench = attending()
    bench.chunk(*"123456", "enter")
    (told,) = bench.of_kind(ev.ScanHandled)
    assert isinstance(told, ev.ScanHandled)
    assert "123456" not in told.code


def test_the_menu_leads_to_what_there_is_and_back() -> None:
    bench = selling()
    bench.press("f20")
    assert (bench.mode, [row[1] for row in rows(bench)][-1]) == (StoreMenu(), "store.technician")
    bench.press(str(len(rows(bench))))
    assert (bench.notice, bench.mode) == (No.LATER_TECHNICIAN, StoreMenu())
    bench.press("f20")
    assert bench.mode == Selling()


def test_the_menu_does_not_open_over_a_sale() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f20")
    assert (bench.notice, bench.mode) == (No.SALE_OPEN, Selling())


def test_a_day_of_another_person_is_another_matter() -> None:
    bench = attending()
    clock(bench, "1")
    assert [one.name for one in bench.counter.durable.store.clockings] == [clean("王芳")]
    clock(bench, "1", "1002")
    assert bench.notice == StoreSay.CAME
