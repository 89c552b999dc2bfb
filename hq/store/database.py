"""The SQLite connection of HQ's store: what goes wrong in it, in a read or a write, is a `StoreError`.

What breaks a constraint is the fault of who wrote it, not of the database: a `StoreConstraintError`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from hq.errors import StoreConflictError, StoreConstraintError, StoreError

BUSY_S = 30.0
_Row = TypeVar("_Row")


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

    def rows(self, shape: type[_Row], statement: str, parameters: Sequence[object] = ()) -> list[_Row]:
        """Return all rows of a statement, each of a shape: a tuple's, or that of a Struct that is like an array."""
        with _told():
            found = self._connection.execute(statement, parameters).fetchall()
            return [msgspec.convert(row, shape) for row in found]

    def row(self, shape: type[_Row], statement: str, parameters: Sequence[object] = ()) -> _Row | None:
        """Return the first row of a statement, or None."""
        return next(iter(self.rows(shape, statement, parameters)), None)

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
    except sqlite3.IntegrityError as error:
        raise StoreConstraintError(str(error)) from error
    except (sqlite3.Error, msgspec.ValidationError) as error:
        raise StoreError(str(error)) from error
