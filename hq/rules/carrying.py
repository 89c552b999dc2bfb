"""HQ signs the newest rules of a store anew by itself when its tills set something of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from pathlib import Path

import msgspec
import structlog

from hq.bookcase import newest_version
from hq.config import HqConfig
from hq.errors import StoreConflictError, StoreError
from hq.publisher import Publisher
from hq.rules.store_values import KEY, allowed, told_to
from hq.store.port import BookRow, Store
from hq.store.sqlite import SqliteStore
from terminal.domain.errors import BookError
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.rules.building import RulesAgain
from terminal.wire.rules.opening import OpenRules
from terminal.wire.topics import store_audience

log = structlog.get_logger("hq")


def carry(store: Store, publisher: Publisher, folder: Path) -> list[BookRow]:
    """Publish for each store whose newest rules lack something that its tills set; return what was published.

    `StoreConflictError` when somebody else publishes meanwhile: those rules are looked at next. Of a store whose rules
    cannot be read that is logged.
    """
    published = []
    with _opening(folder) as opened:
        for shop, values in sorted(told_to(store).items()):
            version = newest_version(store, shop)
            try:
                rules = opened(version) if version else None
            except BookError as error:
                log.warning("rules_unreadable", ver=version, reason=str(error))
                continue
            carried = {} if rules is None else allowed(rules.rules, values)[0]
            if rules is None or rules.trade.settings.store_values.get(shop, {}) == carried:
                continue
            again = RulesAgain(
                label=rules.label,
                source=folder / book_name(version, Stream.RULES),
                settings={KEY: msgspec.to_builtins({shop: carried}) if carried else None},
            )
            published.append(publisher.publish(again, audience=store_audience(shop), on_top_of=version))
    return published


@contextmanager
def _opening(folder: Path) -> Iterator[Callable[[int], OpenRules]]:
    """Open each version once, and close all."""
    with ExitStack() as stack:
        yield lru_cache(maxsize=None)(
            lambda version: stack.enter_context(
                closing(OpenRules(folder / book_name(version, Stream.RULES), version=version))
            )
        )


class RulesCarrier:
    """Does so on a thread of its own, with a connection of its own: rules with many coupons take a while."""

    def __init__(self, config: HqConfig, make_publisher: Callable[[Store], Publisher]) -> None:
        self._config = config
        self._make_publisher = make_publisher
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="hq-rules", daemon=True)

    def start(self) -> None:
        """Begin, with what was set while HQ did not run."""
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is begun."""
        self._stopping.set()
        self._news.set()
        self._thread.join()

    def look(self) -> None:
        """A till told what its store set, or there are other rules."""
        self._news.set()

    def _work(self) -> None:
        while self._news.wait() and not self._stopping.wait(self._config.settle_s):
            self._news.clear()
            try:
                with closing(SqliteStore(self._config.database)) as store:
                    for rules in carry(store, self._make_publisher(store), self._config.books_dir):
                        log.info("rules_carry_store_values", ver=rules.ver, audience=rules.audience)
            except StoreConflictError:
                self._news.set()
            except (StoreError, BookError) as error:
                log.exception("rules_not_carried", reason=str(error))
