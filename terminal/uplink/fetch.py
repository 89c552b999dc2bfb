"""One book on its way to the disk: the part file, what of it is there, and how it becomes a book.

Every slice is named by its SHA-256 in the signed manifest, so the part file needs no notes: after a crash the slices
that are right are found again, and slices that the present book has as well are taken from it, not over the network.
"""

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from terminal.domain.errors import BookInvalidError, BookTornError
from terminal.wire.disk import file_sha256, flush
from terminal.wire.files.streams import Stream, book_name, seal_name
from terminal.wire.updates import Manifest, Refusal, chunk_length
from terminal.wire.whole import checked_rows

PART_SUFFIX = ".part"


class PartFile:
    """The file beside the books that a manifest's slices are written into. Blocking; one thread."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._stream = manifest.stream
        self._target = folder / book_name(manifest.ver, self._stream)
        self._path = _part_of(self._target)
        self._missing: set[int] = set(range(len(manifest.chunks)))

    def prepare(self, donors: Sequence[Path]) -> tuple[int, ...]:
        """Find the slices that are there already, or in other books, and return those to ask HQ for, in order."""
        if not self._path.exists():
            self._path.touch(mode=0o640)
        os.truncate(self._path, min(self._path.stat().st_size, self._manifest.size))
        self._adopt(self._path, copy=False)
        for donor in donors:
            if self._missing and donor.exists():
                self._adopt(donor, copy=True)
        return tuple(sorted(self._missing))

    def write(self, index: int, chunk: bytes) -> None:
        """Write a slice whose hash was checked."""
        with self._path.open("r+b") as file:
            file.seek(index * self._manifest.chunk_size)
            file.write(chunk)
        self._missing.discard(index)

    def finish(self) -> None:
        """Check the whole book and give it its name, durably; raises `BookError` and leaves the present books alone."""
        if self._missing:
            raise BookTornError(f"{len(self._missing)} slices are missing", code=Refusal.TRUNCATED)
        if file_sha256(self._path) != self._manifest.sha256:
            raise BookTornError("the whole differs from its slices", code=Refusal.FLIPPED)
        rows = checked_rows(self._path, self._stream)
        if rows != self._manifest.rows:
            raise BookInvalidError(f"{rows} rows, signed were {self._manifest.rows}")
        flush(self._path)
        self._write_seal()
        self._path.replace(self._target)
        flush(self._folder)

    def discard(self) -> None:
        """Remove what was fetched."""
        self._path.unlink(missing_ok=True)

    def _write_seal(self) -> None:
        seal = self._folder / seal_name(self._manifest.ver, self._stream)
        part = _part_of(seal)
        part.write_text(f"{self._manifest.sha256.hex()}  {self._target.name}\n", encoding="ascii")
        flush(part)
        part.replace(seal)

    def _adopt(self, source: Path, *, copy: bool) -> None:
        with source.open("rb") as file:
            for index in sorted(self._missing):
                file.seek(index * self._manifest.chunk_size)
                chunk = file.read(chunk_length(self._manifest, index))
                if hashlib.sha256(chunk).digest() != self._manifest.chunks[index]:
                    continue
                if copy:
                    self.write(index, chunk)
                self._missing.discard(index)


def _part_of(path: Path) -> Path:
    """Return the name that a file has until it is whole."""
    return path.with_name(f".{path.name}{PART_SUFFIX}")


def has_book(folder: Path, manifest: Manifest) -> bool:
    """Whether the book of a manifest stands whole in the folder."""
    path = folder / book_name(manifest.ver, manifest.stream)
    return path.exists() and file_sha256(path) == manifest.sha256


def remove_books(folder: Path, stream: Stream, versions: Sequence[int]) -> None:
    """Delete books that are not needed any more; a reader that has one open keeps it until it closes it."""
    for version in versions:
        for name in (book_name(version, stream), seal_name(version, stream)):
            with contextlib.suppress(FileNotFoundError):
                (folder / name).unlink()


def remove_stale_parts(folder: Path, stream: Stream, *, keep: int) -> None:
    """Delete what an earlier, overtaken download of a stream left."""
    kept = _part_of(folder / book_name(keep, stream))
    stem, _, _ = kept.name.partition("-")
    for path in folder.glob(f"{stem}-*{PART_SUFFIX}"):
        if path != kept:
            path.unlink(missing_ok=True)
