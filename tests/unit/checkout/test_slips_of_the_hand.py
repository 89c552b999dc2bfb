"""Numbers that no shop means: they are refused before they reach a fact, which holds 64 bits."""

import pytest

from terminal.checkout.messages import No
from terminal.checkout.modes import Help, Locked, Selling
from terminal.wire.events import encode_fact
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
)


@pytest.mark.parametrize("key", ["f2", "+"])
@pytest.mark.parametrize("typed", ["10000", "9" * 40])
def test_a_quantity_that_no_prefix_can_say_is_refused(typed: str, key: str) -> None:
    bench = selling()
    bench.scan(COLA)
    assert bench.write(typed, key) == []
    assert (bench.notice, bench.quantities, bench.counter.text) == (No.BAD_QUANTITY, [1], "")


def test_the_highest_quantity_is_asked_again_and_sold() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("9999", "f2")
    bench.press("enter")
    assert bench.quantities == [9999]


def test_a_quantity_in_the_prompt_has_the_same_limit() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f2")
    assert bench.write("9" * 30, "enter") == []
    assert (bench.notice, bench.quantities) == (No.BAD_QUANTITY, [1])


def test_cash_of_ten_million_is_asked_again_and_a_fen_more_is_refused() -> None:
    bench = selling()
    bench.scan(COLA)
    assert bench.write("10000000.01", "f12") == []
    assert bench.notice == No.BAD_AMOUNT
    bench.write("10000000", "f12")
    bench.press("enter")
    last = bench.counter.record.last
    assert last is not None
    assert last.completed.change_fen == 1_000_000_000 - 350


def test_the_dearest_basket_that_can_be_typed_is_a_fact() -> None:
    bench = selling()
    for _ in range(20):
        bench.write("9999*31", "enter")
        bench.write("10000000", "enter")
        bench.press("enter")
    assert bench.quantities == [9999] * 20
    bench.press("f12")
    assert [len(encode_fact(fact)) > 0 for fact in bench.facts] == [True] * len(bench.facts)
    last = bench.counter.record.last
    assert last is not None
    assert last.completed.total_fen == 20 * 9999 * 1_000_000_000


def test_digits_of_another_script_before_a_code_are_no_quantity() -> None:
    bench = selling()
    bench.chunk(*f"３*{COLA}", "enter")
    assert bench.quantities == []
    assert (bench.mode, bench.notice) == (Selling(), No.SCAN_AGAIN)


@pytest.mark.parametrize("key", ["f1", "f18"])
def test_no_page_hides_a_pin_that_is_being_checked(key: str) -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.write("1234", "enter")
    bench.press(key)
    assert isinstance(bench.mode, Locked)
    bench.check_pin()
    assert bench.mode.name == "sale"
    bench.press(key)
    assert bench.mode.name in {"help", "status"}


def test_help_about_signing_in_is_there_before_the_check() -> None:
    bench = Bench()
    bench.press("f1")
    assert bench.mode == Help(Locked())
