"""Simulated USB devices, driven by the host side of the ``usbip`` package as pyusb's backend does."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import usbip
from usbip.core import Stall

from simulators.cables.usb_printer import UsbPrinter
from simulators.cables.usbip import UsbIpCable
from simulators.escpos.printer import EscposPrinter, Traits
from simulators.faults import parse_script
from simulators.serial_scanner import SerialScanner
from tests.unit.simulators.waiting import wait_for

TIMEOUT_S = 5
BULK_OUT, BULK_IN, KEYS_IN = 0x01, 0x82, 0x81
# command, sequence, device, direction, endpoint, flags, length, start, packets, interval, setup
HEADER = struct.Struct(">IIIIIIiiii8s")
SUBMIT, UNLINK = 1, 2


class HostSide(usbip.Transport):  # type: ignore[misc]  # the package has no types
    """Connects without delay, and never waits for ever; keeps its sockets to close them."""

    def __init__(self, cable: UsbIpCable) -> None:
        self._cable = cable
        self.sockets: list[socket.socket] = []

    def connect(self) -> socket.socket:
        connection = socket.create_connection((self._cable.host, self._cable.port), timeout=TIMEOUT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sockets.append(connection)
        return connection


@contextmanager
def host_of(cable: UsbIpCable) -> Iterator[HostSide]:
    host = HostSide(cable)
    try:
        yield host
    finally:
        for connection in host.sockets:
            connection.close()


def attach(host: HostSide, busid: str = "1-1") -> Any:
    return usbip.open(busid=busid, transport=host)


def submit(handle: Any, sequence: int, data: bytes) -> bytes:
    """A bulk OUT transfer on the wire, to be sent without waiting for its end."""
    return HEADER.pack(SUBMIT, sequence, handle.conn.devid, 0, BULK_OUT, 0, len(data), 0, 0, 0, b"") + data


def test_two_printers_stand_on_one_bus() -> None:
    with UsbIpCable(EscposPrinter(), EscposPrinter()) as cable, host_of(cable) as host:
        devices = usbip.host.list_devices(host)
        assert [(each["busid"], each["interfaces"]) for each in devices] == [("1-1", [(7, 1, 2)]), ("1-2", [(7, 1, 2)])]
        assert cable.address == f"usbip:127.0.0.1:{cable.port}/1-1"
        assert cable.addresses[1].endswith("/1-2")


def test_bytes_reach_the_printer_and_its_answers_the_host() -> None:
    printer = EscposPrinter()
    with UsbIpCable(printer) as cable, host_of(cable) as host:
        handle = attach(host)
        assert handle.bulk_out(BULK_OUT, b"hello\n\x1dV\x00\x10\x04\x01") == 12
        assert handle.bulk_in(BULK_IN, 64) == b"\x12"
        assert [receipt.lines() for receipt in printer.receipts] == [["hello"]]


def test_the_class_requests_of_printers_are_answered() -> None:
    printer = EscposPrinter()
    function = UsbPrinter(printer)
    with UsbIpCable(function) as cable, host_of(cable) as host:
        handle = attach(host)
        identity = handle.control(0xA1, 0, 0, 0, 255)
        assert int.from_bytes(identity[:2], "big") == len(identity)
        assert b"CMD:ESC/POS;" in identity
        assert handle.control(0xA1, 1, 0, 0, 1) == b"\x18"
        handle.control(0x21, 2, 0, 0, b"")
        assert function.soft_resets == 1
        for request_type in (0xA1, 0xC1):
            with pytest.raises(Stall):
                handle.control(request_type, 9, 0, 0, 1)


def test_any_device_may_be_a_usb_printer() -> None:
    scanner = SerialScanner()
    with UsbIpCable(scanner) as cable, host_of(cable) as host:
        handle = attach(host)
        assert handle.control(0xA1, 1, 0, 0, 1) == b"\x18"
        scanner.scan("690")
        assert handle.bulk_in(BULK_IN, 64) == b"690\r"


def test_a_short_write_takes_the_beginning_only() -> None:
    printer = EscposPrinter()
    printer.set_faults(take_at_most=3)
    with UsbIpCable(printer) as cable, host_of(cable) as host:
        assert attach(host).bulk_out(BULK_OUT, b"abcdef") == 3
        assert printer.bytes_taken == 3


def test_a_stalled_transfer_ends_when_the_printer_heals() -> None:
    printer = EscposPrinter()
    printer.set_faults(stalled=True)
    with UsbIpCable(printer) as cable, host_of(cable) as host:
        handle = attach(host)
        results: list[int] = []
        writer = threading.Thread(target=lambda: results.append(handle.bulk_out(BULK_OUT, b"abc")))
        writer.start()
        printer.heal()
        writer.join(TIMEOUT_S)
        assert results == [3]


def test_a_full_buffer_takes_a_part_and_waits_for_the_paper() -> None:
    printer = EscposPrinter(traits=Traits(buffer_bytes=4))
    printer.set_cover(is_open=True)
    with UsbIpCable(printer) as cable, host_of(cable) as host:
        handle = attach(host)
        results: list[int] = []
        writer = threading.Thread(target=lambda: results.append(handle.bulk_out(BULK_OUT, b"abcdefgh\n")))
        writer.start()
        wait_for(printer, lambda: printer.held_bytes == 4)
        printer.set_cover(is_open=False)
        writer.join(TIMEOUT_S)
        assert results == [9]
        assert printer.unfinished.lines() == ["abcdefgh"]


def test_a_transfer_that_the_host_gives_up_is_not_taken_later() -> None:
    printer = EscposPrinter()
    printer.set_faults(stalled=True)
    with UsbIpCable(printer) as cable, host_of(cable) as host:
        handle = attach(host)
        for sequence in (501, 502):
            host.sockets[-1].sendall(submit(handle, sequence, b"abc"))
        host.sockets[-1].sendall(HEADER.pack(UNLINK, 503, handle.conn.devid, 0, 0, 501, 0, 0, 0, 0, b""))
        assert host.sockets[-1].recv(48)[:8] == b"\0\0\0\4\0\0\1\xf7"
        printer.heal()
        assert host.sockets[-1].recv(48)[:8] == b"\0\0\0\3\0\0\1\xf6"
        assert printer.bytes_taken == 3


def test_transfers_of_a_dead_host_die_with_it() -> None:
    printer = EscposPrinter()
    printer.set_faults(stalled=True)
    with UsbIpCable(printer) as cable:
        with host_of(cable) as host:
            handle = attach(host)
            host.sockets[-1].sendall(submit(handle, 77, b"old"))
        with host_of(cable) as host:
            handle = attach(host)
            printer.heal()
            handle.bulk_out(BULK_OUT, b"new")
            assert printer.bytes_taken == 3


def test_listing_the_bus_disturbs_nobody() -> None:
    printer = EscposPrinter()
    printer.set_faults(late_s=0.05)
    with UsbIpCable(printer) as cable, host_of(cable) as host:
        handle = attach(host)
        handle.bulk_out(BULK_OUT, b"\x10\x04\x01")
        usbip.host.list_devices(host)
        assert handle.bulk_in(BULK_IN, 64) == b"\x12"


def test_an_unplugged_device_is_gone_until_it_is_plugged() -> None:
    with UsbIpCable(EscposPrinter()) as cable, host_of(cable) as host:
        handle = attach(host)
        cable.unplug()
        with pytest.raises((usbip.USBError, OSError)):
            handle.bulk_out(BULK_OUT, b"abc")
        assert usbip.host.list_devices(host) == []
        with pytest.raises(usbip.NotFound):
            attach(host)
        cable.plug()
        assert cable.plugged
        assert attach(host).bulk_out(BULK_OUT, b"abc") == 3


def test_a_script_pulls_the_printer_in_the_middle_of_a_receipt() -> None:
    printer = EscposPrinter()
    with UsbIpCable(printer, script=parse_script("after 4 bytes: unplug")) as cable, host_of(cable) as host:
        handle = attach(host)
        with pytest.raises((usbip.USBError, OSError)):
            handle.bulk_out(BULK_OUT, b"abcdefgh")
        assert printer.bytes_taken == 4


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with (
        UsbIpCable(EscposPrinter()) as taken,
        pytest.raises(OSError, match="in use"),
        UsbIpCable(EscposPrinter(), port=taken.port),
    ):
        pass
