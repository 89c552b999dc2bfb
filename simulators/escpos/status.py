"""The status bytes of an ESC/POS printer, from its condition.

Source: Epson ESC/POS command reference; Partner RP-330, Citizen iDP-3221, Sewoo WTP-150, Bixolon SRP-350 and Ithaca
manuals, pages on DLE EOT, GS r and GS a.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What the sensors say and which error stands."""

    near_end: bool = False
    paper_out: bool = False
    cover_open: bool = False
    cutter_error: bool = False
    unrecoverable: bool = False
    head_hot: bool = False
    pin3_high: bool = False

    @property
    def offline(self) -> bool:
        """Whether it prints nothing now."""
        return self.paper_out or self.cover_open or self.in_error

    @property
    def in_error(self) -> bool:
        """Whether an error stands, recoverable or not."""
        return self.cutter_error or self.unrecoverable or self.head_hot


def real_time_status(number: int, now: Condition) -> int:
    """The answer to DLE EOT ``number`` (1-4), with bits 1 and 4 fixed (``& 93h == 12h``).

    1 printer: bit 2 drawer pin 3 high, 3 offline; 2 offline cause: 2 cover, 5 paper end, 6 error;
    3 error: 3 cutter, 5 unrecoverable, 6 recovers by itself (head hot); 4 paper: 2 and 3 near end, 5 and 6 end.
    """
    bits = {
        1: now.pin3_high << 2 | now.offline << 3,
        2: now.cover_open << 2 | now.paper_out << 5 | now.in_error << 6,
        3: now.cutter_error << 3 | now.unrecoverable << 5 | now.head_hot << 6,
        4: (now.near_end or now.paper_out) * 0x0C | now.paper_out * 0x60,
    }
    return 0x12 | bits[number]


def buffered_status(number: int, now: Condition) -> int | None:
    """The answer to GS r ``number``: 1 or 49 paper (bits 0, 1 near end, 2, 3 end), 2 or 50 drawer (bit 0 pin 3)."""
    match number:
        case 1 | 49:
            return (now.near_end or now.paper_out) * 0x03 | now.paper_out * 0x0C
        case 2 | 50:
            return int(now.pin3_high)
        case _:
            return None


def automatic_status(now: Condition) -> bytes:
    """The four bytes of Automatic Status Back.

    1: bit 4 fixed, 2 drawer pin 3, 3 offline, 5 cover; 2: 3 cutter, 5 unrecoverable, 6 recovers by itself;
    3: 0 and 1 near end, 2 and 3 end; 4: 0.
    """
    first = 0x10 | now.pin3_high << 2 | now.offline << 3 | now.cover_open << 5
    second = now.cutter_error << 3 | now.unrecoverable << 5 | now.head_hot << 6
    third = (now.near_end or now.paper_out) * 0x03 | now.paper_out * 0x0C
    return bytes((first, second, third, 0))


def reported_part(enabled: int, status: bytes) -> bytes:
    """The part of the four bytes whose change is reported by GS a n: bit 0 drawer, 1 offline, 2 error, 3 paper."""
    first = (0x04 if enabled & 1 else 0) | (0x28 if enabled & 2 else 0)
    masks = (first, 0xFF if enabled & 4 else 0, 0xFF if enabled & 8 else 0, 0)
    return bytes(byte & mask for byte, mask in zip(status, masks, strict=True))
