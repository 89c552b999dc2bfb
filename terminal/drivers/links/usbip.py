"""``usbip:host:port/busid``: a USB device over TCP without kernel support, for tests and the laboratory.

`UsbIpBackend` is a `usb.backend.IBackend`, so that pyusb and our `UsbLink` run unchanged. PyPI ``usbip`` supplies the
import handshake and the descriptors; transfers are ours, because its calls have no time-outs (HIL §3b). Frames are
those of the kernel's Documentation/usb/usbip_protocol.rst: a 48-byte header, integers big-endian.
"""

import errno
import struct
import time
from types import SimpleNamespace
from typing import Any, Final

import usb.backend
import usb.core
from usbip import core, protocol

from terminal.domain.errors import DeviceAbsentError
from terminal.drivers.links.address import UsbIpAddress
from terminal.drivers.links.tcp import connect
from terminal.drivers.links.usb import UsbLink, claim, usb_errors

_CONTROL_TIMEOUT_S: Final = 5.0
_SUBMIT: Final = struct.Struct(
    ">IIIIIIiiii8s"
)  # command, seq, device, direction, endpoint, flags, length, 3 × 0, setup
_RETURN: Final = struct.Struct(">IIIIIii")  # command, seq, device, direction, endpoint, status, actual length
_HEADER_BYTES: Final = 48


class Transfers:
    """Submits transfers to one imported device.

    One that does not end in time stays parked at the device, and the next call for its endpoint goes on waiting for it:
    taking an OUT transfer back would lose how much of it was taken.
    """

    def __init__(self, connection: Any, *, device_id: int) -> None:
        self._connection = connection
        self._device_id = device_id
        self._sequence = 0
        self._done: dict[int, tuple[int, int, bytes]] = {}
        self._directions: dict[int, int] = {}
        self._parked_in: dict[int, int] = {}
        self._parked_out: dict[int, tuple[int, bytes]] = {}

    def control(self, setup: bytes, data: bytes, *, length: int, timeout_s: float) -> bytes:
        """Do one control transfer; returns the data of an IN request."""
        direction = core.IN if setup[0] & 0x80 else core.OUT
        sequence = self._submit(direction=direction, endpoint=0, length=length, data=data, setup=setup)
        _, answer = self._finish(sequence, timeout_s=timeout_s)
        return answer

    def out(self, endpoint: int, data: bytes, *, timeout_s: float) -> int:
        """Send bytes and return how many were taken; after a time-out, offer the same bytes again."""
        sequence, offered = self._parked_out.pop(endpoint, (0, b""))
        while True:
            if not sequence:
                sequence = self._submit(direction=core.OUT, endpoint=endpoint, length=len(data), data=data)
                offered = data
            if not self._await(sequence, timeout_s=timeout_s):
                self._parked_out[endpoint] = (sequence, offered)
                raise usb.core.USBTimeoutError("not taken", -7, errno.ETIMEDOUT)
            taken, _ = self._finish(sequence, timeout_s=timeout_s)
            if data.startswith(offered):
                return taken
            sequence = 0

    def into(self, endpoint: int, length: int, *, timeout_s: float) -> bytes:
        """Receive bytes; a time-out leaves the transfer parked at the device for the next call."""
        sequence = self._parked_in.pop(endpoint, None)
        if sequence is None:
            sequence = self._submit(direction=core.IN, endpoint=endpoint, length=length)
        if not self._await(sequence, timeout_s=timeout_s):
            self._parked_in[endpoint] = sequence
            raise usb.core.USBTimeoutError("no data", -7, errno.ETIMEDOUT)
        _, data = self._finish(sequence, timeout_s=timeout_s)
        return data

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _submit(self, *, direction: int, endpoint: int, length: int, data: bytes = b"", setup: bytes = bytes(8)) -> int:
        self._sequence += 1
        self._directions[self._sequence] = direction
        head = (protocol.CMD_SUBMIT, self._sequence, self._device_id, direction, endpoint)
        self._connection.settimeout(_CONTROL_TIMEOUT_S)
        self._connection.sendall(_SUBMIT.pack(*head, 0, length, 0, 0, 0, setup) + data)
        return self._sequence

    def _finish(self, sequence: int, *, timeout_s: float) -> tuple[int, bytes]:
        if not self._await(sequence, timeout_s=timeout_s):
            raise usb.core.USBTimeoutError("no answer", -7, errno.ETIMEDOUT)
        status, actual, data = self._done.pop(sequence)
        self._directions.pop(sequence, None)
        if status:
            raise usb.core.USBError("stalled", status, -status)
        return actual, data

    def _await(self, sequence: int, *, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while sequence not in self._done:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self._receive(remaining):
                return False
        return True

    def _receive(self, timeout_s: float) -> bool:
        """Read one answer, whosever it is; False when none has begun in time."""
        self._connection.settimeout(timeout_s)
        try:
            first = self._connection.recv(1)
        except TimeoutError:
            return False
        self._connection.settimeout(_CONTROL_TIMEOUT_S)
        header = first + self._exactly(_HEADER_BYTES - 1 if first else 1)
        _, sequence, _, _, _, status, actual = _RETURN.unpack(header[: _RETURN.size])
        data = b""
        if self._directions.get(sequence) == core.IN and actual > 0:
            data = self._exactly(actual)
        self._done[sequence] = (status, actual, data)
        return True

    def _exactly(self, count: int) -> bytes:
        data = protocol._recvall(self._connection, count)  # noqa: SLF001  # the library has no public name for it
        if data is None:
            raise usb.core.USBError("connection closed", -4, errno.ENODEV)
        return bytes(data)


class UsbIpBackend(usb.backend.IBackend):  # type: ignore[misc]  # the library is untyped
    """One remote device as pyusb wants it; the opaque "device" and "handle" are the `Transfers` themselves."""

    def __init__(self, transfers: Transfers) -> None:
        self._transfers = transfers
        self._configuration = 1

    def enumerate_devices(self) -> list[Transfers]:
        """Return the one device."""
        return [self._transfers]

    def get_device_descriptor(self, dev: Transfers) -> SimpleNamespace:
        """Return the device descriptor (USB 2.0 §9.6.1)."""
        raw = self._descriptor(dev, core.DT_DEVICE, 0, 18)
        fields = vars(core.DeviceDescriptor.parse(raw))
        places = {"address": None, "bus": None, "port_number": None, "port_numbers": None, "speed": None}
        return SimpleNamespace(bLength=18, bDescriptorType=core.DT_DEVICE, **fields, **places)

    def get_configuration_descriptor(self, dev: Transfers, config: int) -> SimpleNamespace:
        """Return a configuration descriptor (§9.6.3)."""
        fields = vars(core.ConfigurationDescriptor.parse(self._blob(dev, config)[:9]))
        return SimpleNamespace(bLength=9, bDescriptorType=core.DT_CONFIG, extra_descriptors=[], **fields)

    def get_interface_descriptor(self, dev: Transfers, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return an interface descriptor (§9.6.5); IndexError ends pyusb's iteration."""
        raw, _ = self._interfaces(dev, config)[intf + alt]
        fields = vars(core.InterfaceDescriptor.parse(raw))
        return SimpleNamespace(bLength=9, bDescriptorType=core.DT_INTERFACE, extra_descriptors=[], **fields)

    def get_endpoint_descriptor(self, dev: Transfers, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return an endpoint descriptor (§9.6.6)."""
        _, endpoints = self._interfaces(dev, config)[intf + alt]
        fields = vars(core.EndpointDescriptor.parse(endpoints[ep]))
        rest = {"bRefresh": 0, "bSynchAddress": 0, "extra_descriptors": []}
        return SimpleNamespace(bLength=7, bDescriptorType=core.DT_ENDPOINT, **fields, **rest)

    def open_device(self, dev: Transfers) -> Transfers:
        """Return the handle: the connection is open already."""
        return dev

    def close_device(self, dev_handle: Transfers) -> None:
        """Leave the connection to its owner."""

    def get_configuration(self, dev_handle: Transfers) -> int:
        """Return the active configuration: `open_usbip` has set it."""
        del dev_handle
        return self._configuration

    def set_configuration(self, dev_handle: Transfers, config_value: int) -> None:
        """Send SET_CONFIGURATION (§9.4.7)."""
        setup = struct.pack("<BBHHH", 0x00, 0x09, config_value, 0, 0)
        dev_handle.control(setup, b"", length=0, timeout_s=_CONTROL_TIMEOUT_S)
        self._configuration = config_value

    def claim_interface(self, dev_handle: Transfers, intf: int) -> None:
        """Claim nothing: the import was exclusive."""

    def release_interface(self, dev_handle: Transfers, intf: int) -> None:
        """Release nothing."""

    def bulk_write(self, dev_handle: Transfers, ep: int, intf: int, data: Any, timeout: int) -> int:
        """Send; ``timeout`` in ms."""
        del intf
        return dev_handle.out(ep & 0x0F, bytes(data), timeout_s=timeout / 1000)

    def bulk_read(self, dev_handle: Transfers, ep: int, intf: int, buff: Any, timeout: int) -> int:
        """Receive into ``buff``; ``timeout`` in ms."""
        del intf
        data = dev_handle.into(ep & 0x0F, len(buff), timeout_s=timeout / 1000)
        buff[: len(data)] = type(buff)("B", data)
        return len(data)

    def ctrl_transfer(self, dev_handle: Transfers, *request: Any) -> int:
        """Do a control transfer: type, request, value, index, buffer (of an IN request: to fill), timeout in ms."""
        kind, number, value, index, data, timeout = request
        setup = struct.pack("<BBHHH", kind, number, value, index, len(data))
        outgoing = b"" if kind & 0x80 else bytes(data)
        answer = dev_handle.control(setup, outgoing, length=len(data), timeout_s=timeout / 1000)
        if not kind & 0x80:
            return len(data)
        data[: len(answer)] = type(data)("B", answer)
        return len(answer)

    def _descriptor(self, dev: Transfers, kind: int, index: int, length: int) -> bytes:
        setup = struct.pack("<BBHHH", 0x80, 0x06, kind << 8 | index, 0, length)
        return dev.control(setup, b"", length=length, timeout_s=_CONTROL_TIMEOUT_S)

    def _blob(self, dev: Transfers, config: int) -> bytes:
        """Return a configuration with all that belongs to it; IndexError when there is none."""
        if config:
            raise IndexError(config)
        head = core.ConfigurationDescriptor.parse(self._descriptor(dev, core.DT_CONFIG, config, 9))
        return self._descriptor(dev, core.DT_CONFIG, config, head.wTotalLength)

    def _interfaces(self, dev: Transfers, config: int) -> list[tuple[bytes, list[bytes]]]:
        found: list[tuple[bytes, list[bytes]]] = []
        for raw in core.iter_descriptors(self._blob(dev, config)):
            if raw[1] == core.DT_INTERFACE:
                found.append((raw, []))
            elif raw[1] == core.DT_ENDPOINT:
                found[-1][1].append(raw)
        return found


def open_usbip(address: UsbIpAddress) -> UsbLink:
    """Import a remote device and claim its printer interface."""
    what = f"usbip {address.host}:{address.port}/{address.busid}"
    connection = connect((address.host, address.port))
    try:
        with usb_errors(what):
            info = protocol.client_import(connection, address.busid.encode())
            transfers = Transfers(connection, device_id=info["busnum"] << 16 | info["devnum"])
            device = usb.core.Device(transfers, UsbIpBackend(transfers))
            device.set_configuration()
        return claim(device, what=what, on_close=transfers.close, counts_late=False)
    except core.USBError as error:
        connection.close()
        raise DeviceAbsentError(f"{what}: {error}") from error
    except BaseException:
        connection.close()
        raise
