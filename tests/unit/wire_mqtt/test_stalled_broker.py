"""A broker that stops and goes on, or that takes a connection and never its subscriptions, is left for a new try."""

import contextlib
import signal
import socket
import threading
from pathlib import Path

import pytest

from lab.brokers import HOST, Mosquitto
from terminal.wire.mqtt import BrokerAddress, MqttThread, SessionPlan, Will
from tests.unit.wire_mqtt.test_mqtt import CONNACK, QUICK, WAIT_S, Ear, scripted

PINGRESP = bytes.fromhex("d000")
PINGREQ = bytes.fromhex("c000")
SUBSCRIBE = 0x82
LONG_ENOUGH = 3
"""Pings, one a second: longer than a session waits to hear something."""
NEWS = bytes.fromhex("300d0007") + b"to/tillhere"
"""PUBLISH with QoS 0 of ``here`` to ``to/till``."""
OLD = b"\x31" + NEWS[1:]
"""The same, as a broker had retained it."""


def started(address: BrokerAddress, ear: Ear, *, up_s: float = 30.0, heard_s: float = 0.0) -> MqttThread:
    """Return a thread that looks at its link each second."""
    plan = SessionPlan(
        client_id="till",
        filters=("to/till",),
        will=Will(topic="state/till", payload=b"gone"),
        keepalive_s=1,
        backoff=QUICK,
        up_s=up_s,
        heard_s=heard_s,
    )
    thread = MqttThread(address, plan, ear)
    thread.start()
    return thread


def test_a_broker_that_answers_pings_and_takes_no_subscription_is_left() -> None:
    seen = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(CONNACK)
        takes = seen.is_set()
        seen.set()
        with contextlib.suppress(ConnectionError):
            while asked := connection.recv(1000):
                if asked[0] == SUBSCRIBE and takes:
                    connection.sendall(b"\x90\x03" + asked[2:4] + b"\x01")
                elif asked == PINGREQ:
                    connection.sendall(PINGRESP)

    ear = Ear()
    with scripted(script) as address:
        thread = started(address, ear, up_s=2.0)
        try:
            assert ear.down() == "not taken in 2 s"
            ear.up()
            assert thread.is_up
        finally:
            thread.stop()


def test_a_broker_that_takes_the_subscriptions_and_passes_nothing_on_is_left() -> None:
    tries, pings, calm = list[int](), list[int](), threading.Event()

    def script(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(CONNACK)
        tries.append(1)
        with contextlib.suppress(ConnectionError):
            while asked := connection.recv(1000):
                if asked[0] == SUBSCRIBE:
                    connection.sendall(b"\x90\x03" + asked[2:4] + b"\x01")
                    connection.sendall(NEWS if len(tries) > 1 else OLD)
                elif asked == PINGREQ:
                    connection.sendall(PINGRESP)
                    pings.append(len(tries))
                    if pings.count(2) > LONG_ENOUGH:
                        calm.set()

    ear = Ear()
    with scripted(script) as address:
        thread = started(address, ear, heard_s=2.0)
        try:
            assert ear.down() == "nothing heard in 2 s"
            ear.up()
            ear.up()
            assert [ear.message().retained for _ in range(2)] == [True, False]
            assert calm.wait(WAIT_S)
            assert thread.is_up
        finally:
            thread.stop()


@pytest.mark.skipif(not Mosquitto.is_installed(), reason="mosquitto is not installed: ./guitai deps")
def test_a_broker_that_stops_for_longer_than_the_keepalive_and_goes_on_has_the_till_again(tmp_path: Path) -> None:
    ear = Ear()
    with Mosquitto(tmp_path / "broker") as broker:
        thread = started(BrokerAddress(host=HOST, port=broker.port), ear)
        try:
            ear.up()
            broker.send_signal(signal.SIGSTOP)
            for _ in range(2):
                assert ear.down() != "stopped"
            broker.send_signal(signal.SIGCONT)
            ear.up()
            assert thread.publish("to/hq", b"here")
        finally:
            thread.stop()
