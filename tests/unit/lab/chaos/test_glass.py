"""A screen that starts is told from what a dead one left over."""

import asyncio
import os

from hypothesis import given
from hypothesis import strategies as st

from lab.chaos.glass import BEGIN, Glass, PaintWatch

WANTED = b"R7-T01-"
STREAM = WANTED + b"1 of a dead one" + BEGIN + b"hello " + WANTED + b"1 and " + WANTED + b"2"


@given(st.lists(st.integers(0, len(STREAM)), max_size=8).map(sorted))
def test_a_screen_paints_once_however_its_bytes_are_cut(cuts: list[int]) -> None:
    watch = PaintWatch(WANTED)
    pieces = [STREAM[start:end] for start, end in zip([0, *cuts], [*cuts, len(STREAM)], strict=True)]
    assert sum(watch.feed(piece) for piece in pieces) == 1


def test_the_next_screen_paints_again() -> None:
    watch = PaintWatch(WANTED)
    assert [watch.feed(data) for data in (STREAM, WANTED, BEGIN + WANTED)] == [True, False, True]


def test_a_screen_that_paints_something_else_has_not_painted() -> None:
    assert not PaintWatch(WANTED).feed(BEGIN + b"no till yet")


async def test_the_glass_tells_what_was_painted_on_its_terminal() -> None:
    painted = asyncio.Event()
    with Glass(WANTED, painted.set) as glass:
        assert os.get_terminal_size(glass.inner) == (80, 25)
        os.write(glass.inner, STREAM)
        async with asyncio.timeout(10):
            await painted.wait()
