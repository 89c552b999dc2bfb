"""HQ, a broker and an uplink in one process, quick to fail and quick to try again."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from hq.config import HqConfig
from hq.keys import load_key, make_key
from hq.publisher import Publisher
from hq.service import HqServer, wall_ms
from hq.store.port import BookRow
from hq.store.sqlite import SqliteStore
from terminal.domain.catalog import Article
from terminal.domain.ids import Sku
from terminal.domain.text import SafeText
from terminal.offline.clock import SystemClock
from terminal.ports.uplink import Outbox
from terminal.uplink.inbox import InboxLimits
from terminal.uplink.members import MembersLimits
from terminal.uplink.node import NodePlan, UplinkNode
from terminal.uplink.pump import PumpLimits
from terminal.uplink.slices import FetchLimits
from terminal.wire import doorbell, topics
from terminal.wire.book.building import BookContent
from terminal.wire.framing import FrameReader, frame
from terminal.wire.mqtt import Backoff, BrokerAddress, Incoming, MqttThread, SessionPlan, Will
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sold_goods

DEADLINE_S = 20.0
HQ, ENEMY, HOSTILE = "hq", "enemy", "S01-T04"
PASSWORD = "secret"
ACCOUNTS = dict.fromkeys((HQ, TERMINAL, HOSTILE, ENEMY), PASSWORD)
"""Who may come in: HQ, two tills, and somebody to whom the broker obeys."""
RULES = f"user {ENEMY}\ntopic readwrite #\n"
QUICK = Backoff(min_s=0.02, max_s=0.1, stable_s=0.5)


async def until(condition: Callable[[], bool], *, what: str = "the condition") -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come")
        await asyncio.sleep(0.01)


class World:
    """Folders and addresses of one chain of shops: one HQ, one broker, one terminal.

    ``broker`` is where it listens and the password of all accounts.
    """

    def __init__(self, folder: Path, broker: BrokerAddress) -> None:
        self.folder = folder
        self.broker = broker
        self.books = folder / "books"
        self.run = folder / "run"
        for path in (self.books, self.run, folder / "data", folder / "hq"):
            path.mkdir(parents=True)
        self.hq = HqConfig(state_dir=folder / "hq", broker=self.address(HQ), backoff=QUICK, watch_s=0.05, settle_s=0.1)
        self.key = make_key(self.hq.key_file)

    def address(self, account: str) -> BrokerAddress:
        return replace(self.broker, username=account)

    def node(self, journal: Outbox, *, ack_timeout_s: float = 2.0) -> UplinkNode:
        plan = NodePlan(
            terminal=TERMINAL,
            books_dir=self.books,
            data_dir=self.folder / "data",
            run_dir=self.run,
            keys=(self.key.public_key,),
            broker=self.address(TERMINAL),
            backoff=QUICK,
            pump=PumpLimits(
                ack_timeout_s=ack_timeout_s, absent_s=1.0, poll_s=0.1, refused_wait_s=0.05, refused_max_s=0.1
            ),
            members=MembersLimits(answer_s=0.3, slow_answer_s=0.6, retry_s=0.2),
            inbox=InboxLimits(fetch=FetchLimits(answer_s=0.3, slow_answer_s=0.6, strikes=2), retry_s=0.2),
            news_s=0.02,
        )
        return UplinkNode(plan, outbox=journal, clock=SystemClock("UTC"))

    @contextmanager
    def server(self) -> Iterator[HqServer]:
        with HqServer(self.hq) as server:
            yield server

    @asynccontextmanager
    async def uplink(self, journal: Outbox, *, ack_timeout_s: float = 2.0) -> AsyncIterator[UplinkNode]:
        node = self.node(journal, ack_timeout_s=ack_timeout_s)
        task = asyncio.create_task(node.run())
        try:
            yield node
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @contextmanager
    def store(self) -> Iterator[SqliteStore]:
        store = SqliteStore(self.hq.database)
        try:
            yield store
        finally:
            store.close()

    def publish(
        self, *, price_fen: int = 350, audience: str = "all", articles: int = 3, after_ms: int | None = None
    ) -> BookRow:
        goods = [
            Article(sku=Sku(f"{number:06d}"), name=SafeText(f"Article {number}"), price_fen=price_fen)
            for number in range(articles)
        ]
        with self.store() as store:
            publisher = Publisher(store, load_key(self.hq.key_file), self.hq.books_dir, now_ms=wall_ms)
            eff_from = wall_ms() + after_ms if after_ms is not None else 0
            return publisher.publish(BookContent(label="", articles=goods), audience=audience, eff_from=eff_from)

    def publish_sold(self) -> BookRow:
        """Publish a book with the goods of `sale_facts`."""
        with self.store() as store:
            publisher = Publisher(store, load_key(self.hq.key_file), self.hq.books_dir, now_ms=wall_ms)
            return publisher.publish(BookContent(label="", articles=sold_goods()), audience="all")

    def totals(self) -> tuple[int, int]:
        """Return how many sales HQ has, and their sum."""
        with self.store() as store:
            days = store.sales.days(terminal=None)
            return sum(day.sales for day in days), sum(day.total_fen for day in days)

    def acked(self, journal: MemoryJournal) -> int:
        with self.store() as store:
            chain = store.journals.chain(journal.terminal, journal.epoch)
            return chain.acked if chain else 0


class TillDoor:
    """The till's end of ``uplink.sock``: hears what the uplink tells."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / "uplink.sock"
        self.heard: list[doorbell.FromUplinkToTill] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, str(self._path))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.close()
        self._path.unlink(missing_ok=True)

    def say(self, message: doorbell.FromTillToUplink) -> None:
        for writer in self._writers:
            writer.write(frame(doorbell.encode(message)))

    def write(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    def books(self) -> list[int]:
        return [news.version for news in self.heard if isinstance(news, doorbell.BookReady)]

    def refusals(self) -> list[tuple[int, str]]:
        return [(news.version, news.reason) for news in self.heard if isinstance(news, doorbell.BookRejected)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        frames = FrameReader()
        while data := await reader.read(1 << 16):
            self.heard += [doorbell.decode_for_till(body) for body in frames.feed(data)]


class Intruder:
    """Somebody at the broker who says what they like, and hears what they should not: the broker itself obeys them."""

    account = ENEMY
    client_id = "intruder"
    filters: tuple[str, ...] = (f"{topics.ROOT}/up/+/birth",)

    def __init__(self, world: World) -> None:
        self._up = threading.Event()
        self.heard: list[Incoming] = []
        self.downs: list[str] = []
        will = Will(topic="intruder", payload=b"")
        plan = SessionPlan(client_id=self.client_id, filters=self.filters, will=will, backoff=QUICK)
        self._thread = MqttThread(world.address(self.account), plan, self)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(DEADLINE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        assert self._thread.publish(topic, payload, retain=retain)

    def link_up(self) -> None:
        self._up.set()

    def link_down(self, reason: str) -> None:
        self.downs.append(reason)

    def received(self, message: Incoming) -> None:
        self.heard.append(message)
