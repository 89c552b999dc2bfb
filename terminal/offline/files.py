"""The files of a journal: their names, their schema, how they are opened. Table and columns: UPLINK.md, "Tables".

``journal-<epoch>-<n>.db``: the highest n of an epoch is the open one (WAL); the others never change again.
"""

import errno
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from terminal.domain.errors import ChainError, DiskFullError, JournalError, SchemaTooNewError
from terminal.wire.chain import Row
from terminal.wire.disk import flush
from terminal.wire.sqlite_files import connect

SCHEMA = 1
APPLICATION_ID = 0x47_54_4A_4C
"""``GTJL`` in the header of the file."""
PAGE_BYTES = 4096
WAL_PAGES = 256
"""A small disk must not fill with WAL before the first checkpoint."""
MAX_READ = 1000
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes of what may pass by itself. The rest is damage; text that is no UTF-8 comes without a code."""
_UNREADABLE = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS})
"""Extended codes of a medium that does not give its bytes back."""
_NAME = re.compile(r"journal-(\d{1,9})-(\d{1,9})\.db")
_TABLES = (
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE event(
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK(length(id) = 16),
  kind TEXT NOT NULL,
  biz_date TEXT NOT NULL,
  wall_ms INTEGER NOT NULL,
  mono_ms INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  clk_off_ms INTEGER NOT NULL,
  clk_q INTEGER NOT NULL,
  body BLOB NOT NULL,
  prev BLOB NOT NULL CHECK(length(prev) = 32),
  hash BLOB NOT NULL CHECK(length(hash) = 32)
) STRICT""",
    """CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_COLUMNS = "seq, id, kind, biz_date, wall_ms, mono_ms, boot_id, clk_off_ms, clk_q, body, prev, hash"
SQL_INSERT = f"INSERT INTO event({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_SQL_READ = f"SELECT {_COLUMNS} FROM event WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - constants
_SQL_LAST = f"SELECT {_COLUMNS} FROM event ORDER BY seq DESC LIMIT 1"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """One file by its name."""

    epoch: int
    number: int
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMeta:
    """What a file says of itself: whose it is, and where its rows begin.

    ``first_prev`` is the hash before the row ``first_seq``. ``record`` is the till's record just before that row
    (`terminal.wire.record`), or empty when it was not known. ``pruned_seq`` is the last row of the files that were
    deleted on purpose.
    """

    terminal: str
    epoch: int
    first_seq: int
    first_prev: bytes
    record: bytes = b""
    pruned_seq: int = 0


def journal_files(folder: Path, epoch: int) -> tuple[JournalFile, ...]:
    """Return the files of an epoch, oldest first; a missing folder has none."""
    return tuple(file for file in _all_files(folder) if file.epoch == epoch)


def journal_epochs(folder: Path) -> tuple[int, ...]:
    """Return the epochs that have files, ascending."""
    return tuple(sorted({file.epoch for file in _all_files(folder)}))


def present_epoch(folder: Path, configured: int) -> int:
    """Return the epoch that is written: the configured one, or a newer one that a recovery has begun."""
    return max((configured, *journal_epochs(folder)))


def is_journal_name(name: str) -> bool:
    """Whether a name is one of a journal's file."""
    return _NAME.fullmatch(name) is not None


def journal_file(folder: Path, *, epoch: int, number: int) -> JournalFile:
    """Return the n-th file of an epoch, whether it is there or not."""
    return JournalFile(epoch=epoch, number=number, path=folder / f"journal-{epoch}-{number}.db")


def create_file(file: JournalFile, meta: FileMeta, *, rows: Iterable[Row] = ()) -> None:
    """Make a file whole or not at all, flushed to the disk; ``rows`` are what was salvaged from another."""
    part = file.path.with_name(file.path.name + ".part")
    with journal_errors(part):
        part.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as connection:
                _fill(connection, meta, rows)
            part.replace(file.path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        flush(file.path.parent)


def _fill(connection: sqlite3.Connection, meta: FileMeta, rows: Iterable[Row]) -> None:
    connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
    connection.execute("BEGIN")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA}")
    for statement in _TABLES:
        connection.execute(statement)
    for key in FileMeta.__slots__:
        write_meta(connection, key, getattr(meta, key))
    connection.executemany(SQL_INSERT, map(msgspec.structs.astuple, rows))
    connection.execute("COMMIT")


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the open file for appending. Its connection belongs to the thread that opened it."""
    with journal_errors(path):
        connection = connect(path, "rw")
        try:
            _check_kind(connection, path)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
            connection.execute("PRAGMA cache_size=-1024")
        except BaseException:
            connection.close()
            raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open any file for reading. Each reader ends its reads at once, so that the writer can checkpoint."""
    with journal_errors(path):
        connection = connect(path, "ro")
        try:
            connection.execute("PRAGMA query_only=1")
            _check_kind(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def stored_bytes(path: Path) -> int:
    """Return the size of a file with its WAL; `JournalError` when the medium does not tell."""
    wal = path.with_name(path.name + "-wal")
    with journal_errors(path):
        return sum(part.stat().st_size for part in (path, wal) if part.exists())


def is_settled(path: Path) -> bool:
    """Whether a file is out of WAL mode (SQLite file format, section 1.3: bytes 18 and 19); `JournalError`."""
    with journal_errors(path), path.open("rb") as file:
        return file.read(20)[18:] == b"\x01\x01"


def settle(path: Path) -> None:
    """Bring a closed file out of WAL mode; `JournalError` while a reader is in the way."""
    with journal_errors(path), closing(connect(path, "rw")) as connection:
        connection.execute("PRAGMA busy_timeout=0")
        connection.execute("PRAGMA journal_mode=DELETE")


def read_meta(connection: sqlite3.Connection) -> FileMeta:
    """Return what a file says of itself; `ChainError` when it says it wrongly."""
    found: dict[str, Any] = dict(connection.execute("SELECT k, v FROM meta"))
    try:
        meta = FileMeta(**{key: found[key] for key in FileMeta.__slots__})
    except KeyError as error:
        raise ChainError(f"a file of the journal has no {error.args[0]}") from error
    return meta


def write_meta(connection: sqlite3.Connection, key: str, value: str | int | bytes) -> None:
    """Set a value of the meta table (within the caller's transaction, if there is one)."""
    connection.execute("INSERT OR REPLACE INTO meta(k, v) VALUES (?, ?)", (key, value))


def read_rows(connection: sqlite3.Connection, after_seq: int, *, limit: int) -> tuple[Row, ...]:
    """Return rows of one file after a sequence, oldest first; the read has ended when this returns."""
    return tuple(Row(*values) for values in connection.execute(_SQL_READ, (after_seq, min(limit, MAX_READ))).fetchall())


def last_mention(connection: sqlite3.Connection, kind: str, name: str, *, up_to_seq: int) -> int | None:
    """Return the sequence of the last row of a kind that has a name in its body, or None."""
    statement = (
        "SELECT seq FROM event WHERE seq <= ? AND kind = ? AND instr(body, CAST(? AS BLOB)) ORDER BY seq DESC LIMIT 1"
    )
    found = connection.execute(statement, (up_to_seq, kind, name)).fetchone()
    return None if found is None else int(found[0])


def read_last(connection: sqlite3.Connection) -> Row | None:
    """Return the last row of one file."""
    values = connection.execute(_SQL_LAST).fetchone()
    return Row(*values) if values is not None else None


@contextmanager
def journal_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the kernel say into `DiskFullError`, `ChainError` (damaged), or `JournalError` (passes)."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code == sqlite3.SQLITE_FULL:
            raise DiskFullError(f"{path.name}: {error}", hint="make room on the data partition") from error
        if code & 0xFF in _PASSING and code not in _UNREADABLE:
            raise JournalError(f"{path.name}: {error}") from error
        raise ChainError(f"{path.name} is damaged: {error}") from error
    except UnicodeDecodeError as error:
        raise ChainError(f"{path.name} is damaged: {error}") from error
    except OSError as error:
        kind = DiskFullError if error.errno == errno.ENOSPC else JournalError
        raise kind(f"{path}: {error.strerror}") from error


def _all_files(folder: Path) -> list[JournalFile]:
    if not folder.is_dir():
        return []
    matches = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    files = [JournalFile(epoch=int(match[1]), number=int(match[2]), path=path) for match, path in matches if match]
    return sorted(files, key=lambda file: (file.epoch, file.number))


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ChainError(f"{path.name} is no journal")
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema > SCHEMA:
        hint = "start the newer version again, or replace the till with a new epoch"
        raise SchemaTooNewError(f"{path.name} has schema {schema}, newer than {SCHEMA}", hint=hint)
