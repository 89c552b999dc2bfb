"""HQ of a town: collector, publisher, authoriser and the feed of members, over one database that may die."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from hq.authoriser import Authoriser
from hq.keys import load_key, make_key
from hq.members.feed import MemberFeed
from hq.members.rows import RowMaker
from hq.members.snapshot import Snapshots
from hq.publisher import Publisher
from hq.store.port import Store
from hq.till_keys import TillKeys
from lab.chaos.members.sides import HqSide
from lab.chaos.town import shop
from lab.demo.people import take_in
from terminal.wire import asking
from terminal.wire.doorbell import Ask
from terminal.wire.files.streams import Stream
from terminal.wire.members.stream import MembersChanged

KEY = "key.pem"


class Headquarters(HqSide):
    """Publishes what the town's seed says, answers what tills ask, and tells them of members."""

    def __init__(self, folder: Path, random: Random, *, now_ms: Callable[[], int], today: Callable[[], str]) -> None:
        self._now_ms = now_ms
        self._today = today
        self._chance = random
        self._settings = shop.trade(random)
        self._shift_required = random.random() < 0.5
        super().__init__(folder, random, begin=self._found, keys=TillKeys(folder))

    def told(self, terminal: str, ask: Ask) -> bytes:
        """Return the answer to a question, after its commit."""
        with self.store.transaction():
            told = self._authoriser.answer(terminal, asking.decode_question(ask.body))
        return asking.encode_told(told)

    def members_since(self, terminal: str, version: int) -> MembersChanged:
        """Return what changed of members since a version that a till has."""
        return self._feed.wanted(terminal, since=version, anyway=True)

    def publish_rules(self) -> None:
        """Publish other rules, with the same settings."""
        self._publisher().publish(shop.rules(self._chance, self._settings), audience="all")

    def publish_prices(self) -> None:
        """Publish a book with other prices."""
        content = shop.book(TillKeys(self._folder), self._chance, shift_required=self._shift_required)
        self._publisher().publish(content, audience="all")

    def version(self, stream: Stream) -> int:
        """Return the newest version of a stream."""
        return max(head.ver for head in self.store.books.heads(stream))

    def _found(self, store: Store, _: Path) -> None:
        make_key(self._folder / KEY)
        self.publish_prices()
        self.publish_rules()
        with store.transaction():
            for row in shop.members():
                take_in(store, row, now_ms=self._now_ms())

    def _publisher(self) -> Publisher:
        return Publisher(self.store, load_key(self._folder / KEY), self.books, now_ms=self._now_ms)

    def _begin(self) -> None:
        super()._begin()
        rows = RowMaker(self.store, self._bookcase, today=self._today)
        self._authoriser = Authoriser(
            self.store,
            rows,
            trade=lambda store: self._bookcase.newest_rules(store).trade.settings,
            now_ms=self._now_ms,
            today=self._today,
        )
        self._feed = MemberFeed(self.store, rows, Snapshots(self.store, self.books), now_ms=self._now_ms)
