"""A client that comes again before its old connection has ended, as after a minute in which the broker stood still."""

import time
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from lab.brokers import HOST, Amqtt

PASSWORD = "secret"
TOPIC = "shop/news"
SECONDS = 10.0


def client(broker: Amqtt, name: str) -> Client:
    """Return a client with a session that outlives its connection."""
    one = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
    one.username_pw_set(name, PASSWORD)
    one.connect(HOST, broker.port)
    run(one, one.is_connected)
    return one


def run(one: Client, done: Callable[[], bool]) -> None:
    """Let a client work until something holds."""
    deadline = time.monotonic() + SECONDS
    while not done() and time.monotonic() < deadline:
        one.loop(0.05)
    assert done()


def test_who_takes_its_own_session_over_gets_what_is_published_afterwards(tmp_path: Path) -> None:
    heard: list[bytes | bytearray] = []

    def hear(_client: Client, _userdata: object, message: MQTTMessage) -> None:
        heard.append(message.payload)

    with Amqtt(tmp_path, password=PASSWORD) as broker:
        first = client(broker, "hq")
        first.subscribe(TOPIC, qos=1)
        second = client(broker, "hq")
        second.on_message = hear
        second.subscribe(TOPIC, qos=1)
        run(first, lambda: not first.is_connected())
        till = client(broker, "till")
        sent = till.publish(TOPIC, b"sold", qos=1)
        run(till, sent.is_published)
        run(second, lambda: bool(heard))
        for one in (second, till):
            one.disconnect()
    assert heard[0] == b"sold"
