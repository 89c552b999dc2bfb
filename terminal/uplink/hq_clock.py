"""How far our clock is from HQ's, measured in every acknowledgement."""

from terminal.ports.clock import Clock, Stamp

KEEP_MS = 10 * 60_000
"""A good measurement is believed for this long before a worse one replaces it."""


class HqClock:
    """Keeps the measurement with the shortest way: HQ's true time is within ± ``quality_ms`` of it.

    ``zero_ms`` is HQ's time at which the monotonic clock stood at 0: our own clock may be turned meanwhile.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.zero_ms = 0
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
        self.zero_ms = hq_ms - (sent.mono_ms + quality_ms)
        self.quality_ms = quality_ms
        self._measured_ms = received.mono_ms

    @property
    def offset_ms(self) -> int:
        """HQ's time minus ours now."""
        return self.now_ms() - self._clock.stamp().wall_ms if self.quality_ms >= 0 else 0

    def now_ms(self) -> int:
        """Return HQ's time, UTC, as well as we know it."""
        now = self._clock.stamp()
        return self.zero_ms + now.mono_ms if self.quality_ms >= 0 else now.wall_ms
