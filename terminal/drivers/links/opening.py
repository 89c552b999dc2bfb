"""From an address to an open link. Each scheme's file, and the library behind it, is loaded when it is first opened."""

from typing import Final, assert_never

from terminal.domain.errors import ConfigError
from terminal.drivers.links.address import (
    EvdevAddress,
    LinkAddress,
    PipeAddress,
    SerialAddress,
    TcpAddress,
    UsbAddress,
    UsbIpAddress,
    UsblpAddress,
)
from terminal.drivers.links.byte_link import ByteLink, StreamLink

ByteAddress = SerialAddress | UsblpAddress | TcpAddress | UsbAddress | UsbIpAddress
KeyAddress = EvdevAddress | PipeAddress
StreamAddress = SerialAddress | TcpAddress

BYTE_SCHEMES: Final = "serial, usblp, tcp, usb, usbip"


def byte_address(device: str, address: LinkAddress) -> ByteAddress:
    """Return an address that carries bytes both ways; `ConfigError` for one of keys."""
    if isinstance(address, EvdevAddress | PipeAddress):
        raise ConfigError(f"device {device}: address: this driver needs one of {BYTE_SCHEMES}")
    return address


def key_address(device: str, address: LinkAddress) -> KeyAddress:
    """Return an address of input events; `ConfigError` for any other."""
    if not isinstance(address, EvdevAddress | PipeAddress):
        raise ConfigError(f"device {device}: address: this driver needs one of evdev, pipe")
    return address


def stream_address(device: str, address: LinkAddress) -> StreamAddress:
    """Return an address of a stream of bytes that the loop can wait for; `ConfigError` for any other."""
    if not isinstance(address, SerialAddress | TcpAddress):
        raise ConfigError(f"device {device}: address: this driver needs one of serial, tcp")
    return address


def open_byte_link(address: ByteAddress) -> ByteLink:
    """Open a blocking duplex; the errors are those of `terminal.drivers.links.byte_link`."""
    match address:
        case SerialAddress():
            from terminal.drivers.links.serial import open_serial  # noqa: PLC0415 - loaded when it is opened

            return open_serial(address)
        case TcpAddress():
            from terminal.drivers.links.tcp import open_tcp  # noqa: PLC0415 - loaded when it is opened

            return open_tcp(address)
        case UsblpAddress():
            from terminal.drivers.links.usblp import open_usblp  # noqa: PLC0415 - loaded when it is opened

            return open_usblp(address)
        case UsbAddress():
            from terminal.drivers.links.usb import open_usb  # noqa: PLC0415 - loaded when it is opened

            return open_usb(address)
        case UsbIpAddress():
            from terminal.drivers.links.usbip import open_usbip  # noqa: PLC0415 - loaded when it is opened

            return open_usbip(address)
        case _:
            assert_never(address)


def open_key_link(address: KeyAddress) -> StreamLink:
    """Open a stream of 24-byte input events."""
    match address:
        case EvdevAddress():
            from terminal.drivers.links.evdev import open_evdev  # noqa: PLC0415 - loaded when it is opened

            return open_evdev(address)
        case PipeAddress():
            from terminal.drivers.links.pipe import open_pipe  # noqa: PLC0415 - loaded when it is opened

            return open_pipe(address)
        case _:
            assert_never(address)


def open_stream_link(address: StreamAddress) -> StreamLink:
    """Open a stream of bytes."""
    match address:
        case SerialAddress():
            from terminal.drivers.links.serial import open_serial  # noqa: PLC0415 - loaded when it is opened

            return open_serial(address)
        case TcpAddress():
            from terminal.drivers.links.tcp import open_tcp  # noqa: PLC0415 - loaded when it is opened

            return open_tcp(address)
        case _:
            assert_never(address)
