"""The books of a stream at the uplink: files and what ``uplink.db`` says of them, both behind the disk's thread."""

from dataclasses import dataclass
from pathlib import Path

from terminal.uplink.database import Taken, UplinkDatabase
from terminal.uplink.disk import DiskThread
from terminal.uplink.fetch import PartFile, has_book, remove_books, remove_stale_parts
from terminal.wire.files.streams import Stream, book_name, superseded, versions_in
from terminal.wire.updates import BookState, Manifest, Seen, fingerprint, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A manifest that HQ signed for us and that is not older than what was seen."""

    manifest: Manifest
    digest: bytes


class Shelf:
    """Blocking steps of the inbox, each run as one job of the disk's thread."""

    def __init__(
        self,
        folder: Path,
        database: UplinkDatabase,
        disk: DiskThread,
        *,
        keys: tuple[bytes, ...],
        stream: Stream,
    ) -> None:
        self._folder = folder
        self._stream = stream
        self._keys = keys
        self._database = database
        self._disk = disk

    async def consider(self, audience: str, data: bytes, *, now_ms: int) -> Offer | None:
        """Verify a signed manifest and remember it; None if a newer book overtook it, or it was refused for good.

        `BookError` with a `Refusal` as its code. The newest manifest of an audience may come again at any time: it is
        retained at the broker.
        """
        return await self._disk.run(self._consider, audience, data, now_ms=now_ms)

    def _consider(self, audience: str, data: bytes, *, now_ms: int) -> Offer | None:
        digest = fingerprint(data)
        is_known = self._database.is_latest(self._stream, audience, digest)
        seen = Seen() if is_known else self._database.seen(self._stream, audience)
        manifest = verify(data, keys=self._keys, stream=self._stream, audience=audience, seen=seen, now_ms=now_ms)
        if not is_known:
            self._database.take(manifest, digest=digest, at_ms=now_ms)
        newest = max((self._database.newest(self._stream), *self._versions()))
        if manifest.ver < newest or self._database.state(digest) is BookState.REFUSED:
            return None
        return Offer(manifest=manifest, digest=digest)

    async def prepare(self, offer: Offer) -> tuple[PartFile, tuple[int, ...]] | None:
        """Return the part file and the slices to ask for; None when the book is there already, whole."""
        return await self._disk.run(self._prepare, offer)

    def _prepare(self, offer: Offer) -> tuple[PartFile, tuple[int, ...]] | None:
        manifest = offer.manifest
        remove_stale_parts(self._folder, self._stream, keep=manifest.ver)
        if has_book(self._folder, manifest):
            self._database.set_state(offer.digest, BookState.READY)
            return None
        part = PartFile(self._folder, manifest)
        donors = [self._folder / book_name(version, self._stream) for version in self._versions()[-1:]]
        return part, part.prepare(donors)

    async def write(self, part: PartFile, index: int, chunk: bytes) -> None:
        """Write one slice."""
        await self._disk.run(part.write, index, chunk)

    async def finish(self, part: PartFile, offer: Offer) -> None:
        """Check the whole and give it its name; `BookError` otherwise."""
        await self._disk.run(self._finish, part, offer)

    def _finish(self, part: PartFile, offer: Offer) -> None:
        part.finish()
        self._database.set_state(offer.digest, BookState.READY)

    async def give_up(self, part: PartFile, offer: Offer) -> None:
        """Forget a book whose content is wrong: it is not fetched again."""
        await self._disk.run(self._give_up, part, offer)

    def _give_up(self, part: PartFile, offer: Offer) -> None:
        part.discard()
        self._database.set_state(offer.digest, BookState.REFUSED)

    async def ready(self) -> tuple[Taken, ...]:
        """Return the books that stand whole in the folder, ascending."""
        return await self._disk.run(self._ready)

    def _ready(self) -> tuple[Taken, ...]:
        present = set(self._versions())
        return tuple(taken for taken in self._database.ready(self._stream) if taken.ver in present)

    async def prune(self, active: int) -> None:
        """Delete books that neither the till nor a rollback needs."""
        await self._disk.run(self._prune, active)

    def _prune(self, active: int) -> None:
        remove_books(self._folder, self._stream, superseded(self._versions(), active, self._stream))

    def _versions(self) -> tuple[int, ...]:
        return versions_in(self._folder, self._stream)
