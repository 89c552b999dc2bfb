"""The ladder that a till climbs at start: open what is there; when that is damaged, begin anew with what is known.

A new epoch makes it safe to go on when nobody knows which rows HQ has seen: its sequence starts again, HQ keeps both,
and what was salvaged of the old epoch can still be sent. Nothing is deleted: what is damaged is renamed. An epoch that
the site file begins takes the same steps: the till knows in it what it knew in the one before.

The new epoch comes first: rows that HQ has seen must never get other contents. A mark lies in the folder until the old
one is tidy, so that a start after a power cut in between ends what was begun.
"""

from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from terminal.domain.errors import ChainError, JournalError
from terminal.domain.ids import Identity
from terminal.offline.files import journal_epochs, present_epoch
from terminal.offline.journal import DEFAULTS, JournalOptions, SqliteJournal
from terminal.offline.lock import folder_lock
from terminal.offline.reader import JournalReader
from terminal.offline.salvage import Salvage, put_back
from terminal.offline.state import SqliteRecordStore, last_known, rebuild
from terminal.ports.clock import IdSource
from terminal.ports.journal import Head
from terminal.wire.disk import flush
from terminal.wire.record import TillRecord, encode_record

MARK = "recovering-"
"""Beginning of the name of the mark; the damaged epoch follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a new epoch began: why, which files were renamed, and the last row of the old epoch that verified.

    ``reason`` says what was damaged; it is empty when the site file wanted the epoch.
    """

    reason: str
    aside: Sequence[str]
    salvaged: Head


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTill:
    """A till's data, open. ``who.epoch`` is the epoch that is written: it may be newer than the configured one."""

    who: Identity
    journal: SqliteJournal
    store: SqliteRecordStore
    record: TillRecord
    last_ms: int = 0
    """Time of the last fact, also of another epoch (UTC); 0 = there is none."""
    beginning: Beginning | None = None
    """None when the epoch was there already."""

    def close(self) -> None:
        """Close the files."""
        self.store.close()
        self.journal.close()


def open_till(
    folder: Path, who: Identity, *, ids: IdSource, now_ms: int, options: JournalOptions = DEFAULTS
) -> OpenTill:
    """Open journal and record; a new epoch, planned or after damage, begins with the record as it was last known.

    `JournalError` for what a recovery cannot mend: another process has the folder, a newer schema, a full disk.
    """
    who = replace(who, epoch=present_epoch(folder, who.epoch))
    _end_what_was_begun(folder, who, now_ms=now_ms)
    before = journal_epochs(folder)[-1:]
    if before and before[0] < who.epoch:
        old, reason = replace(who, epoch=before[0]), ""
    else:
        try:
            return _open(folder, who, ids=ids, options=options)
        except ChainError as error:
            old, who, reason = who, replace(who, epoch=who.epoch + 1), str(error)
    mark = folder / f"{MARK}{old.epoch}"
    with folder_lock(folder):
        salvage = Salvage(folder, old)
        record = _carried_over(salvage, folder, old)
        mark.touch()
        flush(folder)
    opened = _open(folder, who, ids=ids, options=options, record=encode_record(record))
    try:
        beginning = Beginning(reason=reason, aside=_tidy(salvage, mark, now_ms), salvaged=salvage.head)
    except BaseException:
        opened.close()
        raise
    return replace(opened, beginning=beginning)


def _carried_over(salvage: Salvage, folder: Path, old: Identity) -> TillRecord:
    """Return what a new epoch begins with: all that the old one knew; receipts and returns count from 1 again."""
    with closing(SqliteRecordStore(folder, old)) as store:
        return msgspec.structs.replace(last_known(salvage, store), receipts_done=0, returns_done=0)


def _end_what_was_begun(folder: Path, who: Identity, *, now_ms: int) -> None:
    """Tidy the epochs whose recovery was cut short; one that cannot be tidied now must not stop the till."""
    for mark in sorted(folder.glob(f"{MARK}*")):
        old = replace(who, epoch=int(mark.name.removeprefix(MARK)))
        if old.epoch < who.epoch:
            with suppress(JournalError, OSError):
                put_back(folder, old.epoch)
                _tidy(Salvage(folder, old), mark, now_ms)


def _tidy(salvage: Salvage, mark: Path, now_ms: int) -> Sequence[str]:
    aside = salvage.tidy(now_ms=now_ms)
    mark.unlink()
    flush(mark.parent)
    return aside


def _last_ms(folder: Path) -> int:
    """Return the time of the newest row that can be read."""
    for epoch in reversed(journal_epochs(folder)):
        reader = JournalReader(folder, epoch=epoch)
        with suppress(JournalError):
            head = reader.head()
            rows = reader.read(head.seq - 1, limit=1) if head is not None and head.seq else ()
            if rows:
                return rows[0].wall_ms
    return 0


def _open(folder: Path, who: Identity, *, ids: IdSource, options: JournalOptions, record: bytes = b"") -> OpenTill:
    with ExitStack() as stack:
        journal = stack.enter_context(closing(SqliteJournal(folder, who, ids=ids, options=options, record=record)))
        store = stack.enter_context(closing(SqliteRecordStore(folder, who)))
        known = rebuild(journal, store)
        opened = OpenTill(who=who, journal=journal, store=store, record=known, last_ms=_last_ms(folder))
        stack.pop_all()
    return opened
