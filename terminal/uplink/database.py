"""``uplink.db``: what HQ has acknowledged, which books of each stream were taken. Small; the uplink alone writes it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from terminal.domain.errors import SchemaTooNewError, UplinkError
from terminal.wire.files.streams import Stream
from terminal.wire.updates import BookState, Manifest, Seen

SCHEMA = 2
_Row = TypeVar("_Row")
_TABLES = """
CREATE TABLE IF NOT EXISTS cursor(name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS taken(
  stream TEXT NOT NULL, audience TEXT NOT NULL, counter INTEGER NOT NULL, ver INTEGER NOT NULL,
  digest BLOB NOT NULL UNIQUE, sha256 BLOB NOT NULL, eff_from INTEGER NOT NULL, state TEXT NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY(stream, audience, counter)
) STRICT;
"""
_OF_PRICES_ALONE = """
ALTER TABLE taken RENAME TO taken_1;
"""
_FROM_PRICES_ALONE = """
INSERT INTO taken SELECT 'price', audience, counter, ver, digest, sha256, eff_from, state, at_ms FROM taken_1;
DROP TABLE taken_1;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A book that was taken: the file's SHA-256 and from when on it may decide (UTC ms)."""

    ver: int
    sha256: bytes
    eff_from: int


class UplinkDatabase:
    """Owned by one thread. Losing its last second is harmless: HQ repeats what it has, and manifests are retained.

    Every method raises `UplinkError` ``uplink_db_failed`` when the disk is full or broken.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open or make the file; one that is no database is put aside. `SchemaTooNewError` for a newer uplink's."""
        try:
            self._connection = _connect(self._path)
        except sqlite3.DatabaseError:
            self._path.replace(self._path.with_suffix(".damaged"))
            self._connection = _connect(self._path)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def acked(self, epoch: int) -> int:
        """Return what HQ was last known to have of an epoch; 0 if nothing."""
        rows = self._rows(tuple[int], "SELECT seq FROM cursor WHERE name = 'hq_acked' AND epoch = ?", epoch)
        return rows[0][0] if rows else 0

    def save_acked(self, epoch: int, seq: int) -> None:
        """Keep what HQ has acknowledged; the till reads it before it deletes old files."""
        self._execute("INSERT OR REPLACE INTO cursor VALUES('hq_acked', ?, ?)", epoch, seq)

    def seen(self, stream: Stream, audience: str) -> Seen:
        """Return what was taken from an audience's stream."""
        rows = self._rows(
            tuple[int, int, bytes],
            "SELECT ver, counter, digest FROM taken WHERE stream = ? AND audience = ?",
            stream,
            audience,
        )
        return Seen(
            ver=max((row[0] for row in rows), default=0),
            counter=max((row[1] for row in rows), default=0),
            past=frozenset(row[2] for row in rows),
        )

    def is_latest(self, stream: Stream, audience: str, digest: bytes) -> bool:
        """Whether a fingerprint is that of the newest manifest that was taken from an audience's stream."""
        rows = self._rows(
            tuple[bytes],
            "SELECT digest FROM taken WHERE stream = ? AND audience = ? ORDER BY counter DESC LIMIT 1",
            stream,
            audience,
        )
        return bool(rows) and rows[0][0] == digest

    def state(self, digest: bytes) -> BookState | None:
        """Return how far the book of a signed manifest has come, by the manifest's fingerprint."""
        rows = self._rows(tuple[BookState], "SELECT state FROM taken WHERE digest = ?", digest)
        return rows[0][0] if rows else None

    def take(self, manifest: Manifest, *, digest: bytes, at_ms: int) -> None:
        """Note a manifest that was verified: from now on nothing older is taken from its audience."""
        self._execute(
            "INSERT OR REPLACE INTO taken VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            manifest.stream,
            manifest.audience,
            manifest.counter,
            manifest.ver,
            digest,
            manifest.sha256,
            manifest.eff_from,
            BookState.FETCHING,
            at_ms,
        )

    def set_state(self, digest: bytes, state: BookState) -> None:
        """Note how far a book has come."""
        self._execute("UPDATE taken SET state = ? WHERE digest = ?", state, digest)

    def ready(self, stream: Stream) -> tuple[Taken, ...]:
        """Return the books of a stream whose files were made whole, ascending."""
        rows = self._rows(
            tuple[int, bytes, int],
            "SELECT ver, sha256, min(eff_from) FROM taken WHERE stream = ? AND state = ? GROUP BY ver ORDER BY ver",
            stream,
            BookState.READY,
        )
        return tuple(Taken(ver=row[0], sha256=row[1], eff_from=row[2]) for row in rows)

    def newest(self, stream: Stream) -> int:
        """Return the highest version of a stream that was taken and not refused, 0 if none."""
        ((newest,),) = self._rows(
            tuple[int],
            "SELECT coalesce(max(ver), 0) FROM taken WHERE stream = ? AND state <> ?",
            stream,
            BookState.REFUSED,
        )
        return newest

    def _rows(self, shape: type[_Row], statement: str, *values: str | int | bytes) -> list[_Row]:
        try:
            return [msgspec.convert(row, shape) for row in self._execute(statement, *values)]
        except msgspec.ValidationError as error:
            raise UplinkError(f"uplink.db: {error}", code="uplink_db_failed") from error

    def _execute(self, statement: str, *values: str | int | bytes) -> list[tuple[object, ...]]:
        if self._connection is None:
            raise UplinkError("uplink.db is not open", code="uplink_db_failed")
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise UplinkError(f"uplink.db: {error}", code="uplink_db_failed") from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        _check_schema(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        _bring_up(connection)
    except (sqlite3.Error, SchemaTooNewError):
        connection.close()
        raise
    return connection


def _bring_up(connection: sqlite3.Connection) -> None:
    """Make the tables; of an uplink that knew prices alone, keep what it took: nothing older may come again."""
    is_old = connection.execute("PRAGMA user_version").fetchone()[0] == 1
    steps = (_OF_PRICES_ALONE, _TABLES, _FROM_PRICES_ALONE) if is_old else (_TABLES,)
    connection.executescript(f"BEGIN; {''.join(steps)} PRAGMA user_version={SCHEMA}; COMMIT;")


def _check_schema(connection: sqlite3.Connection) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        raise SchemaTooNewError(f"uplink.db has schema {version}, known is {SCHEMA}", hint="update the uplink")
