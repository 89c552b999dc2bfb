"""Time, ids and randomness come from outside, so that every run can be repeated."""

from dataclasses import dataclass
from typing import Protocol

DOUBTED = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One reading of all clocks: UTC and monotonic milliseconds, the boot that the latter belongs to, HQ's offset.

    ``hq_quality`` is the half round trip in ms of the measurement of ``hq_offset_ms``, or -1 when none was made. It is
    `DOUBTED` when the machine's clock cannot be right and HQ has not said what time it is: then ``wall_ms`` goes on
    from the last time that could be right, and ``hq_offset_ms`` is ``wall_ms`` minus the machine's time.
    """

    wall_ms: int
    mono_ms: int
    boot_id: str
    hq_offset_ms: int = 0
    hq_quality: int = -1

    @property
    def is_doubted(self) -> bool:
        """Whether nobody knows what time it is."""
        return self.hq_quality == DOUBTED

    @property
    def machine_ms(self) -> int:
        """What the machine's own clock said."""
        return self.wall_ms - self.hq_offset_ms


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
