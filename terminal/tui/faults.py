"""Counts the screen's own errors: it survives each, and gives up when they come too fast."""

from collections import deque

LIMIT = 5
WINDOW_S = 10.0


class FaultCounter:
    """Errors of the last `WINDOW_S` seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self.count = 0
        self.last = ""

    def add(self, error: BaseException, *, now_s: float) -> bool:
        """Note an error; return whether it is one too many (more than `LIMIT` in `WINDOW_S`)."""
        self.count += 1
        self.last = f"{type(error).__name__}: {error}"[:200]
        self._times.append(now_s)
        while self._times and now_s - self._times[0] > WINDOW_S:
            self._times.popleft()
        return len(self._times) > LIMIT
