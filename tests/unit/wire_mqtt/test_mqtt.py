"""The MQTT thread, against mosquitto and against brokers that misbehave."""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from lab.brokers import HOST, Mosquitto, free_port
from terminal.wire.mqtt import Backoff, BrokerAddress, Incoming, MqttThread, SessionPlan, Will
from tests.unit.wire_mqtt.certificates import Authority

WAIT_S = 10.0
QUICK = Backoff(min_s=0.01, max_s=0.05, stable_s=0.2)
CONNACK = bytes.fromhex("20020000")
PUBLISH_WITH_BAD_TOPIC = bytes.fromhex("3004000200ff")


class Ear:
    """Hears what the thread tells; every wait has a deadline."""

    def __init__(self) -> None:
        self.ups: queue.Queue[None] = queue.Queue()
        self.downs: queue.Queue[str] = queue.Queue()
        self.messages: queue.Queue[Incoming] = queue.Queue()

    def link_up(self) -> None:
        self.ups.put(None)

    def link_down(self, reason: str) -> None:
        self.downs.put(reason)

    def received(self, message: Incoming) -> None:
        self.messages.put(message)

    def up(self) -> None:
        self.ups.get(timeout=WAIT_S)

    def down(self) -> str:
        return self.downs.get(timeout=WAIT_S)

    def message(self) -> Incoming:
        return self.messages.get(timeout=WAIT_S)


@contextmanager
def session(
    address: BrokerAddress, name: str = "till", *, filters: tuple[str, ...] = ("to/till",), manual_ack: bool = False
) -> Iterator[tuple[MqttThread, Ear]]:
    """A session under a name, which is its account too where the address has one."""
    ear = Ear()
    address = replace(address, username=name) if address.username else address
    plan = SessionPlan(
        client_id=name,
        filters=filters,
        will=Will(topic=f"state/{name}", payload=b"gone"),
        keepalive_s=20,
        backoff=QUICK,
        manual_ack=manual_ack,
    )
    thread = MqttThread(address, plan, ear)
    thread.start()
    try:
        yield thread, ear
    finally:
        thread.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    if not Mosquitto.is_installed():
        pytest.skip("mosquitto is not installed: ./guitai deps")
    accounts = {"till": "secret", "hq": "secret"}
    with Mosquitto(tmp_path / "broker", accounts=accounts, rules="pattern readwrite #\n") as broker:
        yield broker


@pytest.fixture
def address(broker: Mosquitto) -> BrokerAddress:
    return BrokerAddress(host=HOST, port=broker.port, username="till", password="secret")


@contextmanager
def scripted(script: Callable[[socket.socket], None]) -> Iterator[BrokerAddress]:
    """A broker that does what the script says to each connection, and then hangs up."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(WAIT_S)
                    script(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield BrokerAddress(host=HOST, port=server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_message_goes_from_one_to_the_other(address: BrokerAddress) -> None:
    with session(address) as (_, till), session(address, "hq", filters=("to/hq",)) as (hq, hq_ear):
        till.up()
        hq_ear.up()
        assert hq.is_up
        assert hq.publish("to/till", b"hello")
        message = till.message()
        assert (message.topic, message.payload, message.retained, message.qos) == ("to/till", b"hello", False, 1)


def test_retained_message_says_so(address: BrokerAddress) -> None:
    with session(address, "hq") as (hq, hq_ear):
        hq_ear.up()
        hq.publish("kept", b"old", retain=True)
        hq.publish("to/till", b"behind it")
        hq_ear.message()
    with session(address, filters=("kept",)) as (_, till):
        assert till.message().retained


def test_nothing_is_sent_or_kept_while_the_link_is_down() -> None:
    with session(BrokerAddress(host=HOST, port=free_port())) as (till, ear):
        assert "refused" in ear.down().lower()
        assert not till.publish("to/hq", b"lost")
        assert not till.is_up
        ear.down()


def test_wrong_password_is_told_and_tried_again(address: BrokerAddress) -> None:
    wrong = replace(address, password="guess")
    with session(wrong) as (_, ear):
        assert "Not authorized" in ear.down()
        assert "Not authorized" in ear.down()


def test_message_that_was_not_acknowledged_comes_again(address: BrokerAddress) -> None:
    with session(address, "hq", filters=("to/hq",)) as (hq, hq_ear):
        hq_ear.up()
        with session(address, manual_ack=True) as (till, ear):
            ear.up()
            hq.publish("to/till", b"one")
            first = ear.message()
            till.drop("test")
            assert ear.down() == "test"
            ear.up()
            again = ear.message()
            assert (again.payload, again.life) == (b"one", first.life + 1)
            till.acknowledge(first)
            till.acknowledge(again)
            till.drop("test")
            ear.down()
            ear.up()
            hq.publish("to/till", b"two")
            assert ear.message().payload == b"two"


def test_orderly_stop_says_the_will(address: BrokerAddress) -> None:
    with session(address, "hq", filters=("state/till",)) as (_, hq_ear):
        hq_ear.up()
        with session(address) as (_, ear):
            ear.up()
        assert hq_ear.message().payload == b"gone"


def test_dropped_connection_makes_the_broker_say_the_will(address: BrokerAddress) -> None:
    with session(address, "hq", filters=("state/till",)) as (_, hq_ear):
        hq_ear.up()
        with session(address) as (till, ear):
            ear.up()
            till.drop("test")
            assert hq_ear.message().payload == b"gone"


def test_broker_that_dies_is_found_again(broker: Mosquitto, address: BrokerAddress) -> None:
    with session(address) as (_, ear):
        ear.up()
        broker.kill()
        ear.down()
        broker.start()
        ear.up()


def test_two_clients_with_one_name_push_each_other_out_slowly(address: BrokerAddress) -> None:
    with session(address) as (_, first):
        first.up()
        with session(address) as (_, second):
            second.up()
            assert first.down()
        first.up()


def test_tls_with_certificates_of_both_sides_carries_large_messages(tmp_path: Path) -> None:
    if not Mosquitto.is_installed():
        pytest.skip("mosquitto is not installed: ./guitai deps")
    authority = Authority(tmp_path)
    server, client = authority.issue("broker"), authority.issue("till")
    options = (
        f"cafile {authority.file}",
        f"certfile {server.cert}",
        f"keyfile {server.key}",
        "require_certificate true",
        "use_identity_as_username true",
    )
    with Mosquitto(tmp_path / "broker", options=options) as broker:
        address = BrokerAddress(
            host=HOST,
            port=broker.port,
            ca_file=str(authority.file),
            cert_file=str(client.cert),
            key_file=str(client.key),
        )
        with session(address) as (till, ear):
            ear.up()
            for number in range(20):
                till.publish("to/till", bytes([number]) * 100_000)
            assert [ear.message().payload[0] for _ in range(20)] == list(range(20))
        with session(BrokerAddress(host=HOST, port=broker.port)) as (_, stranger):
            assert stranger.down()


def test_messages_that_share_a_tls_record_are_all_heard(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("broker")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            tls.recv(1000)
            tls.sendall(CONNACK)
            mid = tls.recv(1000)[2:4]
            tls.sendall(
                b"\x90\x03" + mid + b"\x01" + b"".join(b"\x30\x04\x00\x01t" + digit for digit in (b"1", b"2", b"3"))
            )
            tls.recv(1000)

    with scripted(script) as plain:
        address = BrokerAddress(host=HOST, port=plain.port, ca_file=str(authority.file))
        with session(address) as (_, ear):
            ear.up()
            assert [ear.message().payload for _ in range(3)] == [b"1", b"2", b"3"]


def test_stopped_thread_takes_no_commands(address: BrokerAddress) -> None:
    with session(address) as (till, ear):
        ear.up()
    till.drop("late")
    assert not till.publish("to/hq", b"late")
    assert ear.down() == "stopped"


def test_broker_that_refuses_a_subscription_is_told() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(CONNACK)
        mid = connection.recv(1000)[2:4]
        connection.sendall(b"\x90\x03" + mid + b"\x80")
        connection.recv(1000)

    with scripted(script) as address, session(address) as (till, ear):
        assert ear.down() == "broker refused a subscription"
        assert not till.is_up


@pytest.mark.parametrize(
    "answer", [b"", CONNACK, b"\xff" * 100, CONNACK + PUBLISH_WITH_BAD_TOPIC, b"\x20\x7f" + b"a" * 127]
)
def test_broker_that_speaks_nonsense_or_hangs_up_is_tried_again(answer: bytes) -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(answer)

    with scripted(script) as address, session(address) as (_, ear):
        assert ear.down() != "stopped"
        assert ear.down() != "stopped"


def test_stop_does_not_wait_for_a_broker_that_takes_nothing() -> None:
    stuck = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(CONNACK)
        mid = connection.recv(1000)[2:4]
        connection.sendall(b"\x90\x03" + mid + b"\x01")
        stuck.wait(WAIT_S)

    with scripted(script) as address:
        with session(address) as (till, ear):
            ear.up()
            for _ in range(100):
                till.publish("to/hq", b"\0" * 1_000_000)
        stuck.set()


def test_waits_grow_to_the_limit_and_are_a_random_part_of_it() -> None:
    backoff = Backoff(min_s=1.0, max_s=120.0)
    assert [backoff.wait_s(attempt, 1.0) for attempt in range(9)] == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert backoff.wait_s(10_000, 0.5) == 60
    assert backoff.wait_s(3, 0.0) == 0
