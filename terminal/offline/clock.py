"""Time and ids of a till."""

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from terminal.domain.errors import ConfigError
from terminal.domain.ids import uuid7
from terminal.ports.clock import DOUBTED, Clock, Stamp

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
NS_PER_MS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS = 74
"""Bits of a UUIDv7 behind its time: 12 of ``rand_a``, 62 of ``rand_b`` (RFC 9562 section 5.7)."""
_STEP_BITS = 32


class HqClock(Clock, Protocol):
    """A clock that HQ's measurements correct."""

    def set_hq_time(self, zero_ms: int, quality: int) -> None:
        """Take HQ's time (UTC) at which this machine's monotonic clock stood at 0, and how good it is (ms).

        The monotonic clock is the same for all processes of a boot, and nobody turns it. Callable from any thread.
        """

    def begin_from(self, last_ms: int, *, is_known: bool) -> None:
        """Go on from the time of the last fact (0 = there is none); from now on the machine's clock may be doubted.

        ``is_known``: that time could be right, so that what is far from it cannot be.
        """


EARLIEST_MS = 1_735_689_600_000
"""2025-01-01: no clock that is right is before it; a dead battery's is."""
DAY_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Which times of a machine's clock can be right: none far from the last fact, unless somebody looked at the clock.

    ``jump_ms`` beyond the last fact at most (a till may stand for some days), and a day before it (a clock that was
    ahead and is put right). ``checked_ms`` is the day on which a technician saw that the clock is right.
    """

    jump_ms: int = 7 * DAY_MS
    checked_ms: int | None = None

    def believes(self, machine_ms: int, *, last_ms: int | None) -> bool:
        """Whether a time can be right; ``last_ms`` is that of the last fact, None when none can be believed."""
        if machine_ms < EARLIEST_MS:
            return False
        if self.checked_ms is not None and self.checked_ms <= machine_ms <= self.checked_ms + self.jump_ms:
            return True
        return last_ms is None or last_ms - DAY_MS <= machine_ms <= last_ms + self.jump_ms


class SystemClock:
    """The machine's clock, corrected by HQ's; it never goes back, unless the time before cannot have been right.

    A clock that is behind is put right at once; one that is ahead runs at half speed until it is right. A clock that
    cannot be right (`Trust`) does not count: the time goes on from the last fact, and each stamp says so.
    """

    def __init__(
        self,
        time_zone: str,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        mono_ns: Callable[[], int] = time.monotonic_ns,
        boot_id: Path = BOOT_ID,
        trust: Trust = Trust(),
    ) -> None:
        """`ConfigError` for a time zone that does not exist."""
        self._zone = zone_of(time_zone)
        self._wall_ns = wall_ns
        self._mono_ns = mono_ns
        self._boot_id = read_boot_id(boot_id)
        self._trust = trust
        self._hq: tuple[int, int] | None = None
        self._has_begun = False
        self._is_known = False
        self._last_wall_ns = wall_ns()
        self._last_mono_ns = mono_ns()

    def set_hq_time(self, zero_ms: int, quality: int) -> None:
        """See `HqClock`."""
        self._hq = (zero_ms, quality)

    def begin_from(self, last_ms: int, *, is_known: bool) -> None:
        """See `HqClock`. The thread that reads the stamps calls this."""
        self._has_begun = True
        self._is_known = is_known and last_ms > 0
        self._last_wall_ns = max(last_ms, EARLIEST_MS) * NS_PER_MS
        self._last_mono_ns = self._mono_ns()

    def stamp(self) -> Stamp:
        """Return all clocks now. One thread calls this."""
        mono_ns, machine_ns = self._mono_ns(), self._wall_ns()
        offset_ns, quality = self._correction(machine_ns, mono_ns)
        elapsed_ns = mono_ns - self._last_mono_ns
        wall_ns = machine_ns + offset_ns
        if quality == DOUBTED:
            wall_ns = self._last_wall_ns + elapsed_ns
            offset_ns = wall_ns - machine_ns
        else:
            self._is_known = True
            if self._last_wall_ns - wall_ns <= self._trust.jump_ms * NS_PER_MS:
                wall_ns = max(wall_ns, self._last_wall_ns + elapsed_ns // 2)
        self._last_wall_ns, self._last_mono_ns = wall_ns, mono_ns
        return Stamp(
            wall_ms=wall_ns // NS_PER_MS,
            mono_ms=mono_ns // NS_PER_MS,
            boot_id=self._boot_id,
            hq_offset_ms=offset_ns // NS_PER_MS,
            hq_quality=quality,
        )

    def _correction(self, machine_ns: int, mono_ns: int) -> tuple[int, int]:
        """Return what HQ's time is ahead of the machine's, and how good that is; nothing when HQ is not known."""
        if self._hq is not None:
            zero_ms, quality = self._hq
            return zero_ms * NS_PER_MS + mono_ns - machine_ns, quality
        last_ms = self._last_wall_ns // NS_PER_MS if self._is_known else None
        is_right = not self._has_begun or self._trust.believes(machine_ns // NS_PER_MS, last_ms=last_ms)
        return 0, -1 if is_right else DOUBTED

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
