"""A hostile broker can send forgeries without end; the journal and the cashier hear of each only once in a while."""

REPEAT_MS = 10 * 60_000
BURST = 20
"""Different alarms within `REPEAT_MS`."""


class AlarmGate:
    """Lets an alarm pass when it was not raised lately, and not too many others were."""

    def __init__(self) -> None:
        self._raised: dict[tuple[int, str], int] = {}

    def lets(self, version: int, code: str, *, now_ms: int) -> bool:
        """Whether to raise this alarm now (monotonic ms)."""
        self._raised = {alarm: at_ms for alarm, at_ms in self._raised.items() if now_ms - at_ms < REPEAT_MS}
        alarm = (version, code)
        if alarm in self._raised or len(self._raised) >= BURST:
            return False
        self._raised[alarm] = now_ms
        return True
