"""A copy of a till's data on another medium, made while the till sells; and the way back.

A copy that was put back may be older than what HQ has: `SqliteJournal.verify` with HQ's head tells, and the till then
goes on in a new epoch.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct

from terminal.domain.errors import ChainError, JournalError
from terminal.domain.ids import Identity
from terminal.offline.files import is_journal_name, journal_epochs, journal_errors, journal_files
from terminal.offline.lock import folder_lock
from terminal.offline.reader import JournalReader
from terminal.offline.state import NAME as STATE_NAME
from terminal.wire.disk import file_sha256, flush
from terminal.wire.sqlite_files import connect

MANIFEST_NAME = "backup.json"


class BackupFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a backup; ``source_ns`` and ``source_bytes`` tell whether the original has changed since."""

    name: str
    sha256: str
    source_ns: int
    source_bytes: int


class Backup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds. ``head_seq`` and ``head_hash`` (hexadecimal) are the last row of ``epoch``."""

    terminal: str
    epoch: int
    head_seq: int
    head_hash: str
    made_ms: int
    files: tuple[BackupFile, ...]


def back_up(folder: Path, target: Path, who: Identity, *, now_ms: int) -> Backup:
    """Copy the record and all journal files to a folder, each whole, flushed and renamed; the list of them comes last.

    The record comes first: the till sells meanwhile, and a record that is ahead of its journal means lost rows.
    Closed files that are there already are not copied again. `JournalError` when a file cannot be read, or there is
    no journal; `DiskFullError` when the target is full: the last backup stays as it was as far as it was not replaced.
    """
    with journal_errors(target):
        target.mkdir(parents=True, exist_ok=True)
        known = {file.name: file for file in _read_manifest(target).files} if (target / MANIFEST_NAME).exists() else {}
        files = tuple(_back_up_file(path, target, known.get(path.name)) for path in _sources(folder))
        head = JournalReader(target, epoch=who.epoch).head()
        if head is None:
            raise JournalError(f"there is no journal of epoch {who.epoch} in {folder}", code="journal_absent")
        backup = Backup(
            terminal=who.terminal,
            epoch=who.epoch,
            head_seq=head.seq,
            head_hash=head.hash.hex(),
            made_ms=now_ms,
            files=files,
        )
        part = target / f"{MANIFEST_NAME}.part"
        part.write_bytes(msgspec.json.format(msgspec.json.encode(backup)))
        flush(part)
        part.replace(target / MANIFEST_NAME)
        flush(target)
    return backup


def restore(source: Path, folder: Path) -> Backup:
    """Put a backup back into an empty folder, after every file of it has been checked.

    `JournalError` ``backup_invalid`` when the list is missing or wrong, ``not_empty`` when the folder has a journal;
    `ChainError` when a file is not the one that was written.
    """
    backup = _read_manifest(source)
    for file in backup.files:
        if not is_journal_name(file.name) and file.name != STATE_NAME:
            raise JournalError(f"{file.name!r} is no file of a till", code="backup_invalid")
    with journal_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with folder_lock(folder):
            if journal_epochs(folder):
                hint = "move the old files away first: they may hold sales that HQ does not have"
                raise JournalError(f"{folder} has a journal", code="not_empty", hint=hint)
            for file in backup.files:
                if not (source / file.name).exists() or file_sha256(source / file.name).hex() != file.sha256:
                    raise ChainError(f"{file.name} is not the file that was backed up")
            for file in backup.files:
                part = folder / f"{file.name}.part"
                shutil.copyfile(source / file.name, part)
                flush(part)
                part.replace(folder / file.name)
            flush(folder)
    return backup


def _sources(folder: Path) -> Iterator[Path]:
    if (folder / STATE_NAME).exists():
        yield folder / STATE_NAME
    for epoch in journal_epochs(folder):
        for file in journal_files(folder, epoch):
            yield file.path


def _back_up_file(path: Path, target: Path, known: BackupFile | None) -> BackupFile:
    stat = path.stat()
    copy = target / path.name
    wal = path.with_name(path.name + "-wal")
    is_same = known is not None and (known.source_ns, known.source_bytes) == (stat.st_mtime_ns, stat.st_size)
    if known is not None and is_same and not wal.exists() and copy.exists():
        return known
    part = target / f"{path.name}.part"
    part.unlink(missing_ok=True)
    with journal_errors(path), closing(connect(path, "ro")) as source, closing(connect(part, "rwc")) as written:
        source.backup(written)
        written.execute("PRAGMA journal_mode=DELETE")
    flush(part)
    part.replace(copy)
    return BackupFile(
        name=path.name, sha256=file_sha256(copy).hex(), source_ns=stat.st_mtime_ns, source_bytes=stat.st_size
    )


def _read_manifest(folder: Path) -> Backup:
    try:
        return msgspec.json.decode((folder / MANIFEST_NAME).read_bytes(), type=Backup)
    except (OSError, msgspec.DecodeError) as error:
        raise JournalError(f"{folder} holds no backup: {error}", code="backup_invalid") from error
