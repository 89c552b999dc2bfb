r"""Driver ``continuous-scale``: a scale that sends its weight all the time, a line each, on ``serial:`` or ``tcp:``.

Not verified: no such scale, and no trustworthy code for one, was at hand. What a line looks like is a setting: a
regular expression ``pattern`` with the groups ``weight`` (kilograms with three decimals, blanks left out), ``stable``
(not empty when the goods lie still) and, if the scale says so, ``net``, ``under``, ``over`` and ``unit``. The default
is what CAS and ACS are said to send: ``ST,GS,+  1.234kg``. Other settings: ``reply_ms``, ``poll_ms``.
"""

import re
from collections.abc import Mapping
from typing import Final

from terminal.domain.errors import ConfigError
from terminal.drivers.scale.decoding import weight_of
from terminal.drivers.scale.driver import build_scale
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Installed
from terminal.ports.devices import DeviceSink, Weight, WeightState

DEFAULT: Final = (
    r"(?:(?P<stable>ST)|US|(?P<over>OL)),(?:GS|(?P<net>NT)),(?:\+|(?P<under>-))? *(?P<weight>[\d.]+) *(?P<unit>kg)"
)
_LINE_END: Final = re.compile(rb"[\r\n]+")
_LONGEST: Final = 64
_NEEDED: Final = frozenset({"weight", "stable"})


class ContinuousDecoder:
    """A `ScaleDecoder`. The first line after it is made may have begun before: it is left out."""

    question = b""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self._pending = b""
        self._is_whole = False

    def feed(self, data: bytes) -> list[Weight]:
        """Take bytes; see `terminal.drivers.scale.decoding.ScaleDecoder`."""
        *ended, self._pending = _LINE_END.split(self._pending + data)
        self._pending = self._pending[-_LONGEST:]
        whole = ended if self._is_whole else ended[1:]
        self._is_whole = self._is_whole or bool(ended)
        return [self._reading(raw) for raw in whole if raw]

    def _reading(self, raw: bytes) -> Weight:
        found = self._pattern.fullmatch(raw.decode("ascii", "replace").strip())
        if found is None:
            return Weight(state=WeightState.GARBLED)
        said: Mapping[str, str | None] = found.groupdict()
        if said.get("over"):
            return Weight(state=WeightState.OVER)
        if not said["stable"]:
            return Weight(state=WeightState.MOTION)
        weight = weight_of((said["weight"] or "").replace(" ", ""), net=bool(said.get("net")))
        if said.get("unit", "kg") != "kg":
            return Weight(state=WeightState.WRONG_UNIT)
        return Weight(state=WeightState.UNDER) if said.get("under") and weight.grams else weight


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    del sink  # all that a scale reports goes through its supervisor
    settings = DeviceSettings(spec)
    pattern = _pattern(spec.name, settings.text("pattern", DEFAULT, longest=400))
    return build_scale(spec, settings, lambda: ContinuousDecoder(pattern))


def _pattern(device: str, text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text, re.ASCII)
    except re.error as error:
        raise ConfigError(f"device {device}: pattern: {error}") from error
    missing = _NEEDED - pattern.groupindex.keys()
    if missing:
        raise ConfigError(f"device {device}: pattern lacks the group {' and '.join(sorted(missing))}")
    return pattern
