"""Time, ids and randomness come from outside, so that every run can be repeated."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One reading of all clocks: UTC and monotonic milliseconds, the boot that the latter belongs to, HQ's offset.

    ``hq_quality`` is the half round trip in ms of the measurement of ``hq_offset_ms``, or -1 when none was made.
    """

    wall_ms: int
    mono_ms: int
    boot_id: str
    hq_offset_ms: int = 0
    hq_quality: int = -1


class Clock(Protocol):
    """Reads the time."""

    def stamp(self) -> Stamp:
        """Return all clocks now."""

    def local_iso(self, wall_ms: int) -> str:
        """Return the shop's local time ``YYYY-MM-DDTHH:MM:SS`` of a UTC time in ms."""


class IdSource(Protocol):
    """Makes ids."""

    def uuid7(self, unix_ms: int) -> bytes:
        """Return 16 bytes of a new UUIDv7 of this time; ids of one source rise."""
