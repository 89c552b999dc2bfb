"""A file that only takes room: thrown away, it lets a full disk take the sale at hand.

A database on a full disk refuses even deletes (measured: UPLINK.md, "SQLite").
"""

import os
from contextlib import suppress
from pathlib import Path

from terminal.wire.disk import flush

NAME = "ballast"
SPARE = 4
"""The ballast is laid down while the disk has this many times its size left."""


class Ballast:
    """One ballast file of a folder."""

    def __init__(self, folder: Path, size: int) -> None:
        self._path = folder / NAME
        self._size = size
        self._lies = self._is_whole()

    @property
    def lies(self) -> bool:
        """Whether it is there whole (or none is wanted), as `lay` found it; if not, the disk is nearly full."""
        return self._lies

    def lay(self) -> bool:
        """Lay it down if it is not there and there is room enough; say whether it lies."""
        self._lies = self._is_whole()
        if not self._lies and self._room() >= SPARE * self._size:
            with suppress(OSError), self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
                os.fsync(file.fileno())
            self._lies = self._is_whole()
        return self._lies

    def drop(self) -> bool:
        """Throw it away to make room; False if there was none."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        self._lies = False
        flush(self._path.parent)
        return True

    def _is_whole(self) -> bool:
        return self._size == 0 or (self._path.exists() and self._path.stat().st_size >= self._size)

    def _room(self) -> int:
        stat = os.statvfs(self._path.parent)
        return stat.f_bavail * stat.f_frsize
