"""A cash drawer at the printer's kick-out connector."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kick:
    """One pulse: connector pin 2 or 5, times in milliseconds; real-time pulses came by DLE DC4."""

    pin: int
    on_ms: int
    off_ms: int
    real_time: bool = False


class Drawer:
    """Open or closed, with or without a sensor, of either polarity. It opens by a pulse on its pin, or by its key.

    ``sensor`` False: pin 3 stays low. ``high_when_open`` is the polarity. ``stuck``: pulses do not open it.
    """

    def __init__(self, *, pin: int = 2, sensor: bool = True, high_when_open: bool = True) -> None:
        self._pin = pin
        self.sensor = sensor
        self.high_when_open = high_when_open
        self.stuck = False
        self.is_open = False
        self.kicks: list[Kick] = []

    @property
    def pin3_high(self) -> bool:
        """What the printer sees at its connector."""
        return self.sensor and self.is_open == self.high_when_open

    def kick(self, kick: Kick) -> None:
        """A pulse from the printer."""
        self.kicks.append(kick)
        if kick.pin == self._pin and kick.on_ms and not self.stuck:
            self.is_open = True
