"""The talk with one scale over a blocking link. Only the device's own thread calls it.

A weight is billed, so it has to be of now: what came before the question is thrown away, an answer that comes too late
is waited for and thrown away, and goods lie still only when two readings, the second asked for after the first, agree.
That also catches a digit that noise has changed, and a scale that is one answer behind.
"""

import time
from collections.abc import Callable
from typing import Final

from terminal.domain.errors import DeviceAbsentError
from terminal.drivers.links.byte_link import ByteLink, write_all
from terminal.drivers.scale.decoding import ScaleDecoder
from terminal.ports.devices import Weight, WeightState

WRITE_S: Final = 0.5
LATE_S: Final = 1.0
"""How long an answer that did not come in time is waited for before anything else is asked."""
MOST_READS: Final = 64
"""Reads of what came unasked: a line that never falls silent is no answer, and nobody waits for its end."""
_SILENT: Final = Weight(state=WeightState.SILENT)
_MOTION: Final = Weight(state=WeightState.MOTION)


class ScaleEngine:
    """One scale. ``reply_s`` is how old an answer may be."""

    def __init__(
        self,
        open_link: Callable[[], ByteLink],
        new_decoder: Callable[[], ScaleDecoder],
        *,
        reply_s: float,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_link = open_link
        self._new_decoder = new_decoder
        self._reply_s = reply_s
        self._now_s = now_s
        self._link: ByteLink | None = None
        self._is_owed = False

    def open(self) -> None:
        """Open the link; raises `DeviceError`."""
        self._link = self._open_link()
        self._is_owed = False

    def close(self) -> None:
        """Close the link if it is open; never raises."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def look(self) -> Weight:
        """Ask once, to see whether it answers; raises `DeviceError` when the link is lost."""
        return self._ask()

    def weigh(self) -> Weight:
        """Return what lies there now; raises `DeviceError` when the link is lost."""
        first = self._ask()
        if first.state is not WeightState.STABLE:
            return first
        second = self._ask()
        return _MOTION if second.state is WeightState.STABLE and second != first else second

    def _ask(self) -> Weight:
        link = self._link
        if link is None:
            raise DeviceAbsentError
        self._forget(link)
        decoder = self._new_decoder()
        if decoder.question:
            written = write_all(link, decoder.question, timeout_s=WRITE_S)
            if written.error is not None:
                raise written.error
        weight = self._heard(link, decoder, until_s=self._now_s() + self._reply_s)
        self._is_owed = weight is None and bool(decoder.question)
        return _SILENT if weight is None else weight

    def _heard(self, link: ByteLink, decoder: ScaleDecoder, *, until_s: float) -> Weight | None:
        """Return the first reading that comes in time."""
        while (left_s := until_s - self._now_s()) > 0:
            readings = decoder.feed(link.read(timeout_s=left_s))
            if readings:
                return readings[0]
        return None

    def _forget(self, link: ByteLink) -> None:
        """Throw away what came unasked, and the answer that is owed, if it comes at all."""
        if self._is_owed:
            self._heard(link, self._new_decoder(), until_s=self._now_s() + LATE_S)
        for _ in range(MOST_READS):
            if not link.read(timeout_s=0):
                return
