"""A clock that another process sets: lab builds only, so that a replay sells at the times of its data."""

import mmap
import os
import struct
import time
from pathlib import Path

from terminal.domain.errors import ConfigError
from terminal.offline.clock import NS_PER_MS, local_iso, zone_of
from terminal.ports.clock import Stamp

_TIME = struct.Struct(">Q")


class FileClock:
    """Reads UTC in ms from 8 bytes (big endian) of a file that its maker keeps setting; it never goes back."""

    def __init__(self, path: Path, time_zone: str) -> None:
        """`ConfigError` when there is no such file, or it is too short."""
        self._zone = zone_of(time_zone)
        self._last_ms = 0
        try:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                self._memory = mmap.mmap(descriptor, _TIME.size, prot=mmap.PROT_READ)
            finally:
                os.close(descriptor)
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path}: no clock of a lab: {error}") from error

    def set_hq_time(self, zero_ms: int, quality: int) -> None:
        """The injected time stays what it is."""

    def begin_from(self, last_ms: int, *, is_known: bool) -> None:
        """Nothing that is injected is doubted."""

    def stamp(self) -> Stamp:
        """Return the injected time, and the machine's monotonic clock."""
        (wall_ms,) = _TIME.unpack_from(self._memory)
        self._last_ms = max(self._last_ms, wall_ms)
        return Stamp(
            wall_ms=self._last_ms,
            mono_ms=time.monotonic_ns() // NS_PER_MS,
            boot_id="lab",
        )

    def local_iso(self, wall_ms: int) -> str:
        """Return the shop's local time ``YYYY-MM-DDTHH:MM:SS`` of a UTC time in ms."""
        return local_iso(wall_ms, self._zone)


class ClockFile:
    """The other side: makes the file and sets the time."""

    def __init__(self, path: Path, wall_ms: int) -> None:
        path.write_bytes(_TIME.pack(wall_ms))
        descriptor = os.open(path, os.O_RDWR)
        try:
            self._memory = mmap.mmap(descriptor, _TIME.size)
        finally:
            os.close(descriptor)

    def set(self, wall_ms: int) -> None:
        """Set the time."""
        _TIME.pack_into(self._memory, 0, wall_ms)
