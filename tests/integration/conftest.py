"""Whole tills; a call that blocks the loop inside a service or a driver fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.brokers import HOST, Mosquitto
from terminal.wire.mqtt import BrokerAddress
from tests.integration.chain import Chain
from tests.integration.tills import Lane, Settings, plugged
from tests.integration.uplink.world import ACCOUNTS, PASSWORD, RULES, World

MakeLane = Callable[..., Lane]


@pytest.fixture
def make_lane(tmp_path: Path) -> Iterator[MakeLane]:
    """Make a lane with another cable or other settings of its devices."""
    with ExitStack() as stack:

        def make(*, cable: str = "pty", printer: Settings | None = None, scanners: Settings | None = None) -> Lane:
            return stack.enter_context(plugged(Lane(tmp_path, cable=cable, printer=printer, scanners=scanners)))

        yield make


@pytest.fixture
def lane(make_lane: MakeLane) -> Lane:
    """A lane with healthy devices."""
    return make_lane()


@pytest.fixture
def chain(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Chain]:
    """A lane with its broker and HQ's folders; nothing runs but the broker. Its parameter is the printer's settings."""
    if not Mosquitto.is_installed():
        pytest.skip("mosquitto is not installed: ./guitai deps")
    with Mosquitto(tmp_path / "broker", accounts=ACCOUNTS, rules=RULES) as broker:
        world = World(tmp_path, BrokerAddress(host=HOST, port=broker.port, password=PASSWORD))
        with plugged(Lane(tmp_path, printer=getattr(request, "param", None))) as lane:
            yield Chain(lane, world, broker)
