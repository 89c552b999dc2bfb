"""What decoders of scales have in common: kilograms to grams, and the face that they show the engine (sans-IO)."""

import re
from typing import Final, Protocol

from terminal.ports.devices import Weight, WeightState

_KILOGRAMS: Final = re.compile(r"(\d{1,4})\.(\d{3})", re.ASCII)
GRAMS_PER_KG: Final = 1000


class ScaleDecoder(Protocol):
    """Turns the bytes of one dialect into readings. ``question`` is what asks for one; empty: they come by themselves.

    A new decoder knows of no earlier bytes.
    """

    @property
    def question(self) -> bytes:
        """What asks for a reading."""

    def feed(self, data: bytes) -> list[Weight]:
        """Take bytes, cut anywhere, and return the readings that they completed."""


def weight_of(text: str, *, net: bool = False) -> Weight:
    """Return the reading of kilograms with three decimals; any other number is no weight that may be billed."""
    found = _KILOGRAMS.fullmatch(text)
    if found is None:
        return Weight(state=WeightState.WRONG_UNIT)
    grams = int(found[1]) * GRAMS_PER_KG + int(found[2])
    return Weight(state=WeightState.STABLE, grams=grams, net=net)
