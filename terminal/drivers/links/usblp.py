"""``usblp:/dev/usb/lp0``: the kernel's printer driver, which owns the USB device and does its flow control."""

import array
import fcntl
import os
from typing import Final

from terminal.drivers.links.address import UsblpAddress
from terminal.drivers.links.descriptor import DescriptorLink, mapped_errors

_LPGETSTATUS: Final = 0x060B  # linux/lp.h: fills one int with the port status byte
_NO_PAPER: Final = 0x20
_SELECTED: Final = 0x10
_NO_ERROR: Final = 0x08


class UsblpLink(DescriptorLink):
    """The printer's bytes, and the three bits that the kernel reads from its USB class status."""

    def port_problem(self) -> str | None:
        """Return ``paper_out``, ``offline``, ``printer_error``, or ``""`` for fine; None when it does not say."""
        status = array.array("i", [0])
        try:
            fcntl.ioctl(self.fileno(), _LPGETSTATUS, status, True)
        except OSError:
            return None
        return decode_port_status(status[0])


def decode_port_status(status: int) -> str:
    """Return what a port status byte says (USB printer class 1.1 §4.2.2): bit 5 no paper, 4 selected, 3 no error."""
    if status & _NO_PAPER:
        return "paper_out"
    if not status & _NO_ERROR:
        return "printer_error"
    return "" if status & _SELECTED else "offline"


def open_usblp(address: UsblpAddress) -> UsblpLink:
    """Open the printer; the kernel refuses a second process with EBUSY."""
    with mapped_errors(address.path):
        fd = os.open(address.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    return UsblpLink(fd, what=address.path, release=lambda: os.close(fd), end_is_gone=False)
