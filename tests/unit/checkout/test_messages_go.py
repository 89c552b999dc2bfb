"""What a page says goes when another one opens; what opens a page speaks on it."""

import pytest

from terminal.checkout.after.messages import AfterSay
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Completed, Confirming, Help, Prompting, Selling, Status, Tendering
from terminal.checkout.settling import NOTICE_MS
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    UNKNOWN,
    WATER,
)

OTHER_PAGES = ("enter", "f1", "f2", "f4", "f18", "f19", "f16", "f14")


@pytest.mark.parametrize("key", OTHER_PAGES)
def test_the_last_scan_is_told_on_no_page_but_that_of_the_sale(key: str) -> None:
    bench = _with_a_line()
    bench.press(key)
    assert bench.mode.name != Selling.name
    assert bench.notice in {"", Say.SIGNED_OUT}


def test_the_page_that_comes_back_does_not_say_it_again() -> None:
    bench = _with_a_line()
    bench.press("f18", "escape")
    assert (type(bench.mode), bench.notice) == (Selling, "")


def test_a_page_that_only_changes_keeps_what_it_says() -> None:
    bench = _with_a_line()
    bench.scan(WATER)
    bench.press("up", "1")
    assert (type(bench.mode), bench.notice) == (Selling, Say.LINE_ADDED)


def test_the_result_of_what_opened_a_page_stands_there() -> None:
    bench = _with_a_line()
    bench.press("f12")
    assert (type(bench.mode), bench.notice) == (Completed, Say.COMPLETED)
    bench.press("f7", "enter")
    assert (bench.mode.name, bench.notice) == ("return", AfterSay.FOUND_ALONE)


def test_what_a_scan_wants_is_said_where_it_is_asked_for_and_not_in_the_question_behind_it() -> None:
    bench = _with_a_line()
    bench.scan(UNKNOWN)
    assert (type(bench.mode), bench.notice) == (Prompting, Say.UNKNOWN_ARTICLE)
    bench.write("9999", "enter")
    assert (type(bench.mode), bench.notice) == (Confirming, "")


def test_a_refusal_stands_for_its_time_on_the_next_page_too_and_then_goes() -> None:
    bench = _with_a_line()
    bench.press("f13", "enter")
    assert (type(bench.mode), bench.notice) == (Tendering, No.NO_LAST_SALE)
    bench.now_ms += NOTICE_MS
    bench.press("1")
    assert bench.notice == ""


def test_a_refusal_that_stood_for_its_time_goes_with_its_page() -> None:
    bench = _with_a_line()
    bench.press("f13")
    assert bench.notice == No.NO_LAST_SALE
    bench.now_ms += NOTICE_MS
    bench.press("f1")
    assert (type(bench.mode), bench.notice) == (Help, "")


def test_what_the_till_says_first_when_it_comes_up_is_about_no_page() -> None:
    bench = Bench(record=_with_a_line().counter.durable)
    assert (type(bench.mode), bench.notice) == (Selling, Say.RESTARTED)
    bench.press("f18")
    assert (type(bench.mode), bench.notice) == (Status, "")


def _with_a_line() -> Bench:
    bench = selling()
    bench.scan(COLA)
    assert bench.notice == Say.LINE_ADDED
    return bench
