"""``usblp:/dev/usb/lp0``: the kernel's printer driver, which owns the USB device and does its flow control."""

import array
import fcntl
import os
from typing import Final

from terminal.drivers.links.address import UsblpAddress
from terminal.drivers.links.descriptor import DescriptorLink, mapped_errors
from terminal.drivers.links.port_status import decode_port_status

_LPGETSTATUS: Final = 0x060B  # linux/lp.h: fills one int with the port status byte


class UsblpLink(DescriptorLink):
    """The printer's bytes, and the three bits that the kernel reads from its USB class status."""

    def port_problem(self) -> str:
        """Return what the kernel says of the printer; see `ByteLink.port_problem`."""
        status = array.array("i", [0])
        try:
            fcntl.ioctl(self.fileno(), _LPGETSTATUS, status, True)
        except OSError:
            return ""
        return decode_port_status(status[0])


def open_usblp(address: UsblpAddress) -> UsblpLink:
    """Open the printer; the kernel refuses a second process with EBUSY."""
    with mapped_errors(address.path):
        fd = os.open(address.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    return UsblpLink(fd, what=address.path, release=lambda: os.close(fd), end_is_gone=False)
