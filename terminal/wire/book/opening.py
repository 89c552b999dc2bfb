"""Opening a price book for reading."""

import sqlite3
from pathlib import Path

from terminal.wire.book.schema import BOOK_WITH_TERMS
from terminal.wire.files.immutable import open_immutable


def open_book(path: Path) -> sqlite3.Connection:
    """Open a book of any schema that we know for reading; the caller closes it. Errors as in `open_immutable`."""
    return open_immutable(path, BOOK_WITH_TERMS)
