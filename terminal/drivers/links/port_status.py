"""The port status byte of a USB printer (USB printer class 1.1 §4.2.2), as usblp and GET_PORT_STATUS give it."""

from typing import Final

_NO_PAPER: Final = 0x20
_SELECTED: Final = 0x10
_NO_ERROR: Final = 0x08


def decode_port_status(status: int) -> str:
    """Return ``paper_out``, ``printer_error``, ``offline``, or ``""`` when all three bits are fine."""
    if status & _NO_PAPER:
        return "paper_out"
    if not status & _NO_ERROR:
        return "printer_error"
    return "" if status & _SELECTED else "offline"
