"""Checking a whole file of any stream."""

from collections.abc import Callable, Mapping
from pathlib import Path

from terminal.domain.errors import BookInvalidError, MembersError
from terminal.wire.book.checking import check_book
from terminal.wire.files.streams import Stream
from terminal.wire.members.checking import check_members
from terminal.wire.rules.checking import check_rules


def _members_in(path: Path) -> int:
    try:
        return check_members(path).members
    except MembersError as error:
        raise BookInvalidError(str(error)) from error


_ROWS: Mapping[Stream, Callable[[Path], int]] = {
    Stream.PRICE: lambda path: check_book(path).articles,
    Stream.RULES: lambda path: check_rules(path).rows,
    Stream.MEMBERS: _members_in,
}


def checked_rows(path: Path, stream: Stream) -> int:
    """Check a whole file and return the number of its rows that HQ signs: articles, rules and coupons, members.

    `BookError` names what is wrong with it.
    """
    return _ROWS[stream](path)
