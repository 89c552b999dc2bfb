"""What a simulated USB device is to a USB/IP cable, and the types of the ``usbip`` package that we use of it."""

from collections.abc import Callable
from typing import Protocol

VENDOR_ID = 0x1209  # pid.codes: for open-source projects and tests
BUS_OUT, BUS_IN = 0, 1


class Urb(Protocol):
    """A transfer (``usbip.core.Urb``): ``actual`` bytes of it were moved."""

    seqnum: int
    ep: int
    direction: int
    buffer: bytes
    actual: int
    status: int


class Setup(Protocol):
    """A control request (``usbip.core.Setup``)."""

    bRequest: int  # noqa: N815 - the name on the wire and in the package
    type: int


Respond = Callable[[Urb], None]


class UsbFunction(Protocol):
    """A device that a ``UsbIpCable`` exports."""

    @property
    def usb_device(self) -> object:
        """The ``usbip.device.USBDevice`` that is served."""

    def start(self) -> None:
        """The cable is made."""

    def stop(self) -> None:
        """The cable is gone."""

    def host_gone(self) -> None:
        """A host's connection ended; called in its thread."""

    def unplugged(self) -> None:
        """The cable was pulled: nothing that is on its way arrives."""
