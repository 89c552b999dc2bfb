"""A till that died while somebody typed: the rest of a number is never another number."""

from collections.abc import Callable

import pytest

from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.inputs import DeviceReported, DrawerReported
from terminal.checkout.messages import Hint, No, Say
from terminal.checkout.modes import Completed, Help, Locked, Selling, Tendering
from terminal.checkout.state import is_finished
from terminal.domain.ids import ActionId
from terminal.ports.devices import (
    DeviceKind,
    DeviceState,
    DeviceStatus,
    DrawerOutcome,
    DrawerResult,
    LinkState,
    PrintResult,
)
from terminal.wire.counter.panels import CompletedPanel
from terminal.wire.events import DoneSaleLeft, SaleCompleted, ScanHandled, TillStarted
from terminal.wire.record import TillRecord, apply
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
)


def restarted(*hands: Callable[[Bench], object]) -> Bench:
    """Return a till that came up again after these hands."""
    bench = selling()
    bench.scan(COLA)
    for hand in hands:
        hand(bench)
    return Bench(record=bench.counter.durable)


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


# --- the page of the sale that is done -----------------------------------------------------------------------------


def replayed(bench: Bench, *, start: TillRecord | None = None) -> Bench:
    """Return a till that knows only what the journal says."""
    record = start if start is not None else TillRecord()
    for fact in bench.facts:
        record = apply(record, fact)
    return Bench(record=record)


def paid(given: str = "50") -> Bench:
    """Return a till on the page of a sale that was paid with cash."""
    bench = selling()
    bench.scan(COLA)
    bench.write(given, "f12")
    return bench


def drawer(bench: Bench, result: DrawerResult, detail: str = "") -> None:
    last = bench.counter.record.last
    assert last is not None
    bench.send(DrawerReported(DrawerOutcome(action=ActionId(f"drawer:{last.sale.id}"), result=result, detail=detail)))


def page(bench: Bench) -> CompletedPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, CompletedPanel)
    return bench.view.panel


def test_a_till_that_died_on_the_page_of_a_done_sale_comes_back_with_it() -> None:
    before = paid()
    before.printed(PrintResult.NOT_STARTED, "cover_open")
    drawer(before, DrawerResult.FAILED, "cover_open")
    bench = replayed(before)
    assert page(bench) == page(before)
    assert (page(bench).change, page(bench).printed, page(bench).drawer) == ("46.50", "not_started", "failed")
    assert (bench.notice, bench.counter.notice.params) == (
        Say.RESTARTED_DONE,
        {"receipt_no": page(before).receipt_no, "change": "46.50"},
    )
    assert bench.view is not None
    assert bench.view.header.receipt_no == page(before).receipt_no


def test_what_was_under_way_when_the_till_died_is_unknown_and_not_begun_again() -> None:
    bench = replayed(paid())
    assert (page(bench).printed, page(bench).drawer) == ("unknown", "unknown")
    assert (bench.notice, hint(bench)) == (Say.BOTH_UNCONFIRMED, Hint.COMPLETED)
    assert [effect for effect in bench.effects if isinstance(effect, PulseDrawer | PrintReceipt)] == []
    assert bench.counter.record == apply(replayed(paid()).start, TillStarted(version="1"))


def test_a_sale_without_cash_has_no_drawer_to_be_unsure_of() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("3.50", "f8", "f12")
    assert (page(replayed(bench)).printed, page(replayed(bench)).drawer) == ("unknown", "")


def test_the_keys_of_the_page_work_after_a_restart() -> None:
    bench = replayed(paid())
    bench.press("f13")
    assert [effect.copy for effect in bench.effects if isinstance(effect, PrintReceipt)] == [1]
    bench.press("f9")
    assert bench.mode.name == "prompt"
    bench.press("escape")
    assert bench.mode == Completed()
    bench.scan(WATER)
    assert (bench.mode.name, bench.quantities) == ("sale", [1])


@pytest.mark.parametrize("key", ["escape", "enter", "f6", "f14"])
def test_a_page_that_was_left_does_not_come_back(key: str) -> None:
    bench = selling()
    bench.scan(WATER)
    bench.press("f5")
    bench.scan(COLA)
    bench.press("f12")
    (left,) = bench.press(key)
    assert isinstance(left, DoneSaleLeft)
    assert replayed(bench).mode == Selling()


@pytest.mark.parametrize(
    "hand",
    [
        lambda bench: bench.scan(WATER),
        lambda bench: (bench.scan(WATER), bench.press("f5")),
        lambda bench: bench.scan("6901939621250"),
        lambda bench: bench.press("f16"),
        lambda bench: (bench.press("f16"), bench.sign_in()),
    ],
    ids=["next sale", "held sale", "refused scan", "sign-out", "another sign-in"],
)
def test_what_follows_ends_the_page(hand: Callable[[Bench], object]) -> None:
    bench = paid()
    hand(bench)
    assert replayed(bench).mode.name in ("sale", "locked")


@pytest.mark.parametrize("key", ["f1", "f9", "f13", "f18"])
def test_what_leads_back_to_the_page_does_not_end_it(key: str) -> None:
    bench = paid()
    bench.press(key)
    assert page(replayed(bench)).change == "46.50"


def test_a_recalled_sale_ends_the_page() -> None:
    bench = selling()
    bench.scan(WATER)
    bench.press("f5")
    bench.scan(COLA)
    bench.press("f12", "f6", "enter")
    again = replayed(bench)
    assert (again.mode, again.quantities) == (Selling(), [1])


def test_digits_of_the_next_sale_are_no_fact_so_that_its_page_comes_back() -> None:
    bench = paid()
    assert bench.write("69") == []
    assert page(replayed(bench)).change == "46.50"


def test_escape_of_a_page_elsewhere_does_not_lead_back_to_the_done_sale() -> None:
    bench = paid()
    bench.write("1", "escape")
    bench.press("f14", "escape")
    assert bench.mode == Selling()


# --- a till that was ended in order --------------------------------------------------------------------------------


def test_a_till_that_was_ended_in_order_goes_on_without_a_word() -> None:
    bench = selling()
    bench.scan(COLA)
    again = Bench(record=bench.counter.durable, in_order=True)
    assert (again.notice, hint(again)) == ("", Hint.SALE)
    again.write("100", "f12")
    assert page(again).change == "96.50"


def test_the_page_of_a_done_sale_comes_back_without_a_word_after_an_end_in_order() -> None:
    bench = paid()
    bench.printed()
    drawer(bench, DrawerResult.OPENED)
    again = Bench(record=bench.counter.durable, in_order=True)
    assert (again.notice, page(again)) == ("", page(bench))


def test_what_is_not_known_of_paper_and_drawer_is_told_also_after_an_end_in_order() -> None:
    assert Bench(record=paid().counter.durable, in_order=True).notice == Say.BOTH_UNCONFIRMED


@pytest.mark.parametrize("keys", [(), ("f1",), ("f18",), ("f14",), ("f16",), ("f12",), ("enter",), ("f5", "f6")])
def test_nothing_is_unfinished_where_no_value_is_asked_for(keys: tuple[str, ...]) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press(*keys)
    assert is_finished(bench.counter)


@pytest.mark.parametrize(
    "keys",
    [
        ("1",),
        ("1", "f1"),
        ("k",),
        ("f2",),
        ("f19",),
        ("f9",),
        ("f9", "f1"),
        ("0", "-"),
        ("f16", "1", "0"),
        ("f16", "1", "enter"),
        ("enter", "5"),
    ],
)
def test_what_is_half_typed_or_half_asked_is_unfinished(keys: tuple[str, ...]) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press(*keys)
    assert not is_finished(bench.counter)


def test_a_burst_that_has_no_end_yet_is_unfinished() -> None:
    bench = selling()
    bench.chunk(*"690193")
    assert not is_finished(bench.counter)
