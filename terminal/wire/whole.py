"""Checking a whole file of any stream."""

from collections.abc import Callable, Mapping
from pathlib import Path

from terminal.wire.book.checking import check_book
from terminal.wire.files.streams import Stream
from terminal.wire.rules.checking import check_rules

_ROWS: Mapping[Stream, Callable[[Path], int]] = {
    Stream.PRICE: lambda path: check_book(path).articles,
    Stream.RULES: lambda path: check_rules(path).rows,
}


def checked_rows(path: Path, stream: Stream) -> int:
    """Check a whole file and return the number of its rows that HQ signs: articles, or rules and coupons.

    `BookError` names what is wrong with it.
    """
    return _ROWS[stream](path)
