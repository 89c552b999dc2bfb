"""``pipe:/path``: a FIFO of 24-byte input events, read as a keyboard is or written as a sounder is."""

import os
import stat

from terminal.domain.errors import DeviceError
from terminal.drivers.links.address import PipeAddress
from terminal.drivers.links.descriptor import DescriptorLink, mapped_errors


def open_pipe(address: PipeAddress) -> DescriptorLink:
    """Open a FIFO for both directions: read-only it would poll POLLHUP for ever once its writer has gone."""
    with mapped_errors(address.path):
        if not stat.S_ISFIFO(os.stat(address.path).st_mode):  # noqa: PTH116  # one call, on the device's own thread
            raise DeviceError(f"{address.path}: not a FIFO")
        fd = os.open(address.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    return DescriptorLink(fd, what=address.path, release=lambda: os.close(fd), end_is_gone=False)
