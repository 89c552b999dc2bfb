"""A broker, HQ's folders and a terminal's for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.brokers import HOST, Mosquitto
from terminal.wire.mqtt import BrokerAddress
from tests.integration.uplink.world import ACCOUNTS, PASSWORD, RULES, World


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    if not Mosquitto.is_installed():
        pytest.skip("mosquitto is not installed: ./guitai deps")
    with Mosquitto(tmp_path / "broker", accounts=ACCOUNTS, rules=RULES) as broker:
        yield broker


@pytest.fixture
def world(tmp_path: Path, broker: Mosquitto) -> World:
    return World(tmp_path, BrokerAddress(host=HOST, port=broker.port, password=PASSWORD))
