"""Price books on the till: a folder of immutable SQLite files, read by prepared statements.

Plain sqlite3, not peewee: on the scan path an ORM costs twenty lookups (docs/adr). No memory map either: a file that is
cut under a map kills the process, and it gains 2 us of 14.
"""

from pathlib import Path

from terminal.domain.catalog import Article
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Staff
from terminal.offline.seals import sealed_digest
from terminal.ports.catalog import BookInfo
from terminal.wire.book.opening import open_book
from terminal.wire.book.rows import article_of, queries_of, staff_of
from terminal.wire.book.settings import read_settings
from terminal.wire.files.immutable import read_meta, reading
from terminal.wire.files.streams import Stream, book_name, versions_in

CACHE_KIB = 2048
"""Holds the inner pages of a million goods; the rest is the kernel's page cache, which all processes share."""
_SQL_STAFF = "SELECT number, name, role, pin_hash FROM staff WHERE number = ?"


class SqliteCatalog:
    """`terminal.ports.catalog.Catalog` over one book file. Its connection belongs to the thread that opened it."""

    def __init__(self, path: Path, *, version: int) -> None:
        """Open a book; `BookError` when it is missing, cut, foreign, or of a newer schema."""
        self._path = path
        self._connection = open_book(path)
        try:
            with reading(path):
                self._connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
                self._ask = queries_of(self._connection)
                self._settings = read_settings(self._connection)
                self._info = BookInfo(
                    version=version,
                    sha256=sealed_digest(path, version, Stream.PRICE),
                    label=str(read_meta(self._connection, "label")),
                    articles=int(read_meta(self._connection, "article")),
                )
        except BaseException:
            self._connection.close()
            raise

    @property
    def info(self) -> BookInfo:
        """Which book it is."""
        return self._info

    @property
    def settings(self) -> Settings:
        """The settings of this book."""
        return self._settings

    def article_by_code(self, code: str) -> Article | None:
        """Return the article of a barcode, as it stands on the goods."""
        return self._one(self._ask.by_code, code)

    def article_by_plu(self, plu: str) -> Article | None:
        """Return the article of a PLU."""
        return self._one(self._ask.by_plu, plu)

    def article(self, sku: str) -> Article | None:
        """Return the article of an article number."""
        return self._one(self._ask.by_sku, sku)

    def search(self, initials: str, *, limit: int) -> tuple[Article, ...]:
        """Return articles whose initials start with these, then those that contain them; both in alphabetical order."""
        wanted = initials.lower()
        if not wanted:
            return ()
        with reading(self._path):
            rows = self._connection.execute(self._ask.by_start, (wanted, limit)).fetchall()
            if len(rows) < limit:
                rows += self._connection.execute(self._ask.by_part, (wanted, limit - len(rows))).fetchall()
        return tuple(article_of(row) for row in rows)

    def low_stocks(self) -> dict[Sku, int]:
        """Return at which stock, in pieces or grams, articles are to be ordered; of those of which the book says it."""
        with reading(self._path):
            return {Sku(sku): low for sku, low in self._connection.execute(self._ask.low_stock)}

    def staff(self, number: StaffNumber) -> Staff | None:
        """Return a member of staff."""
        with reading(self._path):
            row = self._connection.execute(_SQL_STAFF, (number,)).fetchone()
        return staff_of(row) if row is not None else None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _one(self, statement: str, key: str) -> Article | None:
        with reading(self._path):
            row = self._connection.execute(statement, (key,)).fetchone()
        return article_of(row) if row is not None else None


class SqliteShelf:
    """`terminal.ports.catalog.BookShelf` over a folder that the uplink writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, version: int) -> SqliteCatalog:
        """Open a book; `BookError` when it is missing, torn or of a newer schema."""
        return SqliteCatalog(self._folder / book_name(version), version=version)

    def versions(self) -> tuple[int, ...]:
        """Return the versions that are there whole (a book gets its name last), ascending."""
        return versions_in(self._folder)
