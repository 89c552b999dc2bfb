"""Tells tills what changed of members: pages on demand until a till knows all, and from then on what changes."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from hq.members.rows import RowMaker
from hq.members.snapshot import Snapshots
from hq.store.port import Store
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.stream import MAX_ROWS, MembersChanged, pack_rows, pages
from terminal.wire.topics import store_of

NEWS_EVERY_MS = 500
"""Changes are told together, not more often than this."""
FAR_BEHIND = 5000
"""Versions of members whom a till may not know: then it is told that there is nothing new, so that it is near again."""


class MemberFeed:
    """One thread owns it. What it remembers is which tills listen, and up to which version each was told."""

    def __init__(self, store: Store, rows: RowMaker, snapshots: Snapshots, *, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._rows = rows
        self._snapshots = snapshots
        self._now_ms = now_ms
        self._told: dict[str, int] = {}
        self._seen = 0
        self._next_ms = 0

    def wanted(self, terminal: str, *, since: int, anyway: bool = False) -> MembersChanged:
        """Return what changed since a version, one page of it. A till that has all is told of news from then on.

        Where a whole file saves it many pages, it is told to wait for that, unless it wants pages ``anyway``.
        """
        snapshot = 0 if anyway else self._snapshots.worth_waiting_for(store_of(terminal), since=since)
        if snapshot:
            self._told.pop(terminal, None)
            page = _Page(since, more=False, rows=b"")
            return msgspec.structs.replace(self._for(terminal, since, page), snapshot=snapshot)
        changed = self._page(terminal, since, pages_of={})
        if changed.more:
            self._told.pop(terminal, None)
        else:
            self._told[terminal] = changed.version
        return changed

    def gone(self, terminal: str) -> None:
        """A till does not listen any more."""
        self._told.pop(terminal, None)

    def news(self) -> Iterator[MembersChanged]:
        """Yield what tills that listen were not told yet; called after a commit, outside of any transaction."""
        now_ms = self._now_ms()
        if not self._told or now_ms < self._next_ms:
            return
        latest = self._store.people.latest()
        if latest == self._seen:
            return
        self._seen, self._next_ms = latest, now_ms + NEWS_EVERY_MS
        pages_of: dict[tuple[str, int], _Page] = {}
        for terminal, told in list(self._told.items()):
            changed = self._page(terminal, told, pages_of=pages_of)
            if changed.more:
                del self._told[terminal]
            elif changed.rows or changed.version > told + FAR_BEHIND:
                self._told[terminal] = changed.version
            else:
                continue
            yield changed

    def _page(self, terminal: str, since: int, *, pages_of: "dict[tuple[str, int], _Page]") -> MembersChanged:
        """Return one page; tills of one store that know the same are told the same rows."""
        store = store_of(terminal)
        if (store, since) not in pages_of:
            pages_of[store, since] = self._made(store, since)
        return self._for(terminal, since, pages_of[store, since])

    def _for(self, terminal: str, since: int, page: "_Page") -> MembersChanged:
        epoch = self._store.journals.last_epoch(terminal)
        chain = self._store.journals.chain(terminal, epoch)
        return MembersChanged(
            terminal=terminal,
            base=since,
            version=page.version,
            epoch=epoch,
            seq=0 if chain is None else chain.acked,
            as_of_ms=self._now_ms(),
            more=page.more,
            rows=page.rows,
        )

    def _made(self, store: str, since: int) -> "_Page":
        """Read the members first, then what they have: what comes in between is told again, as a later version."""
        latest = self._store.people.latest()
        changed = self._store.people.changed(store, since=since, limit=MAX_ROWS)
        rows = self._rows.rows(changed, store=store)
        page: Sequence[MemberRow] = next(pages(rows), ())
        is_all = len(page) == len(rows) < MAX_ROWS
        last = page[-1].version if page else since
        return _Page(max(latest, last) if is_all else last, more=not is_all, rows=pack_rows(page))


class _Page:
    """Rows as they travel, up to a version."""

    def __init__(self, version: int, *, more: bool, rows: bytes) -> None:
        self.version = version
        self.more = more
        self.rows = rows
