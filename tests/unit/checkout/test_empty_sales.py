"""A sale in which there is nothing stands in nobody's way."""

import pytest

from terminal.checkout.after.modes import FindingReceipt
from terminal.checkout.modes import Confirming, HeldList, Locked, Selling
from terminal.checkout.shifts.modes import ShiftPage
from terminal.checkout.store.modes import StoreMenu
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from tests.unit.checkout.after.desk import till
from tests.unit.checkout.after.test_refunds import CODE
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, PEOPLE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    COLA,
)

PAGES = {"f7": FindingReceipt, "f15": Confirming, "f17": ShiftPage, "f20": StoreMenu}


def bound() -> Bench:
    """Return a till where a card was scanned, and no goods."""
    bench = till(members=MemoryMembers(rows=PEOPLE, as_of_ms=1))
    bench.scan(MEMBER)
    assert bench.counter.record.sale is not None
    return bench


def dropped(bench: Bench) -> list[bool]:
    return [fact.by_itself for fact in bench.facts if isinstance(fact, ev.SaleVoided)]


@pytest.mark.parametrize(("key", "page"), PAGES.items())
def test_a_card_alone_keeps_no_page_shut(key: str, page: type) -> None:
    bench = bound()
    bench.press(key)
    assert isinstance(bench.mode, page)
    assert (bench.counter.record.sale, bench.counter.priced, bench.counter.rows) == (None, None, ())
    assert (dropped(bench), bench.notice) == ([True], "notice.empty_dropped")


def test_nor_does_what_was_taken_off_again() -> None:
    bench = bound()
    bench.press("f4", "delete")
    bench.scan(COLA)
    bench.press("delete", "f7")
    assert (dropped(bench), type(bench.mode)) == ([True], FindingReceipt)


@pytest.mark.parametrize("key", PAGES)
def test_goods_keep_their_sale(key: str) -> None:
    bench = bound()
    bench.scan(COLA)
    bench.press(key)
    assert (bench.notice, bench.mode, dropped(bench)) == ("error.sale_open", Selling(), [])


def test_held_sales_are_shown_over_a_card_alone_and_what_is_refused_drops_nothing() -> None:
    bench = bound()
    bench.press("f6")
    assert (bench.notice, dropped(bench)) == ("error.nothing_held", [])
    assert bench.counter.record.sale is not None
    bench.scan(COLA)
    bench.press("f5")
    bench.scan(MEMBER)
    bench.press("f6")
    assert (type(bench.mode), dropped(bench)) == (HeldList, [True])


def test_a_receipt_that_is_scanned_comes_up_over_a_card_alone() -> None:
    bench = bound()
    bench.scan(COLA)
    bench.press("f12", "enter")
    bench.scan(MEMBER)
    bench.scan(CODE)
    assert (dropped(bench), bench.mode.name) == ([True], "return")


def test_in_a_training_it_is_dropped_as_practice() -> None:
    bench = till("2001", members=MemoryMembers(rows=PEOPLE, as_of_ms=1))
    bench.press("f15", "enter")
    bench.scan(COLA)
    bench.press("delete", "f20")
    assert isinstance(bench.mode, StoreMenu)
    facts = (fact.fact for fact in bench.facts if isinstance(fact, ev.InTraining))
    assert [fact.by_itself for fact in facts if isinstance(fact, ev.SaleVoided)] == [True]
    assert bench.of_kind(sev.TrainingEnded) == []


def test_where_nobody_is_signed_in_it_waits() -> None:
    bench = bound()
    bench.press("f16")
    bench.press("f20")
    assert (dropped(bench), isinstance(bench.mode, Locked)) == ([], False)
    assert bench.counter.record.sale is not None
