"""Published books in SQLite."""

from collections.abc import Sequence

from hq.store.database import Database
from hq.store.port import BookRow
from terminal.wire.files.streams import Stream

_COLUMNS = "stream, ver, counter, audience, label, rows, sha256, created_ms, manifest"


class SqliteBooks:
    """See `hq.store.port.Books`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def coming_version(self, stream: Stream = Stream.PRICE) -> int:
        """Return the version that `next_numbers` will take."""
        row = self._database.row(tuple[int], "SELECT value FROM number WHERE name = ?", (_number(stream),))
        return row[0] + 1 if row else 1

    def next_numbers(self, stream: Stream = Stream.PRICE) -> tuple[int, int]:
        """Return the next (version, counter)."""
        return self._next(_number(stream)), self._next("signature")

    def next_counter(self) -> int:
        """Return the next counter, for signing a manifest anew."""
        return self._next("signature")

    def add(self, book: BookRow) -> None:
        """Keep a published book, or its manifest signed anew."""
        self._database.run(
            "INSERT OR REPLACE INTO book VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                book.stream,
                book.ver,
                book.counter,
                book.audience,
                book.label,
                book.rows,
                book.sha256,
                book.created_ms,
                book.manifest,
            ),
        )

    def heads(self, *streams: Stream) -> list[BookRow]:
        """Return the newest book of each stream (or of these) and audience."""
        heads = self._books(
            "WHERE (stream, ver) IN (SELECT stream, max(ver) FROM book GROUP BY stream, audience) ORDER BY stream, ver"
        )
        return [head for head in heads if not streams or head.stream in streams]

    def get(self, ver: int, stream: Stream = Stream.PRICE) -> BookRow | None:
        """Return a book by its version."""
        return next(iter(self._books("WHERE stream = ? AND ver = ?", (stream, ver))), None)

    def _books(self, rest: str, parameters: Sequence[object] = ()) -> list[BookRow]:
        rows = self._database.rows(
            tuple[Stream, int, int, str, str, int, str, int, bytes],
            f"SELECT {_COLUMNS} FROM book {rest}",  # noqa: S608 - constants of this file
            parameters,
        )
        return [
            BookRow(
                stream=stream,
                ver=ver,
                counter=counter,
                audience=audience,
                label=label,
                rows=count,
                sha256=sha256,
                created_ms=created_ms,
                manifest=manifest,
            )
            for stream, ver, counter, audience, label, count, sha256, created_ms, manifest in rows
        ]

    def _next(self, name: str) -> int:
        ((value,),) = self._database.rows(
            tuple[int],
            "INSERT INTO number VALUES(?, 1) ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        )
        return value


def _number(stream: Stream) -> str:
    """Return the name of the number that counts the versions of a stream."""
    return "book_version" if stream is Stream.PRICE else f"{stream}_version"
