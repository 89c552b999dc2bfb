"""Whole tills; a call that blocks the loop inside a service or a driver fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.tills import Lane, PrinterSettings, plugged

MakeLane = Callable[..., Lane]


@pytest.fixture
def make_lane(tmp_path: Path) -> Iterator[MakeLane]:
    """Make a lane with another cable or other settings of its printer."""
    with ExitStack() as stack:

        def make(*, cable: str = "pty", printer: PrinterSettings | None = None) -> Lane:
            return stack.enter_context(plugged(Lane(tmp_path, cable=cable, printer=printer)))

        yield make


@pytest.fixture
def lane(make_lane: MakeLane) -> Lane:
    """A lane with healthy devices."""
    return make_lane()
