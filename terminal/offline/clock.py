"""Time and ids of a till."""

import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from terminal.domain.errors import ConfigError
from terminal.domain.ids import uuid7
from terminal.ports.clock import Clock, Stamp

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
NS_PER_MS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS = 74
"""Bits of a UUIDv7 behind its time: 12 of ``rand_a``, 62 of ``rand_b`` (RFC 9562 section 5.7)."""
_STEP_BITS = 32


class HqClock(Clock, Protocol):
    """A clock that HQ's measurements correct."""

    def set_hq_offset(self, offset_ms: int, quality: int) -> None:
        """Take HQ's time minus ours, and half the round trip of the measurement (ms). Callable from any thread."""


class SystemClock:
    """The machine's clock, corrected by HQ's offset; within a process it never goes back.

    A clock that is behind is put right at once; one that is ahead runs at half speed until it is right.
    """

    def __init__(
        self,
        time_zone: str,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        mono_ns: Callable[[], int] = time.monotonic_ns,
        boot_id: Path = BOOT_ID,
    ) -> None:
        """`ConfigError` for a time zone that does not exist."""
        self._zone = zone_of(time_zone)
        self._wall_ns = wall_ns
        self._mono_ns = mono_ns
        self._boot_id = read_boot_id(boot_id)
        self._hq = (0, -1)
        self._last_wall_ns = wall_ns()
        self._last_mono_ns = mono_ns()

    def set_hq_offset(self, offset_ms: int, quality: int) -> None:
        """Take HQ's time minus the machine's, and half the round trip of the measurement (ms)."""
        self._hq = (offset_ms, quality)

    def stamp(self) -> Stamp:
        """Return all clocks now. One thread calls this."""
        offset_ms, quality = self._hq
        mono_ns = self._mono_ns()
        slowest_ns = self._last_wall_ns + (mono_ns - self._last_mono_ns) // 2
        wall_ns = max(self._wall_ns() + offset_ms * NS_PER_MS, slowest_ns)
        self._last_wall_ns, self._last_mono_ns = wall_ns, mono_ns
        return Stamp(
            wall_ms=wall_ns // NS_PER_MS,
            mono_ms=mono_ns // NS_PER_MS,
            boot_id=self._boot_id,
            hq_offset_ms=offset_ms,
            hq_quality=quality,
        )

    def local_iso(self, wall_ms: int) -> str:
        """Return the shop's local time ``YYYY-MM-DDTHH:MM:SS`` of a UTC time in ms."""
        return local_iso(wall_ms, self._zone)


class SystemIds:
    """UUIDv7 that rise, also within a millisecond and when the time stands (RFC 9562 section 6.2, method 2)."""

    def __init__(self, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._random_bits = random_bits
        self._ms = -1
        self._tail = 0

    def uuid7(self, unix_ms: int) -> bytes:
        """Return 16 bytes of a new UUIDv7 of this time, or of the last one's when that was later."""
        if unix_ms > self._ms:
            self._ms, self._tail = unix_ms, self._random_bits(_TAIL_BITS - 1)
        else:
            self._tail += 1 + self._random_bits(_STEP_BITS)
            if self._tail >> _TAIL_BITS:
                self._ms, self._tail = self._ms + 1, self._random_bits(_TAIL_BITS - 1)
        high, low = divmod(self._tail, 1 << 62)
        return uuid7(unix_ms=self._ms, random=high.to_bytes(2, "big") + low.to_bytes(8, "big"))


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; `ConfigError` when there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"there is no time zone {name!r}", hint="a name like Asia/Shanghai") from error


def local_iso(wall_ms: int, zone: ZoneInfo) -> str:
    """Return the local time ``YYYY-MM-DDTHH:MM:SS`` of a UTC time in ms."""
    return _local_second(wall_ms // 1000, zone)


@lru_cache(maxsize=16)
def _local_second(wall_s: int, zone: ZoneInfo) -> str:
    """A scan asks several times a second, and the answer is the same."""
    return (_EPOCH + timedelta(seconds=wall_s)).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def read_boot_id(path: Path) -> str:
    """Return the kernel's id of this boot, or one of this process where there is none: mono_ms counts within it."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid.uuid4())
