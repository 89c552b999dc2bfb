"""What a printer answers: real-time status bytes, process ids, automatic status; and what they mean (sans-IO).

Source: Epson ESC/POS reference, DLE EOT, GS r, GS a, GS ( H; Partner RP-330, Citizen iDP-3221, Bixolon SRP-350 agree.
"""

from dataclasses import dataclass
from typing import Final

_PROCESS_ID_BYTES: Final = 7  # 37 22 d1 d2 d3 d4 00
_AUTOMATIC_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class RealTimeStatus:
    """The answer to DLE EOT n: fixed bits 1 and 4 set, 0 and 7 clear (``b & 93h == 12h``)."""

    byte: int


@dataclass(frozen=True, slots=True)
class PaperSensor:
    """The answer to GS r: bits 4 and 7 clear. It comes after all that was sent before it was processed."""

    byte: int


@dataclass(frozen=True, slots=True)
class ProcessId:
    """The answer to GS ( H fn 48: all that was sent before this id was processed."""

    mark: bytes


Reply = RealTimeStatus | PaperSensor | ProcessId


class ReplyParser:
    """Cuts what a printer sends into replies; automatic status (GS a) and bytes that are no reply are left out."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[Reply]:
        """Take bytes, cut anywhere."""
        self._tail += data
        found: list[Reply] = []
        while self._tail:
            length = _length(self._tail)
            if len(self._tail) < length:
                break
            reply = _reply(self._tail[:length])
            self._tail = self._tail[length:]
            if reply is not None:
                found.append(reply)
        return found

    def reset(self) -> None:
        """Forget half a reply."""
        self._tail = b""


def _length(data: bytes) -> int:
    if data[0] == 0x37 and (len(data) == 1 or data[1] == 0x22):
        return _PROCESS_ID_BYTES
    if data[0] & 0x93 == 0x10 and all(byte & 0x90 == 0 for byte in data[1:_AUTOMATIC_BYTES]):
        return _AUTOMATIC_BYTES
    return 1


def _reply(data: bytes) -> Reply | None:
    if len(data) == _PROCESS_ID_BYTES:
        return ProcessId(data[2:6])
    if len(data) == 1 and data[0] & 0x93 == 0x12:
        return RealTimeStatus(data[0])
    if len(data) == 1 and data[0] & 0x90 == 0:
        return PaperSensor(data[0])
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """The sensors, from the four answers to DLE EOT 1…4.

    ``drawer_high``: pin 3 of the drawer connector. What high means depends on the drawer.
    """

    drawer_high: bool
    offline: bool
    cover_open: bool
    paper_out: bool
    near_end: bool
    mechanical_error: bool
    cutter_error: bool
    unrecoverable: bool
    overheated: bool
    other_error: bool

    @property
    def problem(self) -> str:
        """The code of what keeps it from printing, the one to be dealt with first; ``""`` when nothing does."""
        ranked = (
            ("unrecoverable", self.unrecoverable),
            ("cover_open", self.cover_open),
            ("paper_out", self.paper_out),
            ("cutter_error", self.cutter_error),
            ("overheated", self.overheated),
            ("printer_error", self.mechanical_error or self.other_error),
            ("offline", self.offline),
        )
        return next((code for code, stands in ranked if stands), "")

    @property
    def detail(self) -> str:
        """The code for people: the problem, else ``near_end``, else nothing."""
        return self.problem or ("near_end" if self.near_end else "")


def printer_status(printer: int, cause: int, error: int, paper: int) -> PrinterStatus:
    """Return what four valid answers say: to DLE EOT 1 (printer), 2 (offline cause), 3 (error), 4 (paper)."""
    return PrinterStatus(
        drawer_high=bool(printer & 0x04),
        offline=bool(printer & 0x08),
        cover_open=bool(cause & 0x04),
        paper_out=bool(cause & 0x20 or paper & 0x60),
        other_error=bool(cause & 0x40),
        mechanical_error=bool(error & 0x04),
        cutter_error=bool(error & 0x08),
        unrecoverable=bool(error & 0x20),
        overheated=bool(error & 0x40),
        near_end=bool(paper & 0x0C),
    )
