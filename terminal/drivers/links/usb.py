"""``usb:vid:pid[:serial]``: a USB printer through libusb, where the kernel's usblp is absent.

The driver never takes the printer away from the kernel or another process: an interface that is owned is "busy".
The same link runs over USB/IP with another backend (`terminal.drivers.links.usbip`).
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from terminal.domain.errors import DeviceAbsentError, DeviceBusyError, DeviceError, DeviceTimeoutError
from terminal.drivers.links.address import UsbAddress
from terminal.drivers.links.byte_link import PARTLY_TAKEN
from terminal.drivers.links.descriptor import device_error
from terminal.drivers.links.port_status import decode_port_status

_PRINTER_CLASS: Final = 7
_IN: Final = 0x80
_READ_BYTES: Final = 512
_CONTROL_TIMEOUT_MS: Final = 1000
_TIMEOUTS: Final = frozenset({errno.ETIMEDOUT, errno.EAGAIN})


class UsbLink:
    """The bulk endpoints of one interface."""

    def __init__(
        self, device: Any, *, interface: Any, what: str, release: Callable[[], None], counts_late: bool = True
    ) -> None:
        self._device = device
        self._interface = interface.bInterfaceNumber
        self._out, self._in = _endpoints(interface, what)
        self._what = what
        self._counts_late = counts_late
        self._release: Callable[[], None] | None = release

    def write(self, data: memoryview, *, timeout_s: float) -> int:
        """Offer bytes; see `ByteLink.write`. libusb tells how many of a chunk were taken when time ran out."""
        try:
            with usb_errors(self._what):
                return int(self._out.write(data.tobytes(), timeout=_milliseconds(timeout_s)))
        except DeviceTimeoutError as error:
            if self._counts_late:
                raise
            raise DeviceTimeoutError(str(error), code=PARTLY_TAKEN) from error

    def read(self, *, timeout_s: float) -> bytes:
        """Return what has arrived; see `ByteLink.read`."""
        try:
            with usb_errors(self._what):
                return bytes(self._in.read(_READ_BYTES, timeout=_milliseconds(timeout_s)))
        except DeviceTimeoutError:
            return b""

    def port_problem(self) -> str:
        """Return what GET_PORT_STATUS says, also while the printer takes no bytes; see `ByteLink.port_problem`."""
        try:
            with usb_errors(self._what):
                # A1 = to host, class request, to an interface; 1 = GET_PORT_STATUS (printer class §4.2.2)
                answer = self._device.ctrl_transfer(0xA1, 1, 0, self._interface, 1, timeout=_CONTROL_TIMEOUT_MS)
        except DeviceError:
            return ""
        return decode_port_status(answer[0]) if len(answer) else ""

    def close(self) -> None:
        """Let go of the interface and the device, once."""
        release, self._release = self._release, None
        if release is not None:
            with suppress(OSError):
                release()


def open_usb(address: UsbAddress, *, backend: Any = None) -> UsbLink:
    """Find the device by ids (and serial number when given) and claim its printer interface."""
    import libusb_package  # noqa: PLC0415  # carries libusb itself; loaded only where `usb:` is configured
    import usb.core  # noqa: PLC0415 - as above

    what = f"usb {address.vendor:04x}:{address.product:04x}"
    with usb_errors(what):
        device = usb.core.find(
            backend=backend or libusb_package.get_libusb1_backend(),
            idVendor=address.vendor,
            idProduct=address.product,
            custom_match=lambda found: not address.serial or found.serial_number == address.serial,
        )
    if device is None:
        raise DeviceAbsentError(f"{what}: not found")
    return claim(device, what=what)


def claim(device: Any, *, what: str, on_close: Callable[[], None] | None = None, counts_late: bool = True) -> UsbLink:
    """Claim the interface of the printer class (else the first one) with a bulk endpoint each way.

    ``counts_late``: the backend knows how much of a transfer was taken when its time ran out.
    """
    import usb.util  # noqa: PLC0415 - only where `usb:` is configured

    def release() -> None:
        usb.util.dispose_resources(device)
        if on_close is not None:
            on_close()

    try:
        with usb_errors(what):
            interface = _printer_interface(device)
            _refuse_owned(device, interface.bInterfaceNumber, what)
            usb.util.claim_interface(device, interface.bInterfaceNumber)
            return UsbLink(device, interface=interface, what=what, release=release, counts_late=counts_late)
    except BaseException:
        with suppress(OSError):
            release()
        raise


@contextmanager
def usb_errors(what: str) -> Iterator[None]:
    """Turn errors of pyusb into ours; a stall, an overflow and a pipe error are the device's own failures."""
    try:
        yield
    except OSError as error:  # usb.core.USBError is one, its errno is the system's
        if error.errno in _TIMEOUTS:
            raise DeviceTimeoutError(f"{what}: no answer in time") from error
        if error.errno == errno.EPIPE:
            raise DeviceError(f"{what}: stalled") from error
        raise device_error(error, what) from error
    except ValueError as error:  # usb.core.NoBackendError, and "The device has no langid"
        raise DeviceError(f"{what}: {error}") from error


def _printer_interface(device: Any) -> Any:
    interfaces = list(device.get_active_configuration())
    return next((found for found in interfaces if found.bInterfaceClass == _PRINTER_CLASS), interfaces[0])


def _endpoints(interface: Any, what: str) -> tuple[Any, Any]:
    out = [endpoint for endpoint in interface if not endpoint.bEndpointAddress & _IN]
    into = [endpoint for endpoint in interface if endpoint.bEndpointAddress & _IN]
    if not out or not into:
        raise DeviceError(f"{what}: interface {interface.bInterfaceNumber} lacks an endpoint each way")
    return out[0], into[0]


def _refuse_owned(device: Any, interface: int, what: str) -> None:
    try:
        owned = device.is_kernel_driver_active(interface)
    except NotImplementedError:  # a backend without a kernel behind it
        return
    if owned:
        raise DeviceBusyError(
            f"{what}: the kernel's usblp owns interface {interface}",
            hint="write this printer's address as usblp:/dev/usb/lp0",
        )


def _milliseconds(timeout_s: float) -> int:
    """0 means "for ever" to libusb: never hand it that."""
    return max(1, round(timeout_s * 1000))
