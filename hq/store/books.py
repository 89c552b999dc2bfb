"""Published books in SQLite."""

from collections.abc import Sequence

from hq.store.database import Database
from hq.store.port import BookRow

_COLUMNS = "ver, counter, audience, label, articles, sha256, created_ms, manifest"


class SqliteBooks:
    """See `hq.store.port.Books`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def coming_version(self) -> int:
        """Return the version that `next_numbers` will take."""
        row = self._database.row(tuple[int], "SELECT value FROM number WHERE name = 'book_version'")
        return row[0] + 1 if row else 1

    def next_numbers(self) -> tuple[int, int]:
        """Return the next (version, counter)."""
        return self._next("book_version"), self._next("signature")

    def next_counter(self) -> int:
        """Return the next counter, for signing a manifest anew."""
        return self._next("signature")

    def add(self, book: BookRow) -> None:
        """Keep a published book, or its manifest signed anew."""
        self._database.run(
            "INSERT OR REPLACE INTO book VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                book.ver,
                book.counter,
                book.audience,
                book.label,
                book.articles,
                book.sha256,
                book.created_ms,
                book.manifest,
            ),
        )

    def heads(self) -> list[BookRow]:
        """Return the newest book of each audience."""
        return self._books("WHERE ver IN (SELECT max(ver) FROM book GROUP BY audience) ORDER BY ver")

    def get(self, ver: int) -> BookRow | None:
        """Return a book by its version."""
        return next(iter(self._books("WHERE ver = ?", (ver,))), None)

    def _books(self, rest: str, parameters: Sequence[object] = ()) -> list[BookRow]:
        rows = self._database.rows(
            tuple[int, int, str, str, int, str, int, bytes],
            f"SELECT {_COLUMNS} FROM book {rest}",  # noqa: S608 - constants of this file
            parameters,
        )
        return [
            BookRow(
                ver=ver,
                counter=counter,
                audience=audience,
                label=label,
                articles=articles,
                sha256=sha256,
                created_ms=created_ms,
                manifest=manifest,
            )
            for ver, counter, audience, label, articles, sha256, created_ms, manifest in rows
        ]

    def _next(self, name: str) -> int:
        ((value,),) = self._database.rows(
            tuple[int],
            "INSERT INTO number VALUES(?, 1) ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        )
        return value
