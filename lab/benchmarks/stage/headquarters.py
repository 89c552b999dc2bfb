"""HQ and its broker, running: mosquitto where it is installed, else the embedded one."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hq.config import BOOKS
from hq.keys import FILE_NAME as KEY_NAME
from hq.keys import load_key
from hq.publisher import Publisher
from hq.service import wall_ms
from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.benchmarks.measure.child import Child, tail
from lab.benchmarks.stage.goods import VERSION, article
from lab.brokers import Mosquitto, free_port, wait_for_port
from lab.world import Broker, Lane, Shop
from terminal.domain.errors import PosError
from terminal.wire.book.building import BookContent
from terminal.wire.topics import EVERYBODY

PASSWORD = "bench"  # noqa: S105 - a lab's
START_S = 15.0
LOOK_S = 0.01
_CONNECTED = "link_up"


def any_broker() -> Broker:
    """Return where a broker of this run will listen."""
    return Broker(port=free_port(), password=PASSWORD)


@contextmanager
def headquarters(lane: Lane) -> Iterator[Child]:
    """Run broker and HQ of a lane whose shop is laid out; HQ is connected."""
    shop = lane.shop
    with _broker(shop, lane.terminal), Child(shop.hq()) as child:
        _await_link(child, shop.hq().log)
        yield child


def publish_goods(lane: Lane, articles: int) -> None:
    """Publish the book by which the sales of a benchmark were made, so that HQ can compute them again."""
    hq_dir = lane.shop.hq_dir
    with closing(SqliteStore(hq_dir / FILE_NAME)) as store:
        publisher = Publisher(store, load_key(hq_dir / KEY_NAME), hq_dir / BOOKS, now_ms=wall_ms)
        book = publisher.publish(BookContent(label="bench", articles=map(article, range(articles))), audience=EVERYBODY)
        if book.ver != VERSION:
            raise PosError(f"the book is version {book.ver}, the sales are of {VERSION}", code="not_published")


def acknowledged(store: SqliteStore, lane: Lane) -> int:
    """Return the last event of a lane's journal that HQ has committed."""
    chain = store.journals.chain(lane.terminal, lane.epoch)
    return 0 if chain is None else chain.acked


@contextmanager
def _broker(shop: Shop, terminal: str) -> Iterator[None]:
    if Mosquitto.is_installed():
        with shop.mosquitto(terminal):
            yield
    else:
        with Child(shop.amqtt()):
            wait_for_port(shop.broker.port)
            yield


def _await_link(child: Child, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not log.exists() or _CONNECTED not in log.read_text(encoding="utf-8"):
        child.check()
        if time.monotonic() > deadline:
            raise PosError(f"HQ did not reach its broker{tail(log)}", code="not_started")
        time.sleep(LOOK_S)
