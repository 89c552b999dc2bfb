"""``uplink.db``: what HQ has acknowledged, and which books were taken. Small; the uplink is its one writer."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.errors import SchemaTooNewError
from terminal.wire.updates import BookState, Manifest, Seen

SCHEMA = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS cursor(name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS taken(
  audience TEXT NOT NULL, counter INTEGER NOT NULL, ver INTEGER NOT NULL, digest BLOB NOT NULL UNIQUE, sha256 BLOB NOT NULL,
  eff_from INTEGER NOT NULL, state TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(audience, counter)
) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A book that was taken: the file's SHA-256 and from when on it may decide (UTC ms)."""

    ver: int
    sha256: bytes
    eff_from: int


class UplinkDatabase:
    """Owned by one thread. Losing its last second is harmless: HQ repeats what it has, and manifests are retained."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        version: int = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            self._connection.close()
            raise SchemaTooNewError(f"{path.name} has schema {version}", hint="this uplink knows schemas up to 1")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_TABLES)
        self._connection.execute(f"PRAGMA user_version={SCHEMA}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def acked(self, epoch: int) -> int:
        """Return what HQ was last known to have of an epoch; 0 if nothing."""
        row = self._connection.execute(
            "SELECT seq FROM cursor WHERE name = 'hq_acked' AND epoch = ?", (epoch,)
        ).fetchone()
        return row[0] if row else 0

    def save_acked(self, epoch: int, seq: int) -> None:
        """Keep what HQ has acknowledged; the till reads it before it deletes old files."""
        self._connection.execute("INSERT OR REPLACE INTO cursor VALUES('hq_acked', ?, ?)", (epoch, seq))

    def seen(self, audience: str) -> Seen:
        """Return what was taken from an audience's stream."""
        rows = self._connection.execute(
            "SELECT ver, counter, digest FROM taken WHERE audience = ?", (audience,)
        ).fetchall()
        return Seen(
            ver=max((row[0] for row in rows), default=0),
            counter=max((row[1] for row in rows), default=0),
            past=frozenset(row[2] for row in rows),
        )

    def state(self, digest: bytes) -> BookState | None:
        """Return how far the book of a signed manifest has come, by the manifest's fingerprint."""
        row = self._connection.execute("SELECT state FROM taken WHERE digest = ?", (digest,)).fetchone()
        return BookState(row[0]) if row else None

    def take(self, manifest: Manifest, *, digest: bytes, at_ms: int) -> None:
        """Note a manifest that was verified: from now on nothing older is taken from its audience."""
        self._connection.execute(
            "INSERT OR REPLACE INTO taken VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                manifest.audience,
                manifest.counter,
                manifest.ver,
                digest,
                manifest.sha256,
                manifest.eff_from,
                BookState.FETCHING,
                at_ms,
            ),
        )

    def set_state(self, digest: bytes, state: BookState) -> None:
        """Note how far a book has come."""
        self._connection.execute("UPDATE taken SET state = ? WHERE digest = ?", (state, digest))

    def ready(self) -> tuple[Taken, ...]:
        """Return the books whose files were made whole, ascending."""
        rows = self._connection.execute(
            "SELECT ver, sha256, min(eff_from) FROM taken WHERE state = ? GROUP BY ver ORDER BY ver", (BookState.READY,)
        ).fetchall()
        return tuple(Taken(ver=row[0], sha256=row[1], eff_from=row[2]) for row in rows)

    def newest(self) -> int:
        """Return the highest version that was taken and not refused, 0 if none."""
        with closing(
            self._connection.execute("SELECT max(ver) FROM taken WHERE state <> ?", (BookState.REFUSED,))
        ) as cursor:
            return cursor.fetchone()[0] or 0
