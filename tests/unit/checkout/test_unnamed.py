"""Every key has a visible outcome: what it does, why not, or what has to come first."""

import pytest

from terminal.checkout.keys import Press
from terminal.checkout.messages import No
from terminal.checkout.modes import Mode
from terminal.checkout.table import QUIET, kind_of
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
)
from tests.unit.checkout.test_table import MODES, PRESSED


def shown(bench: Bench) -> tuple[Mode, str, int, int]:
    """Return what a cashier sees change."""
    return bench.mode, bench.counter.text, bench.counter.selected, bench.counter.notice.serial


@pytest.mark.parametrize("mode", MODES)
def test_every_key_changes_something_that_is_seen(mode: str) -> None:
    lines = {"up", "end", "pagedown"}
    ends = {
        "sale": lines,
        "reasons": lines,
        "search": {"up"},
        "held": {"up", "end"},
        "count": {"up"},
        "tasks": {"up", "end"},
        "report": {"up"},
        "campaigns": {"up", "end"},
        "stock_page": lines,
        "return": lines,
        "chosen": lines,
        "bare": {"up", "end"},
        "detail": lines,
    }
    at_an_end = ends.get(mode, set())
    for key in PRESSED:
        bench = MODES[mode]()
        before = shown(bench)
        bench.press(key)
        assert shown(bench) != before or kind_of(Press(key)) in QUIET | at_an_end, key


def test_what_is_typed_beyond_the_room_for_it_is_refused_and_the_rest_stays() -> None:
    bench = selling()
    bench.write("1" * 41)
    assert (bench.notice, bench.counter.text) == (No.TOO_LONG, "1" * 40)
    bench.press("escape")
    bench.write("k" * 13)
    assert bench.notice == No.TOO_LONG


def test_a_number_or_a_pin_beyond_twelve_digits_is_refused() -> None:
    bench = Bench()
    bench.write("1" * 13)
    assert (bench.notice, bench.counter.text) == (No.TOO_LONG, "1" * 12)


def test_enter_without_a_pin_asks_for_it() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.press("enter")
    assert bench.notice == No.PIN_FIRST


def test_a_line_that_is_not_there_is_told_from_an_empty_basket() -> None:
    bench = selling()
    bench.press("-")
    assert bench.notice == No.EMPTY_SALE
    bench.scan(COLA)
    bench.write("7-")
    assert bench.notice == No.UNKNOWN_LINE


def test_a_wrong_amount_of_a_reduction_is_called_that() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write(".", "f3")
    assert bench.notice == No.BAD_AMOUNT
