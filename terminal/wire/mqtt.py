"""One MQTT 3.1.1 session on a thread of its own, the same for a till and for HQ.

paho's client lives for one connection and is touched by this thread alone: so no library queue outlives a connection,
and what is sent is decided anew after each. Nothing here knows what the messages mean.
"""

import contextlib
import random
import select
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.exception import MQTTException
from paho.mqtt.reasoncodes import ReasonCode

IDLE_S = 1.0
"""How often the keepalive is looked at."""
FAREWELL_S = 1.0
MAX_INFLIGHT = 100
_FOREIGN_ERRORS = (OSError, ValueError, LookupError, struct.error, MQTTException)
"""What paho lets through when a broker is absent, refuses, or speaks nonsense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is and how to prove who we are; ``ca_file`` switches TLS on."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Full jitter: the n-th wait is a random part of ``min_s`` · 2ⁿ, at most ``max_s``.

    A connection that lived for ``stable_s`` starts n again at 0.
    """

    min_s: float = 1.0
    max_s: float = 120.0
    stable_s: float = 5.0

    def wait_s(self, attempt: int, part: float) -> float:
        """Return the wait before an attempt (0 = the first again); ``part`` is random in 0…1."""
        return min(self.max_s, self.min_s * 2.0 ** min(attempt, 20)) * part


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What the broker says, retained, when we are gone; also said on an orderly stop."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """One session: a durable one under ``client_id``, with QoS 1 subscriptions.

    A broker that answers pings, and has not taken all subscriptions ``up_s`` after the connection was made, is left;
    so is one that passed nothing new on ``heard_s`` after it took them (0 = never: who hears of itself can tell).
    """

    client_id: str
    filters: tuple[str, ...]
    will: Will
    keepalive_s: int = 20
    backoff: Backoff = Backoff()
    manual_ack: bool = False
    up_s: float = 30.0
    heard_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message; ``life`` and ``mid`` name it for `MqttThread.acknowledge`."""

    topic: str
    payload: bytes
    retained: bool
    life: int
    mid: int
    qos: int


class Listener(Protocol):
    """Is told what happens; called on the MQTT thread, must not block or raise."""

    def link_up(self) -> None:
        """The broker took us and all subscriptions."""

    def link_down(self, reason: str) -> None:
        """The connection, or an attempt, ended."""

    def received(self, message: Incoming) -> None:
        """A message came."""


class MqttThread:
    """Connects, reconnects for ever with full jitter, and sends only while connected."""

    def __init__(
        self,
        address: BrokerAddress,
        plan: SessionPlan,
        listener: Listener,
        *,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._address = address
        self._plan = plan
        self._listener = listener
        self._draw = draw
        self._commands: deque[tuple[int, Callable[[paho.Client], object]]] = deque()
        self._life = 0
        self._is_up = False
        self._reason = ""
        self._up_by_s = 0.0
        self._heard_by_s = 0.0
        self._stopping = threading.Event()
        self._bell = _Bell()
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{plan.client_id}", daemon=True)

    @property
    def is_up(self) -> bool:
        """Whether the broker takes messages now."""
        return self._is_up

    def start(self) -> None:
        """Begin to connect."""
        self._bell.open()
        self._thread.start()

    def stop(self) -> None:
        """Say the will, disconnect, and wait for the thread's end."""
        self._stopping.set()
        self._bell.ring()
        self._thread.join()
        self._bell.close()

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        """Send a message if the link is up; return False, and keep nothing, if it is not."""
        life = self._life
        if not self._is_up:
            return False
        self._command(life, lambda client: client.publish(topic, payload, qos=qos, retain=retain))
        return True

    def look_again(self, topic: str) -> None:
        """Have the broker send once more what it retains under a topic of ours: it is subscribed to anew."""
        self._command(self._life, lambda client: client.subscribe(topic, 1))

    def acknowledge(self, message: Incoming) -> None:
        """Tell the broker that a message is done (``manual_ack``); nothing happens if its connection is gone."""
        self._command(message.life, lambda client: client.ack(message.mid, message.qos))

    def drop(self, reason: str) -> None:
        """End this connection, so that the next one starts afresh."""

        def end(_client: paho.Client) -> None:
            self._reason = reason

        self._command(self._life, end)

    def _command(self, life: int, action: Callable[[paho.Client], object]) -> None:
        self._commands.append((life, action))
        self._bell.ring()

    def _run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            reason = self._live()
            self._listener.link_down(reason)
            if time.monotonic() - began >= self._plan.backoff.stable_s:
                attempt = 0
            self._stopping.wait(self._plan.backoff.wait_s(attempt, self._draw()))
            attempt += 1

    def _live(self) -> str:
        """Go through the life of one connection and return why it ended."""
        self._life += 1
        self._reason, self._heard_by_s = "", 0.0
        client = self._new_client()
        try:
            client.connect(self._address.host, self._address.port, self._plan.keepalive_s)
            self._up_by_s = time.monotonic() + self._plan.up_s
            while not (self._reason or self._stopping.is_set()) and (sock := client.socket()) is not None:
                self._turn(client, sock)
            if self._is_up:
                self._say_farewell(client)
        except _FOREIGN_ERRORS as error:
            self._reason = f"{type(error).__name__}: {error}"
        finally:
            self._is_up = False
            if (sock := client.socket()) is not None:
                sock.close()
        return self._reason or ("stopped" if self._stopping.is_set() else "connection lost")

    def _new_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._plan.client_id,
            clean_session=False,
            manual_ack=self._plan.manual_ack,
            reconnect_on_failure=False,
        )
        client.max_inflight_messages_set(MAX_INFLIGHT)
        client.will_set(self._plan.will.topic, self._plan.will.payload, qos=1, retain=True)
        if self._address.username:
            client.username_pw_set(self._address.username, self._address.password)
        if self._address.ca_file:
            client.tls_set(self._address.ca_file, self._address.cert_file or None, self._address.key_file or None)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _turn(self, client: paho.Client, sock: "_Waitable") -> None:
        """Wait for the socket or a command, and serve both."""
        wanted = [sock] if client.want_write() else []
        sources: list[_Waitable] = [sock, self._bell]
        readable, writable, _ = select.select(sources, wanted, [], IDLE_S)
        if self._bell in readable:
            self._bell.clear()
            self._obey(client)
        if sock in readable:
            self._check(client.loop_read())
            while _has_decrypted(client.socket()):
                self._check(client.loop_read())
        if sock in writable:
            self._check(client.loop_write())
        self._check(client.loop_misc())
        self._reason = self._reason or self._overdue(time.monotonic())

    def _overdue(self, now_s: float) -> str:
        """Return what the broker should have done by now."""
        if not self._is_up and now_s > self._up_by_s:
            return f"not taken in {self._plan.up_s:g} s"
        if 0 < self._heard_by_s < now_s:
            return f"nothing heard in {self._plan.heard_s:g} s"
        return ""

    def _check(self, code: MQTTErrorCode) -> None:
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS and not self._reason:
            self._reason = paho.error_string(code)

    def _obey(self, client: paho.Client) -> None:
        while self._commands:
            life, action = self._commands.popleft()
            if life == self._life:
                action(client)

    def _say_farewell(self, client: paho.Client) -> None:
        """Send what is ordered, the will and DISCONNECT, as far as the socket takes them in time."""
        deadline = time.monotonic() + FAREWELL_S
        self._obey(client)
        client.publish(self._plan.will.topic, self._plan.will.payload, qos=1, retain=True)
        client.disconnect()
        while client.want_write() and (sock := client.socket()) is not None and time.monotonic() < deadline:
            select.select([], [sock], [], 0.1)
            client.loop_write()

    def _on_connect(
        self, client: paho.Client, _data: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        if code.is_failure:
            self._reason = f"broker refused: {code}"
            return
        client.subscribe([(name, 1) for name in self._plan.filters])

    def _on_subscribe(
        self, _client: paho.Client, _data: object, _mid: int, codes: list[ReasonCode], _properties: object
    ) -> None:
        if any(code.is_failure for code in codes):
            self._reason = "broker refused a subscription"
        elif not self._is_up:
            self._is_up = True
            self._heard_by_s = time.monotonic() + self._plan.heard_s if self._plan.heard_s else 0.0
            self._listener.link_up()

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        if not message.retain:
            self._heard_by_s = 0.0
        self._listener.received(
            Incoming(
                topic=message.topic,
                payload=bytes(message.payload),
                retained=message.retain,
                life=self._life,
                mid=message.mid,
                qos=message.qos,
            )
        )


class _Waitable(Protocol):
    def fileno(self) -> int: ...


class _Bell:
    """Interrupts the thread's waiting for the socket."""

    def __init__(self) -> None:
        self._ends: tuple[socket.socket, ...] = ()

    def open(self) -> None:
        self._ends = socket.socketpair()
        for end in self._ends:
            end.setblocking(False)

    def close(self) -> None:
        ends, self._ends = self._ends, ()
        for end in ends:
            end.close()

    def fileno(self) -> int:
        return self._ends[0].fileno()

    def ring(self) -> None:
        """A full pipe is as good as a byte, and a thread that is not there waits for none."""
        with contextlib.suppress(OSError):
            for end in self._ends[1:]:
                end.send(b"\0")

    def clear(self) -> None:
        self._ends[0].recv(4096)


def _has_decrypted(sock: object) -> bool:
    """Whether TLS holds bytes that the kernel, and so select, knows nothing of."""
    return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0


def _send_at_once(_client: paho.Client, _data: object, sock: object) -> None:
    """Switch Nagle's algorithm off: with delayed acknowledgements it costs 40 ms a message."""
    cast("socket.socket", sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
