"""Every cell of the table: each mode with each kind of scan and each key."""

from collections.abc import Callable
from typing import get_args

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import LinkReported
from terminal.checkout.keys import Press
from terminal.checkout.modes import Mode
from terminal.checkout.table import KEYS, SCANS, kind_of
from terminal.domain.inspections import CheckItem, Inspection, InspectionTask
from terminal.domain.promotions.kinds import LineOff, RuleId
from terminal.domain.text import clean
from terminal.wire.doorbell import LinkChanged
from terminal.wire.events import Fact, ScanHandled
from terminal.wire.events import kind_of as kind_of_fact
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    SETTINGS,
    UNKNOWN,
    WATER,
    WECHAT,
    Rules,
    Shop,
)
from tests.unit.checkout.table_cells import CELLS, OTHERWISE, SILENT
from tests.unit.checkout.tendering.tender_bench import settling


def one_line() -> Bench:
    bench = selling()
    bench.scan(COLA)
    return bench


def after_keys(*names: str) -> Callable[[], Bench]:
    def build() -> Bench:
        bench = one_line()
        bench.press(*names)
        return bench

    return build


def asked_again() -> Bench:
    bench = one_line()
    bench.write("100*")
    bench.scan(WATER)
    return bench


def in_flight() -> Bench:
    bench = one_line()
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    bench.press("enter")
    bench.scan(WECHAT)
    return bench


def fresh(*names: str) -> Callable[[], Bench]:
    def build() -> Bench:
        bench = selling()
        bench.press(*names)
        return bench

    return build


def in_shift(*names: str) -> Callable[[], Bench]:
    return fresh("f17", "0", "enter", "f17", *names)


def stock_keeper(*names: str) -> Callable[[], Bench]:
    """Return somebody with the rights of stock."""

    def build() -> Bench:
        bench = Bench().sign_in("2001")
        bench.press(*names)
        return bench

    return build


def inspector(*names: str) -> Callable[[], Bench]:
    """Return somebody with the right to inspect, in a store with a task."""
    checklist = Inspection(id="opening", name=clean("开店检查"), items=(CheckItem(text=clean("灯全亮")),))
    task = InspectionTask(id="morning", inspection="opening", daily=True)
    settings = replace(SETTINGS, inspections=(checklist,), inspection_tasks=(task,))

    def build() -> Bench:
        bench = Bench(shops={1: Shop(settings=settings)}).sign_in("2001")
        bench.press(*names)
        return bench

    return build


def campaigns(*names: str) -> Callable[[], Bench]:
    """Return a till whose HQ lets the store set something of a rule, with the page of that open."""
    rule = LineOff(id=RuleId("OFF"), off=50, store_may_set={"off": (50, 100)})

    def build() -> Bench:
        bench = Bench(rules={1: Rules((rule,))}, offer_rules=1).sign_in("2001")
        bench.press("f20", "5", *names)
        return bench

    return build


def redeeming() -> Bench:
    """Return a member's sale that is settled, with the page of points and coupons open."""
    bench = settling()
    bench.press("f8")
    return bench


def bare() -> Bench:
    """Return a till on the page of goods without a receipt."""
    bench = Bench(rules={1: Rules((), (), {"no_receipt_max": 5_000})}, offer_rules=1).sign_in()
    bench.press("f7", "f2")
    return bench


def returned() -> Bench:
    """Return a till on the page of a done return."""
    bench = Bench().sign_in("9002")
    bench.scan(COLA)
    bench.press("f12", "f7", "enter", "+", "f12", "1", "enter")
    return bench


MODES: dict[str, Callable[[], Bench]] = {
    "no_book": lambda: Bench(offer=None),
    "locked": Bench,
    "empty": selling,
    "sale": one_line,
    "prompt": fresh("3", "1", "enter"),
    "search": fresh("k"),
    "tender": after_keys("enter"),
    "paid": after_keys("1", "f8"),
    "redeem": redeeming,
    "slip": after_keys("f10"),
    "paying": in_flight,
    "completed": after_keys("f12"),
    "held": after_keys("f5", "f6"),
    "price_check": fresh("f14"),
    "shift": fresh("f17"),
    "open_shift": in_shift(),
    "cash_move": in_shift("3"),
    "reason_of_move": in_shift("3", "5", "enter"),
    "count": in_shift("7"),
    "report": in_shift("7", "f12", "enter"),
    "store": fresh("f20"),
    "stock_menu": stock_keeper("f20", "1"),
    "low_stock": stock_keeper("f20", "1", "9"),
    "inquiry": fresh("f20", "4"),
    "list_sales": fresh("f20", "4", "1"),
    "list_returns": fresh("f20", "4", "3"),
    "detail": after_keys("f12", "f20", "4", "1", "enter"),
    "stock_page": stock_keeper("f20", "1", "1", "enter", "1", "1", "enter"),
    "reference": stock_keeper("f20", "1", "1"),
    "stock_reason": stock_keeper("f20", "1", "8", "1", "1", "enter", "f12"),
    "tasks": inspector("f20", "3"),
    "inspecting": inspector("f20", "3", "1"),
    "campaigns": campaigns(),
    "reason_of_value": campaigns("1", "enter"),
    "attending": fresh("f20", "2"),
    "pin_of_attending": fresh("f20", "2", "1", *"1001", "enter"),
    "member": after_keys("f4"),
    "reasons": after_keys("="),
    "member_form": after_keys("f4", "f3"),
    "card_of_form": after_keys("f4", "f3", *"13812346021", "enter", "enter", "enter"),
    "confirm": asked_again,
    "approval": after_keys("f19"),
    "help": after_keys("f1"),
    "status": after_keys("f18"),
    "find_receipt": fresh("f7"),
    "return": after_keys("f12", "f7", "enter"),
    "chosen": after_keys("f12", "f7", "enter", "+"),
    "reason_of_return": after_keys("f12", "f7", "enter", "+", "f12"),
    "returned": returned,
    "bare": bare,
}
SCANNED: dict[str, Callable[[Bench], list[Fact]]] = {
    "item": lambda bench: bench.scan(CHIPS),
    "member": lambda bench: bench.scan(MEMBER_CARD),
    "pay": lambda bench: bench.scan(WECHAT),
    "unknown": lambda bench: bench.scan(UNKNOWN),
    "bad": lambda bench: bench.scan("6901939621250"),
    "double": lambda bench: bench.scan(CHIPS, double=True),
}
PRESSED = (
    *("5", "z", "*", "-", "+", "/", "=", "中", "enter", "escape", "backspace", "delete"),
    *("up", "end", "pagedown", "tab"),
    *(f"f{number}" for number in range(1, 23)),
)


def test_every_mode_is_in_the_table() -> None:
    assert set(KEYS) == set(SCANS) == set(get_args(Mode))
    assert {build().mode.name for build in MODES.values()} == {mode.name for mode in get_args(Mode)}


@pytest.mark.parametrize("mode", MODES)
def test_each_event_does_what_its_cell_says(mode: str) -> None:
    for event in (*SCANNED, *PRESSED):
        bench = MODES[mode]()
        before = bench.counter
        facts = SCANNED[event](bench) if event in SCANNED else bench.press(event)
        said = bench.notice if bench.counter.notice.serial != before.notice.serial else ""
        told = " ".join(told_of(fact) for fact in facts)
        otherwise = "" if event in SILENT else OTHERWISE[mode]
        expected = CELLS[mode].get(event, (before.mode.name, otherwise, ""))
        assert (bench.mode.name, said, told) == expected, event
        if event not in CELLS[mode]:
            assert (bench.counter.record, bench.mode, bench.counter.text) == (before.record, before.mode, before.text)


def told_of(fact: Fact) -> str:
    return f"{fact.outcome}:{fact.reason}" if isinstance(fact, ScanHandled) else kind_of_fact(fact)


@pytest.mark.parametrize("mode", MODES)
def test_each_scan_has_one_outcome_with_the_state_in_which_it_came(mode: str) -> None:
    bench = MODES[mode]()
    state = bench.mode.name
    for fact in bench.scan(CHIPS, double=True):
        assert isinstance(fact, ScanHandled)
        assert (fact.reason, fact.state) == ("double", state)


@pytest.mark.parametrize(
    ("name", "kind"), [("7", "digit"), (".", "digit"), ("K", "letter"), ("*", "*"), ("f12", "f12"), ("٣", "other")]
)
def test_keys_are_sorted_into_columns(name: str, kind: str) -> None:
    assert kind_of(Press(name)) == kind
