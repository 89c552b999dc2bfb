"""A till that died while somebody typed: the rest of a number is never another number."""

from collections.abc import Callable

import pytest

from terminal.checkout.inputs import DeviceReported
from terminal.checkout.messages import Hint, No, Say
from terminal.checkout.modes import Help, Locked, Selling, Tendering
from terminal.ports.devices import DeviceKind, DeviceState, DeviceStatus, LinkState
from terminal.wire.events import SaleCompleted, ScanHandled
from tests.unit.checkout.counter_bench import COLA, WATER, Bench, selling


def restarted(*hands: Callable[[Bench], object]) -> Bench:
    """Return a till that came up again after these hands."""
    bench = selling()
    bench.scan(COLA)
    for hand in hands:
        hand(bench)
    return Bench(record=bench.counter.record)


def hint(bench: Bench) -> str:
    assert bench.view is not None
    return bench.view.input.hint


def test_the_restart_is_told_until_the_next_outcome() -> None:
    bench = restarted(lambda bench: bench.write("1"))
    assert (bench.notice, hint(bench), bench.mode) == (Say.RESTARTED, Hint.RESTARTED, Selling())
    bench.press("up", "end")
    assert bench.notice == Say.RESTARTED


@pytest.mark.parametrize("key", ["0", ".", "k", "*", "+", "-", "/", "enter", "backspace", "f2", "f3", "f8", "f12"])
def test_a_key_that_goes_on_with_a_number_or_uses_it_is_refused_until_esc(key: str) -> None:
    bench = restarted(lambda bench: bench.write("1"))
    before = bench.counter.record
    bench.write("00", key)
    assert (bench.notice, bench.counter.text, bench.counter.record, bench.mode) == (No.RESTARTED, "", before, Selling())
    bench.press("escape")
    assert (bench.notice, hint(bench)) == (Say.TYPE_ANEW, Hint.SALE)
    bench.write("100", "f12")
    (sale,) = bench.of_kind(SaleCompleted)
    assert isinstance(sale, SaleCompleted)
    assert sale.tenders[0].given_fen == 10_000


def test_who_just_scans_on_needs_no_esc() -> None:
    bench = restarted(lambda bench: bench.write("1"))
    bench.scan(WATER)
    assert (bench.notice, hint(bench), bench.quantities) == (Say.LINE_ADDED, Hint.SALE, [1, 1])
    bench.press("f12")
    assert bench.mode.name == "completed"


def test_a_scan_that_counts_as_the_one_before_says_nothing_of_the_number() -> None:
    bench = restarted()
    (fact,) = bench.scan(COLA, double=True)
    assert isinstance(fact, ScanHandled)
    assert hint(bench) == Hint.RESTARTED


def test_a_key_that_begins_something_else_ends_the_waiting() -> None:
    bench = restarted()
    bench.press("f1")
    assert bench.mode == Help(Selling())
    bench.press("escape")
    bench.press("f12")
    assert bench.mode.name == "completed"


def test_a_sale_that_is_partly_paid_waits_too() -> None:
    bench = restarted(lambda bench: bench.write("1", "f8"), lambda bench: bench.write("5"))
    assert (bench.mode, hint(bench)) == (Tendering(), Hint.RESTARTED)
    bench.press("f12")
    assert bench.notice == No.RESTARTED
    bench.press("escape", "f12")
    assert bench.mode.name == "completed"


def test_between_sales_the_restart_is_told_and_nothing_is_refused() -> None:
    bench = restarted(lambda bench: bench.press("f5"))
    assert (bench.notice, hint(bench)) == (Say.RESTARTED, Hint.SALE)
    bench.write("11", "enter")
    assert bench.quantities == [1]


def test_a_till_that_comes_up_locked_asks_for_the_number_and_refuses_nothing() -> None:
    bench = restarted(lambda bench: bench.press("f16"))
    assert (bench.mode, bench.notice) == (Locked(), "")
    bench.sign_in()
    bench.press("f12")
    assert bench.mode.name == "completed"


def test_a_device_that_is_missing_at_the_start_does_not_hide_the_restart() -> None:
    bench = restarted()
    absent = DeviceStatus(name="p", kind=DeviceKind.PRINTER, link=LinkState.ABSENT, state=DeviceState.CLOSED)
    bench.send(DeviceReported(absent))
    assert bench.notice == Say.RESTARTED
    broken = DeviceStatus(name="p", kind=DeviceKind.PRINTER, link=LinkState.FAILED, state=DeviceState.CLOSED)
    bench.send(DeviceReported(broken))
    assert bench.notice == Say.DEVICE_LOST
