"""The books that HQ has published, all versions of them, open for looking things up. Nothing here deletes one."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import structlog

from hq.store.port import Store
from terminal.domain.catalog import Article
from terminal.domain.errors import BookError
from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import SQL_BY_SKU, article_of
from terminal.wire.book.settings import read_settings
from terminal.wire.files.immutable import reading
from terminal.wire.files.streams import book_name
from terminal.wire.topics import audiences

log = structlog.get_logger("hq")

OPEN_BOOKS = 64
"""At once: as many stores with books of their own sell without one being opened again for each batch."""
KNOWN_ARTICLES = 4096
"""Of one book, kept in memory: those that a store sells all day."""
EARLIER = 10
"""Versions that are searched for where a held line came from."""


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
        except BaseException:
            self._connection.close()
            raise
        self.article = lru_cache(maxsize=KNOWN_ARTICLES)(self._article)
        """Article number → article, None if it has none; `BookError` when the file is damaged."""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _article(self, sku: str) -> Article | None:
        with reading(self._path):
            row = self._connection.execute(SQL_BY_SKU, (sku,)).fetchone()
        return None if row is None else article_of(row)


class Bookcase:
    """The folder of books, read by one thread; the least used books are closed."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._audiences: dict[int, str] = {}
        self._open: OrderedDict[int, OpenBook] = OrderedDict()

    def book(self, terminal: str, version: int) -> OpenBook | None:
        """Return a version; None when HQ never published it for this terminal, or its file is gone or damaged."""
        if self._audience(version) not in audiences(terminal):
            return None
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

    def earlier(self, terminal: str, version: int) -> Iterator[OpenBook]:
        """Yield the books that this terminal may have used before a version, the newest first."""
        for older in range(version - 1, 0, -1)[:EARLIER]:
            if (found := self.book(terminal, older)) is not None:
                yield found

    def close(self) -> None:
        """Close all books; on the thread that used them."""
        while self._open:
            self._open.popitem()[1].close()

    def _audience(self, version: int) -> str:
        if version not in self._audiences:
            row = self._store.books.get(version)
            if row is None:
                return ""
            self._audiences[version] = row.audience
        return self._audiences[version]
