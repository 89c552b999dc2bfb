"""Codes that came at once without an Enter of their own: pasted, or from a scanner that sends none."""

import pytest

from terminal.checkout.effects import Arm
from terminal.checkout.inputs import Fired
from terminal.checkout.keys import HALF_READ_MS, JOIN_MS, TIMER
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Confirming, PriceCheck, Selling
from terminal.wire.counter.view import Level
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
)


def burst(bench: Bench, text: str) -> None:
    """Let characters arrive at once, and nothing behind them."""
    bench.chunk(*text)
    bench.send(Fired(TIMER))


def test_a_whole_barcode_without_an_enter_stands_typed_and_enter_sells_it() -> None:
    bench = selling()
    burst(bench, COLA)
    assert (bench.counter.text, bench.notice, bench.counter.notice.level) == (COLA, Say.NO_ENTER, Level.ATTENTION)
    assert bench.counter.notice.params == {"code": COLA}
    assert bench.rejections() == [("half_read", "sale")]
    bench.press("enter")
    assert (bench.quantities, bench.counter.text) == ([1], "")


def test_a_quantity_in_front_of_it_counts() -> None:
    bench = selling()
    bench.write("3*")
    burst(bench, COLA)
    assert bench.counter.text == f"3*{COLA}"
    bench.press("enter")
    assert bench.quantities == [3]


def test_it_stands_in_the_price_check_and_begins_the_next_sale() -> None:
    bench = selling()
    bench.press("f14")
    burst(bench, COLA)
    assert (bench.mode, bench.counter.text) == (PriceCheck(), COLA)
    bench = selling()
    bench.scan(WATER)
    bench.press("f12")
    burst(bench, COLA)
    assert (bench.mode, bench.counter.text) == (Selling(), COLA)


@pytest.mark.parametrize("code", ["690193", COLA[:-1] + "0", "abcdef", "9" * 600])
def test_half_a_code_is_refused_and_nothing_stands_typed(code: str) -> None:
    bench = selling()
    burst(bench, code)
    assert (bench.counter.text, bench.notice) == ("", No.SCAN_AGAIN)


@pytest.mark.parametrize("keys", [("1",), ("enter",), ("f16",), ("f2",)])
def test_it_stands_nowhere_where_a_number_means_something_else(keys: tuple[str, ...]) -> None:
    bench = selling()
    bench.scan(WATER)
    bench.press(*keys)
    bench.now_ms += 1000
    before = bench.counter.text
    burst(bench, COLA)
    assert (bench.counter.text, bench.notice) == (before, No.SCAN_AGAIN)


def test_the_rest_of_a_number_does_not_stand_after_a_restart() -> None:
    bench = selling()
    bench.scan(WATER)
    again = Bench(record=bench.counter.durable)
    burst(again, COLA)
    assert (again.counter.text, again.notice) == ("", No.SCAN_AGAIN)


def test_the_enter_behind_a_paste_is_told_and_does_nothing() -> None:
    bench = selling()
    bench.paste(COLA)
    assert bench.quantities == [1]
    bench.press("enter")
    assert (bench.mode, bench.notice, bench.counter.notice.level) == (Selling(), Say.PASTED, Level.ATTENTION)
    bench.press("enter")
    assert bench.mode.name == "tender"
    bench.press("enter")
    assert bench.mode.name == "completed"


def test_a_pasted_code_that_is_asked_about_is_not_answered_by_that_enter() -> None:
    bench = selling()
    bench.paste(f"100*{COLA}")
    bench.press("enter")
    assert isinstance(bench.mode, Confirming)
    bench.press("enter")
    assert bench.quantities == [100]


def test_any_other_key_ends_the_waiting() -> None:
    bench = selling()
    bench.paste(COLA)
    bench.press("end", "enter")
    assert bench.mode.name == "tender"


def test_an_enter_behind_digits_of_a_person_counts() -> None:
    bench = selling()
    bench.paste(COLA)
    bench.write("12", "enter")
    assert bench.quantities == [1, 1]
    assert bench.notice == Say.LINE_ADDED


def test_a_timer_of_an_earlier_read_ends_no_code_whose_next_part_is_here() -> None:
    bench = selling()
    bench.chunk(*COLA[:7])
    earlier = bench.counter.keys.turn
    bench.chunk(*COLA[7:9], at_ms=bench.now_ms + 5)
    bench.send(Fired(TIMER, earlier))
    assert bench.counter.keys.run == COLA[:9]
    bench.chunk(*COLA[9:], "enter", at_ms=bench.now_ms + 10)
    assert (bench.quantities, bench.notice) == ([1], Say.LINE_ADDED)


def test_half_a_code_is_told_by_the_timer_of_its_last_read_and_that_waits_for_the_screen() -> None:
    bench = selling()
    bench.chunk(*COLA[:3])
    turn = bench.counter.keys.turn
    assert bench.effects[-1] == Arm(TIMER, JOIN_MS + 1, turn=turn)
    bench.chunk(*COLA[3:9], at_ms=bench.now_ms + 5)
    assert bench.effects[-1] == Arm(TIMER, HALF_READ_MS, turn=turn + 1, after_screen=True)
    bench.send(Fired(TIMER, turn + 1))
    assert bench.counter.keys.run == ""
