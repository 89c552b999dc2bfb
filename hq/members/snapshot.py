"""All members of a store in one file, for tills that know few of them: it saves them many pages."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import structlog

from hq.members.rows import RowMaker
from hq.store.port import BookRow, Store
from terminal.domain.errors import MembersError
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.members.checking import read_meta
from terminal.wire.members.opening import open_members
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.stream import MAX_ROWS
from terminal.wire.members.writing import MembersContent
from terminal.wire.topics import store_audience

log = structlog.get_logger("hq")

WORTH = 5000
"""Versions that a file must be ahead of a till."""


def content_of(store: Store, rows: RowMaker, name: str, *, now_ms: int) -> MembersContent:
    """Return all members whom a store may know; to be built inside `Store.reading`, so that it is of one moment."""
    tills = [till.terminal for till in store.tills.overview() if till.store == name]
    return MembersContent(
        rows=_all_rows(store, rows, name),
        version=store.people.latest(),
        as_of_ms=now_ms,
        events={terminal: _event(store, terminal) for terminal in tills},
    )


def _all_rows(store: Store, rows: RowMaker, name: str) -> Iterator[MemberRow]:
    since = 0
    while changed := store.people.changed(name, since=since, limit=MAX_ROWS):
        yield from rows.rows(changed, store=name)
        since = changed[-1][0]


def _event(store: Store, terminal: str) -> tuple[int, int]:
    epoch = store.journals.last_epoch(terminal)
    chain = store.journals.chain(terminal, epoch)
    return (epoch, 0) if chain is None else (epoch, chain.acked)


class Snapshots:
    """The newest file of each store, and how far it has come."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._versions: dict[int, int] = {}

    def worth_waiting_for(self, store: str, *, since: int) -> int:
        """Return the version of a file that is far ahead of a till; 0 if there is none."""
        head = newest(self._store, store)
        if head is None:
            return 0
        if head.ver not in self._versions:
            self._versions[head.ver] = _version_in(self._folder / book_name(head.ver, Stream.MEMBERS))
        return head.ver if self._versions[head.ver] > since + WORTH else 0


def newest(store: Store, name: str) -> BookRow | None:
    """Return the newest file of a store."""
    audience = store_audience(name)
    return next((head for head in store.books.heads(Stream.MEMBERS) if head.audience == audience), None)


def _version_in(path: Path) -> int:
    """Return the version that a file has come to; 0 for one that is gone or damaged: tills get pages then."""
    try:
        with closing(open_members(path)) as connection:
            return read_meta(connection, "version")
    except MembersError as error:
        log.warning("snapshot_unreadable", file=path.name, reason=error.code)
        return 0
