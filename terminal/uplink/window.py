"""Which rows are on their way to HQ. Pure: times come as monotonic milliseconds."""

from collections import deque
from dataclasses import dataclass

from terminal.ports.clock import Stamp
from terminal.wire.envelope import MAX_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A batch that HQ has not acknowledged: its last row and when it left."""

    last_seq: int
    sent: Stamp


class Window:
    """At most ``size`` batches are unacknowledged; HQ's cumulative acknowledgement decides everything."""

    def __init__(self, *, size: int, timeout_ms: int) -> None:
        self._size = size
        self._timeout_ms = timeout_ms
        self._flights: deque[Flight] = deque()
        self.acked = 0
        self.sent = 0
        self.limit = MAX_EVENTS
        """Rows in a batch; halved when HQ refuses one."""

    @property
    def has_room(self) -> bool:
        """Whether one more batch may leave."""
        return len(self._flights) < self._size

    @property
    def due_ms(self) -> int | None:
        """Monotonic time at which the oldest batch is overdue; None when nothing is on its way."""
        return self._flights[0].sent.mono_ms + self._timeout_ms if self._flights else None

    def resume(self, acked: int) -> None:
        """Start behind what HQ says that it has, lower or higher than what was known."""
        self.acked = acked
        self.go_back(acked)

    def go_back(self, seq: int) -> None:
        """Send again from behind ``seq``; what was on its way does not count any more."""
        self._flights.clear()
        self.sent = seq

    def left(self, last_seq: int, sent: Stamp) -> None:
        """Note a batch that was sent."""
        self.sent = last_seq
        self._flights.append(Flight(last_seq=last_seq, sent=sent))

    def acknowledged(self, acked: int) -> Flight | None:
        """Take HQ's word; return the batch that ends exactly there, for measuring the way. Old news change nothing."""
        exact = None
        if acked <= self.acked:
            return None
        self.acked = acked
        self.sent = max(self.sent, acked)
        self.limit = MAX_EVENTS
        while self._flights and self._flights[0].last_seq <= acked:
            flight = self._flights.popleft()
            exact = flight if flight.last_seq == acked else None
        return exact

    def is_overdue(self, now_ms: int) -> bool:
        """Whether HQ has been silent for too long about what was sent."""
        due_ms = self.due_ms
        return due_ms is not None and now_ms >= due_ms

    def halve(self) -> bool:
        """Make batches smaller after a refusal; return False when they were of one row already."""
        was_one = self.limit == 1
        self.limit = max(1, self.limit // 2)
        return not was_one
