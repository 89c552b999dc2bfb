"""What stands typed when a scan comes first: used as a quantity or as a prompt's answer, or dropped and told."""

import pytest

from terminal.checkout.effects import Sound
from terminal.checkout.modes import Confirming, Prompting, Selling
from terminal.domain.settings import Limits
from terminal.ports.devices import Tone
from terminal.wire.counter.view import Level, Notice
from terminal.wire.events import ScanHandled
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    WATER,
    WECHAT,
)


def notice(bench: Bench) -> Notice:
    assert bench.view is not None
    return bench.view.notice


def told(bench: Bench) -> tuple[str, str, Level]:
    """Return what was dropped, what else is said, and how loudly."""
    return notice(bench).dropped, notice(bench).message, notice(bench).level


def sounds(bench: Bench) -> list[Tone]:
    return [effect.tone for effect in bench.effects if isinstance(effect, Sound)]


def test_typed_digits_that_a_scan_overtakes_are_told_and_the_scan_is_sold_once() -> None:
    bench = selling()
    bench.write("12")
    bench.effects.clear()
    bench.scan(COLA)
    assert told(bench) == ("12", "notice.line_added", Level.ATTENTION)
    assert sounds(bench) == [Tone.ATTENTION]
    assert (bench.quantities, bench.counter.text) == ([1], "")


def test_digit_that_still_waits_for_the_timer_is_told_too() -> None:
    bench = selling()
    bench.chunk("7")
    bench.scan(COLA)
    assert told(bench)[0] == "7"


def test_what_was_dropped_is_told_once() -> None:
    bench = selling()
    bench.write("12")
    bench.scan(COLA)
    bench.scan(WATER)
    assert told(bench) == ("", "notice.line_added", Level.OK)


def test_quantity_is_used_and_nothing_is_told() -> None:
    bench = selling()
    bench.write("3*")
    bench.scan(COLA)
    assert (told(bench), bench.quantities) == (("", "notice.line_added", Level.OK), [3])


def test_quantity_that_taking_back_has_no_use_for_is_told() -> None:
    bench = selling()
    bench.write("3*")
    bench.scan(COLA)
    bench.write("0-3*")
    bench.scan(COLA)
    assert (told(bench), bench.quantities) == (("3*", "notice.quantity_changed", Level.ATTENTION), [2])


def test_answer_of_a_prompt_is_used_and_nothing_is_told() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("*5")
    bench.scan(WATER)
    assert (notice(bench).dropped, bench.quantities) == ("", [5, 1])


def test_answer_that_does_not_end_its_prompt_stays_typed() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("*0")
    bench.scan(WATER)
    assert isinstance(bench.mode, Prompting)
    assert (told(bench)[0], bench.quantities) == ("", [1])


@pytest.mark.parametrize("typed", ["12", "3*"])
def test_members_card_leaves_what_is_typed_alone(typed: str) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write(typed)
    bench.scan(MEMBER_CARD)
    assert (told(bench), bench.counter.text) == (("", "notice.member_bound", Level.OK), typed)


def test_amount_that_a_scan_overtakes_is_told_and_the_scan_goes_into_the_sale() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    bench.write("50")
    bench.scan(WATER)
    assert told(bench) == ("50", "notice.line_added", Level.ATTENTION)
    assert (bench.mode, bench.quantities) == (Selling(), [1, 1])


def test_amount_stays_typed_when_the_scan_is_refused() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    bench.write("50")
    bench.scan(WECHAT)
    assert (told(bench)[0], bench.counter.text) == ("", "50")


def test_digits_of_a_price_check_are_told() -> None:
    bench = selling()
    bench.press("f14")
    bench.write("12")
    bench.scan(COLA)
    assert told(bench) == ("12", "notice.price_shown", Level.ATTENTION)


def test_refusal_of_the_scan_stays_a_refusal_and_names_what_was_dropped() -> None:
    bench = selling()
    bench.write("12")
    bench.scan(WECHAT)
    assert told(bench) == ("12", "error.pay_first", Level.REJECTED)


def test_prompt_that_the_scan_opens_names_what_was_dropped() -> None:
    bench = selling()
    bench.write("12")
    bench.scan(UNKNOWN)
    assert isinstance(bench.mode, Prompting)
    assert told(bench) == ("12", "notice.unknown_article", Level.ATTENTION)


def test_question_that_the_scan_opens_does_not_hide_what_was_dropped() -> None:
    bench = with_settings(limits=Limits(line_fen=100))
    bench.write("12")
    bench.effects.clear()
    bench.scan(COLA)
    assert isinstance(bench.mode, Confirming)
    assert told(bench) == ("12", "", Level.ATTENTION)
    assert sounds(bench)[-1] is Tone.ATTENTION


def test_drop_is_told_though_the_journal_fails() -> None:
    bench = selling()
    bench.write("12")
    bench.refusing = "disk_full"
    bench.scan(COLA)
    assert told(bench) == ("12", "error.disk_full", Level.REJECTED)


def test_digits_of_a_pin_are_never_told() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.write("12")
    bench.scan(COLA)
    assert (told(bench), bench.counter.text) == (("", "error.locked", Level.REJECTED), "12")


def test_quantity_in_front_of_a_burst_replaces_what_stood_typed_and_that_is_told() -> None:
    bench = selling()
    bench.write("12")
    bench.chunk(*f"3*{COLA}", "enter")
    assert (told(bench)[0], bench.quantities) == ("12", [3])


def test_quantity_in_front_of_a_burst_begins_the_next_sale() -> None:
    bench = selling()
    bench.scan(CHIPS)
    bench.press("f12")
    bench.chunk(*f"3*{COLA}", "enter")
    assert (told(bench)[0], bench.quantities) == ("", [3])


def test_quantity_in_front_of_a_burst_that_has_no_use_for_it_is_told() -> None:
    bench = selling()
    bench.scan(CHIPS)
    bench.press("enter")
    bench.chunk(*f"3*{COLA}", "enter")
    assert (told(bench)[0], bench.quantities) == ("3*", [1, 1])


def test_quantity_in_front_of_a_burst_touches_no_pin() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.write("12")
    bench.chunk(*f"3*{COLA}", "enter")
    assert (told(bench)[0], bench.counter.text) == ("", "12")
    assert [fact.reason for fact in bench.facts if isinstance(fact, ScanHandled)] == ["locked"]
