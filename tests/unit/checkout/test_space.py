"""A disk that is nearly full: the sale at hand ends, no other begins, and it goes on when there is room."""

import pytest

from terminal.checkout.inputs import SpaceChanged
from terminal.checkout.messages import Hint, No, Say
from terminal.checkout.modes import Completed, Selling
from terminal.wire import events as ev
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    MEMBER_CARD,
    WATER,
)


def hint(bench: Bench) -> str:
    assert bench.view is not None
    return bench.view.input.hint


def low(bench: Bench) -> Bench:
    bench.send(SpaceChanged(low=True))
    return bench


def test_the_sale_at_hand_goes_on_and_is_paid_in_cash() -> None:
    bench = selling()
    bench.scan(COLA)
    low(bench)
    assert (bench.notice, hint(bench)) == (Say.SPACE_LOW, Hint.SALE)
    bench.scan(WATER)
    bench.press("f12")
    assert len(bench.of_kind(ev.SaleCompleted)) == 1
    assert isinstance(bench.mode, Completed)
    assert hint(bench) == Hint.LOW_SPACE


def test_the_next_sale_is_refused_aloud_with_its_scan_in_the_journal_until_there_is_room() -> None:
    bench = low(selling())
    bench.scan(COLA)
    assert (bench.notice, hint(bench)) == (No.LOW_SPACE, Hint.LOW_SPACE)
    assert bench.rejections() == [("low_space", "sale")]
    assert bench.of_kind(ev.SaleStarted) == []
    bench.send(SpaceChanged(low=False))
    assert (bench.notice, hint(bench)) == (Say.SPACE_BACK, Hint.SALE)
    bench.scan(COLA)
    assert bench.quantities == [1]


@pytest.mark.parametrize(
    "keys",
    [(*COLA, "enter"), ("k", "k", "1"), ("3", "1", "enter", "5", "enter"), (*MEMBER_CARD, "enter")],
    ids=["typed", "searched", "open price", "member's card"],
)
def test_no_way_begins_a_sale(keys: tuple[str, ...]) -> None:
    bench = low(selling())
    bench.press(*keys)
    assert bench.notice == No.LOW_SPACE
    assert (bench.of_kind(ev.SaleStarted), bench.counter.record.sale, bench.counter.priced) == ([], None, None)
    assert (bench.mode, bench.counter.text, bench.counter.selected) == (Selling(), "", 0)


def test_a_held_sale_stays_held() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f5")
    low(bench)
    bench.press("f6", "enter")
    assert bench.notice == No.LOW_SPACE
    assert (len(bench.counter.record.held), bench.counter.record.sale) == (1, None)
