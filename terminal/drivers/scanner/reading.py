"""What the decoders of scanners give: whole codes, and codes that arrived damaged."""

from dataclasses import dataclass
from typing import Final

from terminal.ports.devices import ScanFaultKind

MAX_LENGTH: Final = 512
"""Characters of a code; more is no code (DEVICES §1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCode:
    """A whole code as the scanner sent it, without its suffix; ``at_ms`` is the time stamp of the suffix."""

    text: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFault:
    """A code that arrived damaged."""

    kind: ScanFaultKind
    at_ms: int


Reading = RawCode | RawFault
