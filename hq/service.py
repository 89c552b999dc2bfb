"""HQ as it runs: one thread talks MQTT, one owns the store. Answers leave only after the commit."""

import os
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self, assert_never

import structlog

from hq.alone import lock_serving
from hq.authoriser import Authoriser
from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.config import HqConfig
from hq.errors import StoreConstraintError, StoreError
from hq.examiner import Examiner
from hq.keys import load_key
from hq.members.feed import MemberFeed
from hq.members.rows import RowMaker
from hq.members.snapshot import Snapshots
from hq.publisher import ChunkServer, Publisher
from hq.rules.carrying import RulesCarrier
from hq.store.port import BookRow, Store
from hq.store.sqlite import SqliteStore
from hq.till_keys import TillKeys
from terminal.domain.errors import InputError
from terminal.wire import topics, updates
from terminal.wire.asking import Told, decode_question, seal_told
from terminal.wire.envelope import Answer, HqState, decode_till_state, encode
from terminal.wire.files.streams import Stream
from terminal.wire.members.stream import MembersChanged, decode_wanted, seal_changed
from terminal.wire.mqtt import Incoming, MqttThread, SessionPlan, Will
from terminal.wire.seal import Purpose, seal
from terminal.wire.topics import Down, Up

log = structlog.get_logger("hq")

TOGETHER = 64
"""Messages that share a commit at most."""
RENEW_EVERY_S = 3600.0
HEARD_S = 30.0
"""HQ hears what it says of itself; a broker that was stopped for a while may take it and pass nothing on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message that leaves after the commit."""

    topic: str
    payload: bytes
    qos: int = 1


def today() -> str:
    """Return the date at HQ."""
    return datetime.now(UTC).astimezone().date().isoformat()


def wall_ms() -> int:
    """Return UTC in ms."""
    return time.time_ns() // 1_000_000


class HqServer:
    """Collector, publisher's heads, and slices of books. Use as a context manager, or `start` and `stop`."""

    def __init__(self, config: HqConfig, *, now_ms: Callable[[], int] = wall_ms) -> None:
        self._config = config
        self._now_ms = now_ms
        self._signer = load_key(config.key_file)
        self._lock = lock_serving(config.state_dir)
        self._store: Store = SqliteStore(config.database)
        self._bookcase = Bookcase(self._store, config.books_dir)
        examiner = Examiner(config.bounds, self._bookcase, TillKeys(config.state_dir))
        self._collector = Collector(self._store, examiner, blocks=config.members.block_overdrawn)
        self._publisher = Publisher(self._store, self._signer, config.books_dir, now_ms=now_ms)
        self._carrier = RulesCarrier(
            config, lambda store: Publisher(store, self._signer, config.books_dir, now_ms=now_ms)
        )
        self._carried: tuple[int, int] | None = None
        """What the carrier saw: how often values were told, and the newest rules."""
        rows = RowMaker(self._store, self._bookcase, today=today)
        self._feed = MemberFeed(self._store, rows, Snapshots(self._store, config.books_dir), now_ms=now_ms)
        self._authoriser = Authoriser(
            self._store,
            rows,
            trade=lambda store: self._bookcase.newest_rules(store).trade.settings,
            now_ms=now_ms,
            today=today,
        )
        self._chunks = ChunkServer(self._store, config.books_dir)
        self._online = encode(HqState(online=True, boot=secrets.token_hex(8)))
        self._inbox: queue.SimpleQueue[Incoming | None] = queue.SimpleQueue()
        self._published: dict[str, int] = {}
        """Topic of a head → counter of the manifest that is retained there."""
        self._is_fresh = threading.Event()
        self._stopping = threading.Event()
        self._renewed_s = 0.0
        will = Will(topic=topics.HQ_STATE, payload=encode(HqState(online=False)))
        plan = SessionPlan(
            client_id=config.client_id,
            filters=topics.hq_filters(),
            will=will,
            backoff=config.backoff,
            manual_ack=True,
            heard_s=HEARD_S,
        )
        self._link = MqttThread(config.broker, plan, self)
        self._worker = threading.Thread(target=self._work, name="hq-store", daemon=True)

    @property
    def public_key(self) -> bytes:
        """What terminals pin."""
        return self._signer.public_key

    @property
    def is_up(self) -> bool:
        """Whether the broker took us."""
        return self._link.is_up

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to work."""
        self._worker.start()
        self._carrier.start()
        self._link.start()

    def stop(self) -> None:
        """Finish what is begun, say good-bye, and close the store. What is left unacknowledged comes again."""
        self._stopping.set()
        self._inbox.put(None)
        self._worker.join()
        self._carrier.stop()
        self._link.stop()
        self._store.close()
        os.close(self._lock)

    def link_up(self) -> None:
        """On the MQTT thread: the broker may have lost all that it retained."""
        log.info("link_up")
        self._is_fresh.set()
        self._inbox.put(None)

    def link_down(self, reason: str) -> None:
        """On the MQTT thread."""
        log.info("link_down", reason=reason[:200])

    def received(self, message: Incoming) -> None:
        """On the MQTT thread; the broker sends no more than it lets be unacknowledged."""
        if message.topic == topics.HQ_STATE and message.payload != self._online:
            self._is_fresh.set()  # another HQ was here, or its last will: tills must not believe it
        self._inbox.put(message)

    def _work(self) -> None:
        while not self._stopping.is_set():
            messages = self._next_messages()
            try:
                if messages:
                    self._handle_together(messages)
                self._send_news()
                self._show_heads()
            except StoreError as error:
                log.exception("store_failed", reason=str(error))
                self._collector.forget()
                self._link.drop("the store failed")
                self._stopping.wait(self._config.watch_s)
        self._bookcase.close()

    def _next_messages(self) -> list[Incoming]:
        """Wait a little for a message, and take what else has come."""
        try:
            found = [self._inbox.get(timeout=self._config.watch_s)]
        except queue.Empty:
            return []
        while len(found) < TOGETHER and not self._inbox.empty():
            found.append(self._inbox.get())
        return [message for message in found if message is not None]

    def _handle_together(self, messages: list[Incoming]) -> None:
        outgoing: list[Outgoing] = []
        with self._store.transaction():
            for message in messages:
                outgoing += self._handle(message) if message.topic != topics.HQ_STATE else []
        for answer in outgoing:
            self._link.publish(answer.topic, answer.payload, qos=answer.qos)
        for message in messages:
            self._link.acknowledge(message)

    def _handle(self, message: Incoming) -> list[Outgoing]:
        """Do what a message asks. One that cannot be understood is put aside; it stops nobody else."""
        terminal = "?"
        try:
            terminal, leaf = topics.read_up(message.topic)
            with self._store.attempt():
                return self._dispatch(terminal, leaf, message.payload)
        except InputError as error:
            reason = error.code
        except StoreConstraintError as error:
            log.exception("message_failed", terminal=terminal)
            reason = self._broken_by(error)
        except StoreError:
            raise
        except Exception as error:  # one poisoned message must not stop the journals of all tills
            log.exception("message_failed", terminal=terminal)
            reason = self._broken_by(error)
        log.warning("message_put_aside", terminal=terminal, reason=reason)
        self._store.tills.quarantine(terminal, reason=reason, payload=message.payload, at_ms=self._now_ms())
        return []

    def _broken_by(self, error: Exception) -> str:
        """Return why a message is put aside; what was remembered of it is undone."""
        self._collector.forget()
        return f"failed: {type(error).__name__}"

    def _dispatch(self, terminal: str, leaf: Up, payload: bytes) -> list[Outgoing]:  # noqa: PLR0911 - one row a leaf
        now_ms = self._now_ms()
        match leaf:
            case Up.BATCH:
                return [self._sealed(terminal, self._collector.batch(terminal, payload, now_ms=now_ms))]
            case Up.BIRTH:
                return [self._sealed(terminal, self._collector.birth(terminal, payload, now_ms=now_ms))]
            case Up.STATE:
                self._take_state(terminal, payload, now_ms)
                return []
            case Up.REPORT:
                self._take_report(terminal, payload, now_ms)
                return []
            case Up.WANT:
                wanted = decode_wanted(payload)
                return [self._changed(self._feed.wanted(terminal, since=wanted.since, anyway=wanted.anyway))]
            case Up.CHUNK_REQUEST:
                return self._slices(terminal, payload)
            case Up.ASK:
                return [self._told(self._authoriser.answer(terminal, decode_question(payload)))]
            case _:
                assert_never(leaf)

    def _sealed(self, terminal: str, answer: Answer) -> Outgoing:
        payload = seal(encode(answer), purpose=Purpose.ANSWER, signer=self._signer)
        return Outgoing(topic=topics.down(terminal, Down.ANSWER), payload=payload)

    def _told(self, told: Told) -> Outgoing:
        return Outgoing(topic=topics.down(told.terminal, Down.REPLY), payload=seal_told(told, self._signer))

    def _changed(self, changed: MembersChanged) -> Outgoing:
        topic = topics.down(changed.terminal, Down.MEMBERS)
        return Outgoing(topic=topic, payload=seal_changed(changed, self._signer))

    def _send_news(self) -> None:
        """Tell tills of members that changed; one that hears nothing of it asks."""
        if self._link.is_up:
            for outgoing in map(self._changed, self._feed.news()):
                self._link.publish(outgoing.topic, outgoing.payload)

    def _take_state(self, terminal: str, payload: bytes, now_ms: int) -> None:
        online = decode_till_state(payload).online
        if not online:
            self._feed.gone(terminal)
        self._store.tills.set_online(terminal, store=topics.store_of(terminal), online=online, at_ms=now_ms)

    def _take_report(self, terminal: str, payload: bytes, now_ms: int) -> None:
        report = updates.decode_report(payload)
        self._store.tills.set_book(terminal, report, store=topics.store_of(terminal), at_ms=now_ms)

    def _slices(self, terminal: str, payload: bytes) -> list[Outgoing]:
        request = updates.decode_request(payload)
        topic = topics.down(terminal, Down.CHUNK)
        answers = (
            self._chunks.answer(terminal, stream=request.stream, ver=request.ver, index=index)
            for index in request.wanted
        )
        return [Outgoing(topic=topic, payload=updates.encode(answer), qos=0) for answer in answers]

    def _look_at_rules(self, heads: Iterable[BookRow]) -> None:
        """Let what stores set of the rules be carried to their tills."""
        newest = max((head.ver for head in heads if head.stream is Stream.RULES), default=0)
        seen = (self._collector.rule_values, newest)
        if seen != self._carried:
            self._carried = seen
            self._carrier.look()

    def _show_heads(self) -> None:
        """Retain the newest manifests and our state at the broker, whenever they or the connection are new."""
        if not self._link.is_up:
            return
        is_fresh = self._is_fresh.is_set()
        if is_fresh:
            self._is_fresh.clear()
            self._published.clear()
        if time.monotonic() - self._renewed_s > RENEW_EVERY_S:
            self._renewed_s = time.monotonic()
            self._publisher.renew()
        heads = self._store.books.heads()
        self._look_at_rules(heads)
        for head in heads:
            topic = topics.head(head.stream, head.audience)
            if self._published.get(topic) != head.counter:
                self._link.publish(topic, head.manifest, retain=True)
                self._published[topic] = head.counter
        if is_fresh:
            self._link.publish(topics.HQ_STATE, self._online, retain=True)
