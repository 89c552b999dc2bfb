"""The SQLite connection of HQ's store: what goes wrong in it, in a read or a write, is a `StoreError`."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hq.errors import StoreConflictError, StoreError

BUSY_S = 30.0


class Database:
    """One connection; one thread uses it at a time. A cursor never leaves: rows are read whole, or not at all."""

    def __init__(self, path: Path) -> None:
        """Open the file; `StoreError` that names it if it cannot be opened."""
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
        except sqlite3.Error as error:
            raise StoreError(f"{path}: {error}") from error

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; a full disk may have made SQLite roll it back."""
        return self._connection.in_transaction

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a statement."""
        with _told():
            return self._connection.execute(statement, parameters).fetchall()

    def row(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        """Return the first row of a statement, or None."""
        with _told():
            return self._connection.execute(statement, parameters).fetchone()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Carry out a statement and return how many rows it changed."""
        with _told():
            return self._connection.execute(statement, parameters).rowcount

    def add_all(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a statement for each row; `StoreConflictError` when one breaks a constraint."""
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.IntegrityError as error:
            raise StoreConflictError(str(error)) from error
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error
