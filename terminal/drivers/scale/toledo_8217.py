"""Driver ``toledo-8217``: a scale that answers ``W``, on ``serial:`` (real ones: 9600 7E1) or ``tcp:``.

Settings: ``reply_ms``, ``poll_ms``. The bytes are those of DEVICES §7, seen at emupos 0.4.0:

====================  =========================================================================
``W``                 asks for the weight
``02 "01.235" 0d``    it lies still: kilograms with three decimals (pounds have two)
``02 "00.500N" 0d``   the same, a tare taken off
``02 3f bits 0d``     no weight: bit 0 motion, 1 over capacity, 2 below zero, 6 command not known
====================  =========================================================================
"""

import re
from typing import Final

from terminal.drivers.scale.decoding import weight_of
from terminal.drivers.scale.driver import build_scale
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Installed
from terminal.ports.devices import DeviceSink, Weight, WeightState

_STX, _CR = b"\x02", b"\r"
_WEIGHT: Final = re.compile(rb"(?P<kilograms>\d+\.\d+)(?P<net>N?)")
_NO_WEIGHT: Final = re.compile(rb"\?(?P<bits>[\x00-\x7f])", re.DOTALL)
_STATES: Final = (
    (0x02, WeightState.OVER),
    (0x04, WeightState.UNDER),
    (0x01, WeightState.MOTION),
)
"""Bits of a status, what weighs most first: a scale in motion above its capacity is over."""
_LONGEST: Final = 32


class Toledo8217Decoder:
    """A `ScaleDecoder`."""

    question = b"W"

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[Weight]:
        """Take bytes; see `terminal.drivers.scale.decoding.ScaleDecoder`."""
        *ended, self._pending = (self._pending + data).split(_CR)
        self._pending = self._pending[-_LONGEST:]
        return [_reading(raw) for raw in ended]


def _reading(raw: bytes) -> Weight:
    """Return what stands between STX and CR; anything in front of STX is garbage, and so is the reading behind it."""
    if not raw.startswith(_STX):
        return Weight(state=WeightState.GARBLED)
    body = raw.removeprefix(_STX)
    found = _WEIGHT.fullmatch(body)
    if found is not None:
        return weight_of(found["kilograms"].decode("ascii"), net=bool(found["net"]))
    status = _NO_WEIGHT.fullmatch(body)
    bits = status["bits"][0] if status is not None else 0
    return Weight(state=next((state for bit, state in _STATES if bits & bit), WeightState.GARBLED))


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    del sink  # all that a scale reports goes through its supervisor
    return build_scale(spec, DeviceSettings(spec), Toledo8217Decoder)
