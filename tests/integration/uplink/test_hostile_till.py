"""A till that was taken over, at the broker as it ships: it speaks for itself only, and hears nobody else."""

import threading

import pytest

from lab.brokers import Mosquitto
from terminal.wire import topics
from terminal.wire.envelope import HqState, encode
from terminal.wire.files.streams import Stream
from terminal.wire.mqtt import BrokerAddress, Incoming, MqttThread, SessionPlan, Will
from terminal.wire.topics import EVERYBODY, Down, Up
from tests.integration.uplink.journals import TERMINAL
from tests.integration.uplink.test_faults import HqWatcher, said
from tests.integration.uplink.test_journal_to_hq import SALE_FEN, all_at_hq, filled, quarantine, sell
from tests.integration.uplink.world import DEADLINE_S, HOSTILE, QUICK, Intruder, TillDoor, World, until

FOREIGN = (
    "#",
    "+/#",
    f"{topics.ROOT}/up/#",
    f"{topics.ROOT}/up/{TERMINAL}/#",
    f"{topics.ROOT}/down/#",
    topics.down(TERMINAL, Down.ANSWER),
)
TOO_LARGE = 330_000
"""More than the largest message, less than the largest packet."""


class HostileTill(Intruder):
    """Has the password of one till, subscribes to all there is, and takes HQ's client id."""

    account = HOSTILE
    filters = FOREIGN
    client_id = "guitai-hq"

    def hear_of_hq(self) -> bool:
        return any(message.topic == topics.HQ_STATE for message in self.heard)


async def test_till_hears_nothing_that_is_said_to_another_or_by_another(world: World) -> None:
    world.publish()
    journal = filled(5)
    with HostileTill(world) as hostile, world.server():
        async with TillDoor(world.run) as till, world.uplink(journal):
            await all_at_hq(world, journal)
            await until(lambda: till.books() == [1], what="the book")
        await until(hostile.hear_of_hq, what="what everybody may hear")
    own = (
        topics.HQ_STATE,
        topics.head(Stream.PRICE, EVERYBODY),
        f"{topics.ROOT}/up/{HOSTILE}/",
        f"{topics.ROOT}/down/{HOSTILE}/",
    )
    assert [message.topic for message in hostile.heard if not message.topic.startswith(own)] == []


async def test_till_that_speaks_as_another_or_as_hq_is_not_heard(world: World) -> None:
    journal, book = filled(5), world.publish()
    with world.server() as server, Intruder(world) as listener, HostileTill(world) as hostile:
        await until(lambda: server.is_up, what="HQ")
        foreign = [topics.up(TERMINAL, leaf) for leaf in Up] + [topics.down(TERMINAL, leaf) for leaf in Down]
        for topic in foreign:
            hostile.publish(topic, b"forged")
        hostile.publish(topics.HQ_STATE, encode(HqState(online=False)), retain=True)
        hostile.publish(topics.head(Stream.PRICE, EVERYBODY), b"", retain=True)
        hostile.publish(topics.up(HOSTILE, Up.BATCH), b"its own")
        await until(lambda: bool(quarantine(world)), what="what it may say")
        async with TillDoor(world.run) as till, world.uplink(journal):
            await all_at_hq(world, journal)
            await until(lambda: till.books() == [book.ver], what="the book that HQ retained")
    assert quarantine(world) == [(HOSTILE, "batch_malformed", b"its own")]
    assert world.totals() == (5, 5 * SALE_FEN)
    assert not any(message.payload == b"forged" for message in listener.heard)


async def test_till_that_takes_the_client_id_of_hq_does_not_throw_it_off(world: World) -> None:
    journal = filled(1)
    with world.server(), HqWatcher(world) as watcher:
        await until(lambda: said(watcher) == [True], what="HQ's coming")
        with HostileTill(world):
            async with world.uplink(journal):
                await all_at_hq(world, journal)
                sell(journal, 2)
                await all_at_hq(world, journal)
        assert said(watcher) == [True]


async def test_message_that_is_too_large_is_dropped_and_a_larger_one_ends_the_connection(world: World) -> None:
    journal = filled(5)
    with world.server() as server, HostileTill(world) as hostile:
        await until(lambda: server.is_up, what="HQ")
        hostile.publish(topics.up(HOSTILE, Up.BATCH), b"\0" * TOO_LARGE)
        hostile.publish(topics.up(HOSTILE, Up.BATCH), b"small")
        await until(lambda: bool(quarantine(world)), what="the small one")
        assert [payload for _, _, payload in quarantine(world)] == [b"small"]
        hostile.publish(topics.up(HOSTILE, Up.BATCH), b"\0" * (TOO_LARGE * 2))
        await until(lambda: bool(hostile.downs), what="the end of the connection")
        async with world.uplink(journal):
            await all_at_hq(world, journal)
    assert len(quarantine(world)) == 1


class Nobody:
    """Tries to come in."""

    def __init__(self) -> None:
        self.refused = threading.Event()

    def link_up(self) -> None:
        raise AssertionError("came in")

    def link_down(self, reason: str) -> None:
        assert "Not authorized" in reason
        self.refused.set()

    def received(self, message: Incoming) -> None:
        raise AssertionError(message.topic)


@pytest.mark.parametrize(("username", "password"), [("", ""), (TERMINAL, "guess"), ("S01-T99", "secret")])
def test_who_has_no_account_does_not_come_in(broker: Mosquitto, username: str, password: str) -> None:
    address = BrokerAddress(host="127.0.0.1", port=broker.port, username=username, password=password)
    nobody = Nobody()
    plan = SessionPlan(client_id=TERMINAL, filters=("#",), will=Will(topic="x", payload=b""), backoff=QUICK)
    thread = MqttThread(address, plan, nobody)
    thread.start()
    try:
        assert nobody.refused.wait(DEADLINE_S)
    finally:
        thread.stop()
