"""``serial:/dev/…?baud=``: serial ports, USB serial, ptys. pyserial configures; bytes go through its descriptor."""

import errno
import termios
from typing import Final

from terminal.domain.errors import DeviceAbsentError, DeviceError
from terminal.drivers.links.address import SerialAddress
from terminal.drivers.links.descriptor import DescriptorLink, device_error

_PARITY: Final = {"none": "N", "even": "E", "odd": "O"}


def open_serial(address: SerialAddress) -> DescriptorLink:
    """Open a port exclusively and throw away what came before."""
    import serial  # noqa: PLC0415  # loaded only where a serial device is configured: memory of the till

    try:
        port = serial.Serial(
            port=address.path,
            baudrate=address.baud,
            bytesize=address.bits,
            parity=_PARITY[address.parity],
            stopbits=address.stop,
            rtscts=address.flow == "rtscts",
            dsrdtr=address.flow == "dsrdtr",
            xonxoff=address.flow == "xonxoff",
            timeout=0,
            write_timeout=0,
            exclusive=True,
        )
        _set_input(port.fileno(), checks_parity=address.parity != "none")
    except (OSError, ValueError, termios.error) as error:
        raise _refusal(error, address.path) from error
    return DescriptorLink(port.fileno(), what=address.path, release=port.close)


def _set_input(fd: int, *, checks_parity: bool) -> None:
    """Set VMIN to 1: with pyserial's 0 a read without bytes returns none, as it does after a hang-up.

    And check parity, which pyserial only sends: a byte that arrives wrong is read as NUL, not as another digit.
    """
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    if checks_parity:
        attributes[0] |= termios.INPCK
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def _refusal(error: Exception, path: str) -> DeviceError:
    """Name the error. pyserial keeps the system's number in some exceptions only, and locks with EAGAIN, not EBUSY."""
    if isinstance(error, OSError) and error.errno is not None:
        busy = error.errno == errno.EAGAIN
        return device_error(OSError(errno.EBUSY, "another process owns the port") if busy else error, path)
    if isinstance(error, ValueError):
        return DeviceError(f"{path}: {error}")
    return DeviceAbsentError(f"{path}: {error}")
