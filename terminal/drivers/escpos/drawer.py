"""One pulse for the cash drawer at the printer, and what its sensor says of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import DeviceError
from terminal.drivers.escpos.conversation import Conversation
from terminal.drivers.escpos.encoder import pulse_command, real_time_pulse
from terminal.drivers.escpos.options import DrawerOptions
from terminal.drivers.links.byte_link import PARTLY_TAKEN
from terminal.ports.devices import DrawerResult

_PIN_HIGH: Final = 0x04  # DLE EOT 1, bit 2
_OFFLINE: Final = 0x08  # DLE EOT 1, bit 3
_LOOK_S: Final = 0.05
_STALL_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseEnd:
    """What became of a pulse; ``broken``: half of it was taken, or the link is lost."""

    result: DrawerResult
    detail: str = ""
    broken: bool = False


def is_open(options: DrawerOptions, *, pin_high: bool) -> bool | None:
    """Return what the sensor means; None without a sensor, which is never "closed"."""
    return None if options.sensor == "none" else pin_high == (options.sensor == "high")


class DrawerPulse:
    """Opens the drawer once."""

    def __init__(
        self,
        talk: Conversation,
        options: DrawerOptions,
        *,
        asks_status: bool,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._talk = talk
        self._options = options
        self._asks_status = asks_status
        self._clock = clock
        self._pause = pause

    def run(self, prefix: bytes) -> PulseEnd:
        """Send one pulse after ``prefix`` and look whether it opened; never raises for a device."""
        try:
            refusal = self._refusal()
        except DeviceError as error:
            return PulseEnd(result=DrawerResult.FAILED, detail=error.code, broken=True)
        if refusal:
            return PulseEnd(result=DrawerResult.FAILED, detail=refusal)
        written = self._talk.send(prefix + self._command(), stall_s=_STALL_S)
        if written.error is not None:
            begun = written.taken or written.error.code == PARTLY_TAKEN
            result = DrawerResult.UNKNOWN if begun else DrawerResult.FAILED
            return PulseEnd(result=result, detail=written.error.code, broken=True)
        return self._sense()

    def _refusal(self) -> str:
        """Return why not to send it: an offline printer keeps ESC p and opens the drawer when nobody expects it."""
        if not self._asks_status or self._options.pulse == "real_time":
            return ""
        answer = self._talk.ask_status(1)
        if answer is None:
            return "no_answer"
        if not answer & _OFFLINE:
            return ""
        status = self._talk.status()
        return (status.problem if status else "") or "offline"

    def _command(self) -> bytes:
        if self._options.pulse == "real_time":
            return real_time_pulse(connector=self._options.connector, on_ms=self._options.on_ms)
        return pulse_command(connector=self._options.connector, on_ms=self._options.on_ms, off_ms=self._options.off_ms)

    def _sense(self) -> PulseEnd:
        """Look at the sensor until it says open; silence is unknown, never closed."""
        if self._options.sensor == "none" or not self._asks_status:
            return PulseEnd(result=DrawerResult.PULSED)
        deadline = self._clock() + self._options.sense_s
        answer: int | None = None
        while True:
            try:
                answer = self._talk.ask_status(1)
            except DeviceError as error:
                return PulseEnd(result=DrawerResult.UNKNOWN, detail=error.code, broken=True)
            if answer is not None and is_open(self._options, pin_high=bool(answer & _PIN_HIGH)):
                return PulseEnd(result=DrawerResult.OPENED)
            if self._clock() >= deadline:
                break
            self._pause(_LOOK_S)
        return (
            PulseEnd(result=DrawerResult.STUCK)
            if answer is not None
            else PulseEnd(result=DrawerResult.UNKNOWN, detail="no_answer")
        )
