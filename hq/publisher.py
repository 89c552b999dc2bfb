"""Makes books of every stream: file, slices, signed manifest, numbers that rise for ever. And hands slices out."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import assert_never

import msgspec
import structlog
import zstandard

from hq.errors import HqError, StoreConflictError
from hq.store.port import BookRow, Store
from terminal.domain.errors import BookError
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.disk import file_sha256
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.members.writing import MembersContent, build_members
from terminal.wire.rules.building import RulesAgain, RulesContent, build_again, build_rules
from terminal.wire.seal import Signer, unverified_body
from terminal.wire.topics import EVERYBODY, audiences
from terminal.wire.updates import MAX_CHUNK_BYTES, ChunkAnswer, Manifest, decode_manifest, sign
from terminal.wire.whole import checked_rows

log = structlog.get_logger("hq")

DAY_MS = 24 * 3600 * 1000
EXPIRES_MS = 30 * DAY_MS
RENEW_MS = 10 * DAY_MS
"""A manifest that expires sooner is signed anew: a new till must be able to take the present book."""
CACHED_CHUNKS = 64
LOCK_NAME = "publish.lock"
NO_SUCH_CHUNK = "no_such_chunk"

Content = BookContent | RulesContent | RulesAgain | MembersContent
"""What a book of a stream is built from."""


class Publisher:
    """Writes into the store and the folder of books. Another process may serve meanwhile: it finds the new heads."""

    def __init__(self, store: Store, signer: Signer, folder: Path, *, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._signer = signer
        self._folder = folder
        self._now_ms = now_ms

    def publish(
        self,
        content: Content,
        *,
        audience: str,
        eff_from: int = 0,
        may_shrink: bool = True,
        on_top_of: int | None = None,
    ) -> BookRow:
        """Build, check, sign and keep a book under the next version; `BookError` names what is wrong with the content.

        Unless it ``may_shrink``, a price book with less than half the articles of the one before is refused (`HqError`
        ``book_shrinks``).

        A book that is refused takes no version. ``eff_from`` (UTC ms) is when tills may begin to use it. A rollback is
        the old content published again. Where it follows ``on_top_of`` a version, `StoreConflictError` when another one
        is the newest of its audience meanwhile. A book without a label is named by date and version.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with _alone(self._folder):
            now_ms = self._now_ms()
            stream = _stream_of(content)
            self._check_follows(stream, audience, on_top_of)
            ver = self._store.books.coming_version(stream)
            label = content.label or f"{datetime.fromtimestamp(now_ms / 1000, UTC).astimezone():%Y%m%d}.{ver}"
            path = self._folder / book_name(ver, stream)
            built = _built(path, ver, replace(content, label=label))
            if not may_shrink:
                self._check_size(path, built, audience)
            with self._store.transaction():
                taken, counter = self._store.books.next_numbers(stream)
                if taken != ver:
                    raise StoreConflictError(f"version {ver} was taken meanwhile", hint="publish again")
                expires = max(now_ms, eff_from) + EXPIRES_MS
                manifest = msgspec.structs.replace(
                    built, counter=counter, audience=audience, expires=expires, eff_from=eff_from
                )
                return self._kept(manifest, now_ms=now_ms)

    def _check_follows(self, stream: Stream, audience: str, version: int | None) -> None:
        heads = self._store.books.heads(stream)
        newest = max((head.ver for head in heads if head.audience in (EVERYBODY, audience)), default=0)
        if version not in (None, newest):
            raise StoreConflictError(f"version {newest} was published meanwhile", hint="look at it first")

    def _check_size(self, path: Path, built: Manifest, audience: str) -> None:
        heads = self._store.books.heads(built.stream)
        before = next((head for head in heads if head.audience == audience), None)
        if before is None or 2 * built.rows >= before.rows:
            return
        path.unlink()
        raise HqError(
            f"{built.rows} articles instead of {before.rows} in book {before.ver}: nothing was published",
            code="book_shrinks",
            hint="is it the whole file? if so: --fewer-articles",
        )

    def renew(self) -> list[BookRow]:
        """Sign the heads anew that expire soon, and return them. One that cannot be read is logged, and left."""
        now_ms = self._now_ms()
        renewed = []
        for head in self._store.books.heads():
            manifest = _readable(head)
            if manifest is None or manifest.expires - now_ms > RENEW_MS:
                continue
            with self._store.transaction():
                counter = self._store.books.next_counter()
                fresh = msgspec.structs.replace(manifest, counter=counter, expires=now_ms + EXPIRES_MS)
                renewed.append(self._kept(fresh, now_ms=now_ms))
        return renewed

    def _kept(self, manifest: Manifest, *, now_ms: int) -> BookRow:
        book = BookRow(
            stream=manifest.stream,
            ver=manifest.ver,
            counter=manifest.counter,
            audience=manifest.audience,
            label=manifest.label,
            rows=manifest.rows,
            sha256=manifest.sha256.hex(),
            created_ms=now_ms,
            manifest=sign(manifest, self._signer),
        )
        self._store.books.add(book)
        return book


class ChunkServer:
    """Answers the tills' requests for slices; compressed slices are kept for the next till that asks."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._packed = lru_cache(maxsize=CACHED_CHUNKS)(self._pack)

    def answer(self, terminal: str, *, ver: int, index: int, stream: Stream = Stream.PRICE) -> ChunkAnswer:
        """Return a slice of a book that is meant for this terminal, or an answer that says that there is none."""
        book = self._store.books.get(ver, stream)
        is_for_it = book is not None and book.audience in audiences(terminal)
        data = self._packed(stream, ver, index) if is_for_it else b""
        return ChunkAnswer(stream=stream, ver=ver, index=index, data=data, error="" if data else NO_SUCH_CHUNK)

    def _pack(self, stream: Stream, ver: int, index: int) -> bytes:
        try:
            with (self._folder / book_name(ver, stream)).open("rb") as file:
                file.seek(index * MAX_CHUNK_BYTES)
                chunk = file.read(MAX_CHUNK_BYTES)
        except OSError:
            return b""
        return zstandard.ZstdCompressor(level=3).compress(chunk) if chunk else b""


def manifest_of(book: BookRow) -> Manifest:
    """Return the manifest of a book of our own store; `BookError` when it was damaged there."""
    return decode_manifest(unverified_body(book.manifest))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Build one book at a time in a folder: the next version is known before it is taken."""
    with (folder / LOCK_NAME).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stream_of(content: Content) -> Stream:
    match content:
        case BookContent():
            return Stream.PRICE
        case RulesContent() | RulesAgain():
            return Stream.RULES
        case MembersContent():
            return Stream.MEMBERS
        case _:
            assert_never(content)


def _build(path: Path, content: Content) -> None:
    match content:
        case BookContent():
            build_book(path, content)
        case RulesContent():
            build_rules(path, content)
        case RulesAgain():
            build_again(path, content)
        case MembersContent():
            build_members(path, content)
        case _:
            assert_never(content)


def _built(path: Path, ver: int, content: Content) -> Manifest:
    """Build a book's file, over one that was never published; `BookError` leaves none.

    The manifest has what the file says: whom it is for, how long, and its counter are still to come.
    """
    stream = _stream_of(content)
    _build(path, content)
    try:
        rows = checked_rows(path, stream)
    except BookError:
        path.unlink()
        raise
    return Manifest(
        stream=stream,
        ver=ver,
        label=content.label,
        rows=rows,
        sha256=file_sha256(path),
        size=path.stat().st_size,
        chunk_size=MAX_CHUNK_BYTES,
        chunks=tuple(hashlib.sha256(chunk).digest() for chunk in _slices(path, MAX_CHUNK_BYTES)),
        counter=0,
        audience="",
        expires=0,
    )


def _readable(book: BookRow) -> Manifest | None:
    try:
        return manifest_of(book)
    except BookError:
        log.exception("manifest_unreadable", stream=book.stream, ver=book.ver, audience=book.audience)
        return None


def _slices(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(size):
            yield chunk
