"""How far our clock is from HQ's, measured in every acknowledgement."""

from terminal.ports.clock import Clock, Stamp

KEEP_MS = 10 * 60_000
"""A good measurement is believed for this long before a worse one replaces it."""


class HqClock:
    """Keeps the measurement with the shortest way: the true offset is within ± ``quality_ms`` of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset_ms = 0
        self.quality_ms = -1
        self._measured_ms = 0

    def stamp(self) -> Stamp:
        """Return our own clocks now, uncorrected."""
        return self._clock.stamp()

    def measured(self, *, hq_ms: int, sent: Stamp) -> None:
        """Take an answer that came now: HQ's time lies between our sending and this moment, half of the way each."""
        received = self._clock.stamp()
        quality_ms = (received.mono_ms - sent.mono_ms) // 2
        is_stale = received.mono_ms - self._measured_ms > KEEP_MS
        if self.quality_ms >= 0 and quality_ms > self.quality_ms and not is_stale:
            return
        self.offset_ms = hq_ms - (sent.wall_ms + quality_ms)
        self.quality_ms = quality_ms
        self._measured_ms = received.mono_ms

    def now_ms(self) -> int:
        """Return HQ's time, UTC, as well as we know it."""
        return self._clock.stamp().wall_ms + self.offset_ms
