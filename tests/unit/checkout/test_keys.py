"""Bursts and typing on one keyboard."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.checkout.keys import BURST, HALF_READ_MS, LONGEST, Broken, Burst, KeyState, Press, Token, flush, read
from terminal.ports.devices import ScanFaultKind
from terminal.wire.counter.messages import Keys

CODE = "6901234567892"


class Keyboard:
    """Feeds reads of a terminal and keeps what comes out; typed digits stand in ``text`` as the counter keeps them."""

    def __init__(self) -> None:
        self.state = KeyState()
        self.text = ""
        self.tokens: list[Token] = []
        self.wait_ms: int | None = None

    def read(self, *names: str, at_ms: int) -> "Keyboard":
        reading = read(self.state, Keys(names=names, at_ms=at_ms, chunk=0), text=self.text)
        self.state, self.text, self.wait_ms = reading.state, reading.text, reading.wait_ms
        return self._take(reading.tokens)

    def fire(self) -> "Keyboard":
        self.state, tokens = flush(self.state)
        return self._take(tokens)

    def _take(self, tokens: tuple[Token, ...]) -> "Keyboard":
        self.tokens += tokens
        for token in tokens:
            if isinstance(token, Press) and len(token.name) == 1:
                self.text += token.name
        return self

    @property
    def codes(self) -> list[str]:
        return [token.code for token in self.tokens if isinstance(token, Burst)]

    @property
    def pressed(self) -> str:
        return "".join(token.name for token in self.tokens if isinstance(token, Press))


def test_a_whole_code_in_one_read_is_a_scan() -> None:
    assert Keyboard().read(*CODE, "enter", at_ms=5).tokens == [Burst(CODE, "", 5)]


@pytest.mark.parametrize("suffix", ["enter", "tab"])
def test_both_suffixes_end_a_burst(suffix: str) -> None:
    assert Keyboard().read(*CODE, suffix, at_ms=5).codes == [CODE]


def test_a_burst_over_several_reads_is_one_scan() -> None:
    keyboard = Keyboard()
    for at, char in enumerate(CODE):
        keyboard.read(char, at_ms=at)
    keyboard.read("enter", at_ms=len(CODE))
    assert keyboard.tokens == [Burst(CODE, "", len(CODE))]


def test_a_prefix_inside_the_burst_is_taken_apart() -> None:
    assert Keyboard().read(*"3*", *CODE, "enter", at_ms=0).tokens == [Burst(CODE, "3*", 0)]


def test_five_quick_characters_and_enter_are_typed() -> None:
    keyboard = Keyboard().read(*"12345", "enter", at_ms=0)
    assert [token.name for token in keyboard.tokens if isinstance(token, Press)] == [*"12345", "enter"]


def test_slow_digits_stay_typed() -> None:
    keyboard = Keyboard()
    for at, char in enumerate("12345678"):
        keyboard.read(char, at_ms=at * 90)
    keyboard.read("enter", at_ms=8 * 90)
    assert (keyboard.codes, keyboard.text) == ([], "12345678")


def test_a_timer_settles_a_short_run_as_typed() -> None:
    keyboard = Keyboard().read("7", at_ms=0)
    assert keyboard.wait_ms is not None
    assert keyboard.pressed == ""
    assert keyboard.fire().pressed == "7"


def test_a_timer_that_is_early_does_not_cut_a_burst() -> None:
    """A loaded machine: the timer ended though the next characters were typed one millisecond later."""
    keyboard = Keyboard().read(*CODE[:4], at_ms=0).fire()
    assert keyboard.text == CODE[:4]
    keyboard.read(*CODE[4:], "enter", at_ms=4)
    assert (keyboard.codes, keyboard.text) == ([CODE], "")


def test_typed_digits_are_taken_back_only_while_they_stand() -> None:
    keyboard = Keyboard().read(*"12", at_ms=0).fire()
    keyboard.text = ""
    keyboard.read(*CODE, "enter", at_ms=1)
    assert keyboard.codes == [CODE]


def test_a_burst_may_stutter_once_it_is_long() -> None:
    keyboard = Keyboard().read(*CODE[:BURST], at_ms=0).read(*CODE[BURST:], "enter", at_ms=70)
    assert keyboard.codes == [CODE]


def test_a_typed_digit_right_before_a_scan_in_one_read_is_not_part_of_it() -> None:
    keyboard = Keyboard().read("3", at_ms=0).read(*CODE, "enter", at_ms=100)
    assert (keyboard.codes, keyboard.pressed) == ([CODE], "3")


def test_a_late_suffix_still_ends_a_burst() -> None:
    assert Keyboard().read(*CODE, at_ms=0).read("enter", at_ms=200).codes == [CODE]


def test_a_burst_without_suffix_is_half_read() -> None:
    keyboard = Keyboard().read(*CODE, at_ms=3)
    assert keyboard.wait_ms == HALF_READ_MS
    assert keyboard.fire().tokens == [Broken(ScanFaultKind.HALF_READ, 3, CODE)]
    assert keyboard.text == ""


def test_a_key_long_after_an_unfinished_burst_does_not_join_it() -> None:
    keyboard = Keyboard().read(*CODE, at_ms=0).read("5", at_ms=250)
    assert keyboard.tokens == [Broken(ScanFaultKind.HALF_READ, 0, CODE)]
    assert keyboard.state.run == "5"


def test_a_function_key_shows_that_the_run_was_typed() -> None:
    keyboard = Keyboard().read(*"100", at_ms=0).read("f12", at_ms=2)
    assert keyboard.pressed == "100f12"


def test_an_endless_burst_is_thrown_away_as_a_whole() -> None:
    ended = Keyboard().read(*("1" * (LONGEST + 9)), "enter", at_ms=0)
    silent = Keyboard().read(*("1" * (LONGEST + 9)), at_ms=0).fire()
    assert ended.tokens == silent.tokens == [Broken(ScanFaultKind.TOO_LONG, 0)]


def test_a_press_carries_the_height_of_the_basket() -> None:
    reading = read(KeyState(), Keys(names=("pagedown",), at_ms=0, chunk=1, rows=20), text="")
    assert reading.tokens == (Press("pagedown", 20),)


def _chunks(stream: list[str], sizes: Iterator[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield reads with their time: a character each millisecond, read when the last of them is there."""
    at = 0
    while at < len(stream):
        size = next(sizes)
        names = stream[at : at + size]
        at += len(names)
        yield at, names


@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=40), count=st.integers(1, 60))
def test_back_to_back_codes_in_any_chunking_are_neither_lost_nor_merged(sizes: list[int], count: int) -> None:
    codes = [f"69{number:011d}" for number in range(count)]
    stream = [name for code in codes for name in (*code, "enter")]
    keyboard = Keyboard()

    def cycle() -> Iterator[int]:
        while True:
            yield from sizes

    for at_ms, names in _chunks(stream, cycle()):
        keyboard.read(*names, at_ms=at_ms)
    assert keyboard.codes == codes
    assert keyboard.pressed == ""


def test_a_thousand_codes_at_a_thousand_characters_a_second_are_all_there() -> None:
    codes = [f"69{number:011d}" for number in range(1000)]
    keyboard = Keyboard()
    for at_ms, name in enumerate(name for code in codes for name in (*code, "enter")):
        keyboard.read(name, at_ms=at_ms)
    assert keyboard.codes == codes


NAMES = st.sampled_from([*"0123456789*+-/.aZ ", "enter", "tab", "escape", "f12", "up", "backspace"])


@given(st.lists(st.tuples(st.lists(NAMES, max_size=20), st.integers(0, 400), st.booleans()), max_size=20))
def test_no_character_is_lost_whatever_is_typed(reads: list[tuple[list[str], int, bool]]) -> None:
    keyboard, at_ms, typed = Keyboard(), 0, 0
    for names, gap, fire in reads:
        at_ms += gap
        before = len(keyboard.text)
        keyboard.text = ""  # nothing to take back: each character comes out once
        typed += sum(len(name) == 1 for name in names)
        keyboard.read(*names, at_ms=at_ms)
        if fire:
            keyboard.fire()
        assert before >= 0
    came = sum(len(token.code) + len(token.prefix) for token in keyboard.tokens if isinstance(token, Burst))
    came += sum(len(token.name) == 1 for token in keyboard.tokens if isinstance(token, Press))
    broken = sum(isinstance(token, Broken) for token in keyboard.tokens)
    assert came + len(keyboard.state.run) <= typed
    assert broken or came + len(keyboard.state.run) == typed
