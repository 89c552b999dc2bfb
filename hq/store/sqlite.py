"""HQ's store in one SQLite file: the embedded default."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq.errors import StoreError
from hq.store.books import SqliteBooks
from hq.store.journals import SqliteJournals
from hq.store.sales import SqliteSales
from hq.store.schema import SCHEMA, TABLES
from hq.store.tills import SqliteTills

FILE_NAME = "hq.db"
BUSY_S = 30.0


class SqliteStore:
    """See `hq.store.port.Store`. WAL with synchronous FULL: what was acknowledged survives a power cut."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make its tables if it is new; `StoreError` if it is of a newer HQ or no database."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self._connection.close()
            raise StoreError(f"{path}: {error}") from error
        except StoreError:
            self._connection.close()
            raise
        self.journals = SqliteJournals(self._connection)
        self.sales = SqliteSales(self._connection)
        self.books = SqliteBooks(self._connection)
        self.tills = SqliteTills(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is durable when it ends, or nothing; `StoreError` when the disk is full or broken."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._roll_back()
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise StoreError(str(error)) from error

    def _roll_back(self) -> None:
        """Undo; a full disk may have made SQLite do so already."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Inside a transaction: after an exception nothing of this part is left; `StoreError` as above."""
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as error:
            self._connection.execute("ROLLBACK TO attempt")
            if isinstance(error, sqlite3.Error):
                raise StoreError(str(error)) from error
            raise
        finally:
            self._connection.execute("RELEASE attempt")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _prepare(self, path: Path) -> None:
        version: int = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise StoreError(f"{path} has schema {version}, known is {SCHEMA}", hint="update HQ")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        if version < SCHEMA:
            self._make_tables()

    def _make_tables(self) -> None:
        """Make the tables, unless another process has made them meanwhile."""
        with self.transaction():
            if self._connection.execute("PRAGMA user_version").fetchone()[0] < SCHEMA:
                for statement in TABLES.split(";"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version={SCHEMA}")
