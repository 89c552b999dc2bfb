"""The session with the broker, brought from its thread onto the loop."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import structlog

from terminal.domain.errors import InputError
from terminal.wire import topics
from terminal.wire.envelope import TillState, encode
from terminal.wire.mqtt import Backoff, BrokerAddress, Incoming, MqttThread, SessionPlan, Will

log = structlog.get_logger("session")
T = TypeVar("T")

MAX_WAITING = 256
"""Messages between the thread and the loop; more is a flood, and is dropped (everything is repeated in time)."""


class Session:
    """Implements `terminal.ports.uplink.Link`, and hands on what comes, on the loop."""

    def __init__(
        self,
        terminal: str,
        address: BrokerAddress,
        *,
        backoff: Backoff,
        on_link: Callable[[bool], None],
        on_message: Callable[[str, bytes], None],
    ) -> None:
        will = Will(topic=topics.up(terminal, topics.Up.STATE), payload=encode(TillState(online=False)))
        plan = SessionPlan(client_id=terminal, filters=topics.terminal_filters(terminal), will=will, backoff=backoff)
        self._state_topic = will.topic
        self._on_link = on_link
        self._on_message = on_message
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room = threading.Semaphore(MAX_WAITING)
        self._thread = MqttThread(address, plan, self)

    def start(self) -> None:
        """Begin to connect; called on the loop that gets the news."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Say good-bye and end the thread."""
        await asyncio.to_thread(self._thread.stop)

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        """Send a message; False if the link is down."""
        return self._thread.publish(topic, payload, qos=qos, retain=retain)

    def look_again(self, topic: str) -> None:
        """Ask the broker once more for what it retains under a topic."""
        self._thread.look_again(topic)

    def drop(self, reason: str) -> None:
        """End the connection and make a new one."""
        self._thread.drop(reason)

    def link_up(self) -> None:
        """On the MQTT thread."""
        log.info("link_up")
        self.publish(self._state_topic, encode(TillState(online=True)), retain=True)
        self._post(self._on_link, True)

    def link_down(self, reason: str) -> None:
        """On the MQTT thread."""
        log.info("link_down", reason=reason[:200])
        self._post(self._on_link, False)

    def received(self, message: Incoming) -> None:
        """On the MQTT thread."""
        if self._room.acquire(blocking=False):
            self._post(self._deliver, message)

    def _deliver(self, message: Incoming) -> None:
        self._room.release()
        try:
            self._on_message(message.topic, message.payload)
        except InputError as error:
            log.warning("message_refused", topic=message.topic[:80], reason=error.code)

    def _post(self, function: Callable[[T], None], value: T) -> None:
        """Run a function on the loop; a loop that has ended wants no news."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, value)
