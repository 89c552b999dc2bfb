"""How far our clock is from HQ's, measured in every acknowledgement."""

from terminal.ports.clock import Stamp

KEEP_MS = 10 * 60_000
"""A good measurement is believed for this long before a worse one replaces it."""


class HqClock:
    """Keeps the measurement with the shortest way: the true offset is within ± ``quality_ms`` of it."""

    def __init__(self) -> None:
        self.offset_ms = 0
        self.quality_ms = -1
        self._measured_ms = 0

    def measured(self, *, hq_ms: int, sent: Stamp, received: Stamp) -> None:
        """Take one exchange: HQ's time lies between our sending and receiving, half of the round trip each."""
        quality_ms = (received.mono_ms - sent.mono_ms) // 2
        is_stale = received.mono_ms - self._measured_ms > KEEP_MS
        if self.quality_ms >= 0 and quality_ms > self.quality_ms and not is_stale:
            return
        self.offset_ms = hq_ms - (sent.wall_ms + quality_ms)
        self.quality_ms = quality_ms
        self._measured_ms = received.mono_ms

    def now_ms(self, stamp: Stamp) -> int:
        """Return HQ's time of a reading of our clocks."""
        return stamp.wall_ms + self.offset_ms
