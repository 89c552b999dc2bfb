"""Addresses of links: ``scheme:target?option=value``, the whole list of docs/devices.md.

An address is read once, when the driver is built, so that a wrong one stops the service at its start and not at the
first receipt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from terminal.domain.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class EvdevAddress:
    """A keyboard-like device of the kernel: ``evdev:by-id/usb-…-event-kbd`` or ``evdev:/dev/input/event3``."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeAddress:
    """A FIFO of 24-byte input events: ``pipe:/path``."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialAddress:
    """A serial port, USB serial or pty: ``serial:/dev/ttyUSB0?baud=9600&parity=none&bits=8&stop=1&flow=none``."""

    path: str
    baud: int = 9600
    bits: int = 8
    parity: str = "none"
    stop: int = 1
    flow: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsblpAddress:
    """The kernel's printer driver: ``usblp:/dev/usb/lp0``."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpAddress:
    """A network printer: ``tcp:host:9100``."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbAddress:
    """A USB device through libusb: ``usb:04b8:0202`` or ``usb:04b8:0202:SERIAL``."""

    vendor: int
    product: int
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbIpAddress:
    """A USB device over TCP without kernel support: ``usbip:host:3240/1-1``."""

    host: str
    port: int
    busid: str


LinkAddress = EvdevAddress | PipeAddress | SerialAddress | UsblpAddress | TcpAddress | UsbAddress | UsbIpAddress

_SERIAL_CHOICES: Final = {
    "parity": ("none", "even", "odd"),
    "bits": ("7", "8"),
    "stop": ("1", "2"),
    "flow": ("none", "rtscts", "dsrdtr", "xonxoff"),
}
_USB: Final = re.compile(r"(?P<vendor>[0-9a-fA-F]{4}):(?P<product>[0-9a-fA-F]{4})(?::(?P<serial>.+))?")
_TCP: Final = re.compile(r"(?P<host>\[[^\]]+\]|[^:/\[\]]+):(?P<port>\d{1,5})")


def parse_address(device: str, text: str) -> LinkAddress:
    """Read the ``address`` of a device; `ConfigError` names the device and the key that is wrong."""
    scheme, colon, rest = text.partition(":")
    target, _, query = rest.partition("?")
    if not colon or scheme not in _PARSERS:
        known = ", ".join(f"{name}:" for name in _PARSERS)
        raise ConfigError(f"device {device}: address: unknown scheme {scheme!r} in {text!r}; known: {known}")
    if not target:
        raise ConfigError(f"device {device}: address: {text!r} names nothing after {scheme}:")
    return _PARSERS[scheme](device, target, _options(device, query))


def path_of(address: LinkAddress) -> str | None:
    """Return the file that appears and disappears with the device, or None when no file says so."""
    match address:
        case EvdevAddress() | PipeAddress() | SerialAddress() | UsblpAddress():
            return address.path
        case _:
            return None


def _options(device: str, query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        key, equals, value = part.partition("=")
        if not equals or key in options:
            raise ConfigError(f"device {device}: address: parameter {part!r} is not one key=value")
        options[key] = value
    return options


def _refuse_options(device: str, options: dict[str, str], known: tuple[str, ...] = ()) -> None:
    for key in options:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"device {device}: address: unknown parameter {key!r}{hint}")


def _evdev(device: str, target: str, options: dict[str, str]) -> EvdevAddress:
    _refuse_options(device, options)
    return EvdevAddress(path=target if target.startswith("/") else f"/dev/input/{target}")


def _pipe(device: str, target: str, options: dict[str, str]) -> PipeAddress:
    _refuse_options(device, options)
    return PipeAddress(path=target)


def _usblp(device: str, target: str, options: dict[str, str]) -> UsblpAddress:
    _refuse_options(device, options)
    return UsblpAddress(path=target)


def _serial(device: str, target: str, options: dict[str, str]) -> SerialAddress:
    _refuse_options(device, options, ("baud", *_SERIAL_CHOICES))
    for key, choices in _SERIAL_CHOICES.items():
        if options.get(key, choices[0]) not in choices:
            raise ConfigError(f"device {device}: address: {key}={options[key]!r} is none of {', '.join(choices)}")
    baud = options.get("baud", "9600")
    if not baud.isascii() or not baud.isdigit() or not 50 <= int(baud) <= 4_000_000:
        raise ConfigError(f"device {device}: address: baud={baud!r} is not a speed")
    return SerialAddress(
        path=target,
        baud=int(baud),
        bits=int(options.get("bits", "8")),
        parity=options.get("parity", "none"),
        stop=int(options.get("stop", "1")),
        flow=options.get("flow", "none"),
    )


def _tcp(device: str, target: str, options: dict[str, str]) -> TcpAddress:
    _refuse_options(device, options)
    host, port = _host_and_port(device, target)
    return TcpAddress(host=host, port=port)


def _usb(device: str, target: str, options: dict[str, str]) -> UsbAddress:
    _refuse_options(device, options)
    found = _USB.fullmatch(target)
    if found is None:
        raise ConfigError(f"device {device}: address: {target!r} is not vid:pid or vid:pid:serial in hexadecimal")
    return UsbAddress(vendor=int(found["vendor"], 16), product=int(found["product"], 16), serial=found["serial"] or "")


def _usbip(device: str, target: str, options: dict[str, str]) -> UsbIpAddress:
    _refuse_options(device, options)
    where, _, busid = target.partition("/")
    host, port = _host_and_port(device, where)
    if not busid:
        raise ConfigError(f"device {device}: address: usbip:{target} lacks the busid (host:port/busid)")
    return UsbIpAddress(host=host, port=port, busid=busid)


def _host_and_port(device: str, target: str) -> tuple[str, int]:
    found = _TCP.fullmatch(target)
    if found is None or not 1 <= int(found["port"]) <= 65535:
        raise ConfigError(f"device {device}: address: {target!r} is not host:port")
    return found["host"].strip("[]"), int(found["port"])


_PARSERS: Final[dict[str, Callable[[str, str, dict[str, str]], LinkAddress]]] = {
    "evdev": _evdev,
    "pipe": _pipe,
    "serial": _serial,
    "usb": _usb,
    "usblp": _usblp,
    "tcp": _tcp,
    "usbip": _usbip,
}
