"""The books that HQ has published, all versions of them, open for looking things up. Nothing here deletes one."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
import structlog

from hq.store.port import Store
from terminal.domain.catalog import Article
from terminal.domain.errors import BookError
from terminal.domain.pricing.engine import Pricer
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import AnyRule, SpecialPrice
from terminal.domain.promotions.rule_set import NO_RULES
from terminal.domain.promotions.store_values import StoreValues, set_by_store
from terminal.domain.trade import NOTHING_DECLARED, DeclaredTrade
from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import article_of, queries_of
from terminal.wire.book.settings import read_settings
from terminal.wire.files.immutable import reading
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.rules.opening import OpenRules
from terminal.wire.topics import EVERYBODY, audiences, store_audience

log = structlog.get_logger("hq")

OPEN_BOOKS = 64
"""At once: as many stores with books of their own sell without one being opened again for each batch."""
KNOWN_ARTICLES = 4096
"""Of one book, kept in memory: those that a store sells all day."""
EARLIER = 10
"""Versions that are searched for where a held line came from."""


def newest_version(store: Store, shop: str) -> int:
    """Return the rules that decide in a store (none = all stores) from its next sale on; 0 if there are none."""
    ours = (EVERYBODY, store_audience(shop)) if shop else (EVERYBODY,)
    return max((head.ver for head in store.books.heads(Stream.RULES) if head.audience in ours), default=0)


class OpenBook:
    """One version. Its connection belongs to the thread that opened it."""

    def __init__(self, path: Path, version: int) -> None:
        """Open the file; `BookError` when it is missing or damaged."""
        self.version = version
        self._path = path
        self._connection = open_book(path)
        try:
            with reading(path):
                self.settings = read_settings(self._connection)
                self._by_sku = queries_of(self._connection).by_sku
        except BaseException:
            self._connection.close()
            raise
        self.article = lru_cache(maxsize=KNOWN_ARTICLES)(self._article)
        """Article number → article, None if it has none; `BookError` when the file is damaged."""

    def has_category(self, category: str) -> bool:
        """Whether an article is of a category, or of one below it; `BookError` when the file is damaged."""
        found = "SELECT 1 FROM article WHERE category = ?1 OR substr(category, 1, length(?1) + 1) = ?1 || '/' LIMIT 1"
        with reading(self._path):
            return self._connection.execute(found, (category,)).fetchone() is not None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _article(self, sku: str) -> Article | None:
        with reading(self._path):
            row = self._connection.execute(self._by_sku, (sku,)).fetchone()
        return None if row is None else article_of(row)


class KnownRules:
    """The rules of one version: what prices with them, what they say of trade, and their coupons."""

    def __init__(self, pricer: Pricer, trade: DeclaredTrade, opened: OpenRules | None = None) -> None:
        self.pricer = pricer
        self.trade = trade
        self._opened = opened
        self._of_stores: OrderedDict[bytes, Pricer] = OrderedDict()

    def pricer_of(self, store: str, own: StoreValues) -> Pricer:
        """Return what prices as a till of a store does that set ``own`` of the rules itself."""
        values = self.trade.settings.values_of(store, own)
        if not values:
            return self.pricer
        key = msgspec.msgpack.encode(values, order="deterministic")
        found = self._of_stores.get(key)
        if found is None:
            changed, _ = set_by_store(self.pricer.rules, values)
            found = self._of_stores[key] = Pricer(changed, selection=self.trade.settings.selection)
        self._of_stores.move_to_end(key)
        if len(self._of_stores) > OPEN_BOOKS:
            self._of_stores.popitem(last=False)
        return found

    def coupon(self, code: CouponCode) -> AnyCoupon | None:
        """Return the coupon of a code; None if there is none. `BookError` when the file is damaged."""
        return None if self._opened is None else self._opened.coupon(code)

    @cached_property
    def limited(self) -> frozenset[str]:
        """The ids of the rules whose uses are counted against a limit."""
        return frozenset(rule.id for rule in self.pricer.rules.rules if _is_limited(rule))

    def owned_by(self, member: MemberId) -> tuple[AnyCoupon, ...]:
        """Return the coupons of a member; `BookError` when the file is damaged."""
        return self._owned.get(member, ())

    @cached_property
    def _owned(self) -> dict[MemberId, tuple[AnyCoupon, ...]]:
        owned: dict[MemberId, tuple[AnyCoupon, ...]] = {}
        for coupon in () if self._opened is None else self._opened.owned():
            if coupon.owner is not None:
                owned[coupon.owner] = (*owned.get(coupon.owner, ()), coupon)
        return owned

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._opened is not None:
            self._opened.close()


_LIMITS = frozenset({"total_limit", "daily_member_units"})
"""The limits that a store may be let set, also where HQ sets none."""


def _is_limited(rule: AnyRule) -> bool:
    daily = rule.daily_member_units if isinstance(rule, SpecialPrice) else None
    return not _LIMITS.isdisjoint(rule.store_may_set) or any(
        limit is not None for limit in (rule.total_limit, rule.member_limit, daily)
    )


WITHOUT_RULES = KnownRules(Pricer(NO_RULES), NOTHING_DECLARED)
"""How a sale is priced that began while a till had no rules."""


class Bookcase:
    """The folder of books and rules, read by one thread; those that were used least are closed."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._audiences: dict[tuple[Stream, int], str] = {}
        self._open: OrderedDict[int, OpenBook] = OrderedDict()
        self._rules: OrderedDict[int, KnownRules] = OrderedDict()

    def book(self, terminal: str, version: int) -> OpenBook | None:
        """Return a version; None when HQ never published it for this terminal, or its file is gone or damaged."""
        if self._audience(Stream.PRICE, version) not in audiences(terminal):
            return None
        return self._book_of(version)

    def _book_of(self, version: int) -> OpenBook | None:
        found = self._open.get(version)
        if found is None:
            try:
                found = self._open[version] = OpenBook(self._folder / book_name(version), version)
            except BookError as error:
                log.warning("book_unreadable", ver=version, reason=str(error))
                return None
        self._open.move_to_end(version)
        if len(self._open) > OPEN_BOOKS:
            self._open.popitem(last=False)[1].close()
        return found

    def rules(self, terminal: str, version: int) -> KnownRules | None:
        """Return the rules of a version; None when HQ never published them for this terminal, or their file is gone."""
        if self._audience(Stream.RULES, version) not in audiences(terminal):
            return None
        return self._rules_of(version)

    def _rules_of(self, version: int) -> KnownRules | None:
        found = self._rules.get(version)
        if found is None:
            try:
                opened = OpenRules(self._folder / book_name(version, Stream.RULES), version=version)
            except BookError as error:
                log.warning("rules_unreadable", ver=version, reason=str(error))
                return None
            pricer = Pricer(opened.rules, selection=opened.trade.settings.selection)
            found = self._rules[version] = KnownRules(pricer, opened.trade, opened)
        self._rules.move_to_end(version)
        if len(self._rules) > OPEN_BOOKS:
            self._rules.popitem(last=False)[1].close()
        return found

    def newest_rules(self, store: str) -> KnownRules:
        """Return the rules that decide in a store from its next sale on; none at all, if HQ published none for it.

        No store at all has the rules of all stores.
        """
        newest = newest_version(self._store, store)
        return (self._rules_of(newest) if newest else None) or WITHOUT_RULES

    def newest_books(self, audience: str) -> list[OpenBook]:
        """Return the newest price books by which an audience sells; those of all stores for everybody."""
        heads = self._store.books.heads(Stream.PRICE)
        ours = [head for head in heads if audience == EVERYBODY or head.audience in (EVERYBODY, audience)]
        return [book for head in ours if (book := self._book_of(head.ver)) is not None]

    def earlier(self, terminal: str, version: int) -> Iterator[OpenBook]:
        """Yield the books that this terminal may have used before a version, the newest first."""
        for older in range(version - 1, 0, -1)[:EARLIER]:
            if (found := self.book(terminal, older)) is not None:
                yield found

    def close(self) -> None:
        """Close all books; on the thread that used them."""
        while self._open:
            self._open.popitem()[1].close()
        while self._rules:
            self._rules.popitem()[1].close()

    def _audience(self, stream: Stream, version: int) -> str:
        if (stream, version) not in self._audiences:
            row = self._store.books.get(version, stream)
            if row is None:
                return ""
            self._audiences[stream, version] = row.audience
        return self._audiences[stream, version]
