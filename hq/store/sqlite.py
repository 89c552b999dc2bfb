"""HQ's store in one SQLite file: the embedded default."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq.errors import StoreError
from hq.store.books import SqliteBooks
from hq.store.commissions import SqliteCommissions
from hq.store.database import Database
from hq.store.journals import SqliteJournals
from hq.store.members.claims import SqliteClaims
from hq.store.members.codes import SqliteCodeUses
from hq.store.members.ledger import SqliteLedger
from hq.store.members.people import SqlitePeople
from hq.store.members.uses import SqliteCoupons, SqliteRuleUses
from hq.store.returns.returns import SqliteReturns
from hq.store.sales import SqliteSales
from hq.store.schema import SCHEMA, upgrade, version
from hq.store.shifts.shifts import SqliteShifts
from hq.store.stock.stocks import SqliteStocks
from hq.store.tills import SqliteTills

FILE_NAME = "hq.db"


class SqliteStore:
    """See `hq.store.port.Store`. WAL with synchronous FULL: what was acknowledged survives a power cut."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make or upgrade its tables; `StoreError` if it is of a newer HQ or no database."""
        self._database = Database(path)
        try:
            self._prepare()
        except StoreError as error:
            self._database.close()
            raise StoreError(f"{path}: {error}", hint=error.hint) from error
        self.journals = SqliteJournals(self._database)
        self.sales = SqliteSales(self._database)
        self.returns = SqliteReturns(self._database)
        self.books = SqliteBooks(self._database)
        self.tills = SqliteTills(self._database)
        self.shifts = SqliteShifts(self._database)
        self.stocks = SqliteStocks(self._database)
        self.commissions = SqliteCommissions(self._database)
        self.people = SqlitePeople(self._database)
        self.ledger = SqliteLedger(self._database)
        self.rule_uses = SqliteRuleUses(self._database)
        self.coupons = SqliteCoupons(self._database)
        self.codes = SqliteCodeUses(self._database)
        self.claims = SqliteClaims(self._database)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is durable when it ends, or nothing; `StoreError` when the disk is full or broken."""
        self._database.run("BEGIN IMMEDIATE")
        try:
            yield
            self._database.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads inside see the same moment."""
        self._database.run("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        """Undo; a full disk may have made SQLite do so already."""
        if self._database.in_transaction:
            self._database.run("ROLLBACK")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Inside a transaction: after an exception nothing of this part is left; `StoreError` as above."""
        self._database.run("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._database.run("ROLLBACK TO attempt")
            raise
        finally:
            self._database.run("RELEASE attempt")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _prepare(self) -> None:
        if version(self._database) > SCHEMA:
            raise StoreError(f"has schema {version(self._database)}, known is {SCHEMA}", hint="update HQ")
        self._database.row(tuple[str], "PRAGMA journal_mode=WAL")
        self._database.run("PRAGMA synchronous=FULL")
        if version(self._database) < SCHEMA:
            with self.transaction():  # another process may have done it before our turn
                upgrade(self._database)
