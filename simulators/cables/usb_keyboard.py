"""A boot keyboard on USB: what a wedge scanner is to a real kernel."""

from usbip.classes.device import hid
from usbip.device import USBDevice

from simulators.cables.usb_device import VENDOR_ID

_REPORT_BYTES = 8
_PRODUCT_ID = 0x5C01


class UsbKeyboard:
    """Give its ``write`` to a ``Wedge`` with ``BootReportForm``, and it to a ``UsbIpCable``.

    Pace the wedge at 16 ms a character (two reports): USB/IP does not keep the polling interval, and a kernel's event
    queue overflows (SYN_DROPPED) when reports come faster than 8 ms apart.
    """

    def __init__(self, *, product: str = "SIM Barcode Scanner", serial: str = "SCN1") -> None:
        self._interface = hid.HID(
            hid.keyboard_report_descriptor(),
            subclass=hid.SUBCLASS_BOOT,
            protocol=hid.PROTOCOL_KEYBOARD,
            in_mps=_REPORT_BYTES,
            in_interval=_REPORT_BYTES,
        )
        self._device = USBDevice(VENDOR_ID, _PRODUCT_ID, product=product, manufacturer="Guitai", serial=serial)
        self._device.add(self._interface)

    @property
    def usb_device(self) -> object:
        """The ``usbip.device.USBDevice`` that is served."""
        return self._device

    def write(self, reports: bytes) -> None:
        """Send reports of 8 bytes, each as a transfer of its own."""
        for start in range(0, len(reports), _REPORT_BYTES):
            self._interface.send_report(reports[start : start + _REPORT_BYTES])

    def start(self) -> None:
        """Nothing runs by itself."""

    def stop(self) -> None:
        """Nothing runs by itself."""

    def host_gone(self) -> None:
        """Reports that were not fetched are dropped at the next attach."""

    def unplugged(self) -> None:
        """Reports that were not fetched are dropped at the next attach."""
