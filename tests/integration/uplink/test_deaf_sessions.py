"""A broker that keeps a session up, answers its pings and brings it nothing: so is amqtt after a client came twice.

A broker that stood still for a minute finds several connections of each client, all but the last of them given up.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.brokers import HOST, Amqtt
from terminal.uplink.pump import Stage
from terminal.wire import topics
from terminal.wire.mqtt import BrokerAddress
from tests.integration.uplink.journals import TERMINAL
from tests.integration.uplink.test_journal_to_hq import all_at_hq, filled, stage
from tests.integration.uplink.world import PASSWORD, Intruder, World, until

AS_IT_COMES = """
import sys
import amqtt.broker, lab.amqtt_broker, lab.brokers
lab.amqtt_broker.Broker = amqtt.broker.Broker
sys.exit(lab.brokers.main(sys.argv[1:]))
"""


class Forgetful(Amqtt):
    """amqtt without what the lab mends of it."""

    code = ("-c", AS_IT_COMES)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Forgetful(tmp_path / "amqtt", password=PASSWORD) as broker:
        yield World(tmp_path / "world", BrokerAddress(host=HOST, port=broker.port, password=PASSWORD))


class Watcher(Intruder):
    """Hears who comes and goes."""

    filters = (topics.up(TERMINAL, topics.Up.STATE),)


class Double(Intruder):
    """A second connection of a client, which takes the session over; its client takes it back."""

    filters = ("double",)

    def __init__(self, world: World, client_id: str) -> None:
        self.client_id = client_id
        super().__init__(world)


async def deafen(world: World, client_id: str, topic: str) -> None:
    """Leave a client, of which the topic says whether it is there, with a session that the broker takes for ended."""
    with Watcher(world) as watcher:

        def said() -> list[bytes]:
            return [message.payload for message in watcher.heard if message.topic == topic]

        await until(lambda: bool(said()), what="the client's coming")
        here = said()[0]
        with Double(world, client_id):
            await until(lambda: len(said()) > 1 and said()[-1] == here, what="the client's return")


async def test_till_to_which_the_broker_brings_nothing_sees_hq_come(world: World) -> None:
    journal = filled(5)
    async with world.uplink(journal) as node:
        await deafen(world, TERMINAL, topics.up(TERMINAL, topics.Up.STATE))
        await until(lambda: stage(node) is Stage.HQ_ABSENT, what="the link")
        with world.server():
            await all_at_hq(world, journal)
