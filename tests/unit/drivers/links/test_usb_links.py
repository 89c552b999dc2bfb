import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import usb.core
from usbip import protocol

from simulators.cables.usbip import UsbIpCable
from simulators.escpos.printer import EscposPrinter, PaperState
from terminal.domain.errors import DeviceAbsentError, DeviceBusyError, DeviceError, DeviceTimeoutError
from terminal.drivers.links.address import UsbAddress, UsbIpAddress
from terminal.drivers.links.byte_link import PARTLY_TAKEN, ByteLink, write_all
from terminal.drivers.links.opening import open_byte_link
from terminal.drivers.links.usb import claim, open_usb, usb_errors
from terminal.drivers.links.usbip import Transfers, UsbIpBackend


def address_of(cable: UsbIpCable, busid: str = "1-1") -> UsbIpAddress:
    return UsbIpAddress(host=cable.host, port=cable.port, busid=busid)


@pytest.fixture
def printer() -> EscposPrinter:
    return EscposPrinter()


@pytest.fixture
def cable(printer: EscposPrinter) -> Iterator[UsbIpCable]:
    with UsbIpCable(printer) as plugged:
        yield plugged


@pytest.fixture
def link(cable: UsbIpCable) -> Iterator[ByteLink]:
    opened = open_byte_link(address_of(cable))
    yield opened
    opened.close()


def test_printer_is_written_to_and_answers(link: ByteLink, printer: EscposPrinter) -> None:
    taken = link.write(memoryview(b"\x10\x04\x01"), timeout_s=5)
    assert (taken, link.read(timeout_s=5)) == (3, b"\x12")
    assert printer.incidents == ()


def test_silence_leaves_the_transfer_parked_and_the_answer_comes_with_the_next_read(link: ByteLink) -> None:
    assert link.read(timeout_s=0.01) == b""
    link.write(memoryview(b"\x10\x04\x01"), timeout_s=5)
    assert link.read(timeout_s=5) == b"\x12"


def test_port_status_is_asked_by_a_class_request(link: ByteLink, printer: EscposPrinter) -> None:
    fine = link.port_problem()
    printer.set_paper(PaperState.OUT)
    assert (fine, link.port_problem()) == ("", "paper_out")


def test_short_writes_are_gone_on_with(link: ByteLink, printer: EscposPrinter) -> None:
    printer.set_faults(take_at_most=7)
    written = write_all(link, b"receipt\n" * 100, timeout_s=5)
    assert (written.taken, written.error) == (800, None)
    assert printer.unfinished.text().count("receipt") == 100


def test_printer_that_takes_nothing_is_a_timeout_and_goes_on_where_it_stood(
    link: ByteLink, printer: EscposPrinter
) -> None:
    printer.set_faults(stalled=True)
    stalled = write_all(link, b"one\n", timeout_s=0.02)
    printer.heal()
    healed = write_all(link, b"one\n", timeout_s=5)
    assert stalled.error is not None
    assert (stalled.taken, type(stalled.error), stalled.error.code) == (0, DeviceTimeoutError, PARTLY_TAKEN)
    assert (healed.taken, healed.error) == (4, None)
    assert printer.unfinished.text().split() == ["one"]


def test_other_bytes_after_a_timeout_follow_the_ones_that_were_parked(link: ByteLink, printer: EscposPrinter) -> None:
    printer.set_faults(stalled=True)
    write_all(link, b"one\n", timeout_s=0.02)
    printer.heal()
    write_all(link, b"two\n", timeout_s=5)
    assert printer.unfinished.text().split() == ["one", "two"]


def test_unplugged_printer_is_absent_for_every_call(link: ByteLink, cable: UsbIpCable) -> None:
    cable.unplug()
    with pytest.raises(DeviceAbsentError):
        link.read(timeout_s=5)
    with pytest.raises(DeviceError):
        link.write(memoryview(bytes(4096)), timeout_s=5)
    assert link.port_problem() == ""


def test_bus_without_the_device_is_absent(cable: UsbIpCable) -> None:
    with pytest.raises(DeviceAbsentError):
        open_byte_link(address_of(cable, "1-9"))


def test_closed_link_may_be_closed_again(link: ByteLink) -> None:
    link.close()
    link.close()
    with pytest.raises(DeviceError):
        link.write(memoryview(b"x"), timeout_s=1)


def test_backend_that_counts_late_says_that_nothing_was_taken(cable: UsbIpCable, printer: EscposPrinter) -> None:
    printer.set_faults(stalled=True)
    with backend_of(cable) as backend:
        opened = claim(usb.core.find(backend=backend), what="usb")
        with pytest.raises(DeviceTimeoutError) as caught:
            opened.write(memoryview(b"x"), timeout_s=0.01)
        opened.close()
    assert caught.value.code == "device_timeout"


def test_printer_that_cannot_be_claimed_leaves_no_connection(
    cable: UsbIpCable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise usb.core.USBError("busy", -6, 16)

    monkeypatch.setattr(UsbIpBackend, "claim_interface", refuse)
    with pytest.raises(DeviceBusyError):
        open_byte_link(address_of(cable))


@contextmanager
def backend_of(cable: UsbIpCable) -> Iterator[UsbIpBackend]:
    """Import the device as `open_usbip` does, for pyusb's own search to find."""
    connection = socket.create_connection((cable.host, cable.port))
    info = protocol.client_import(connection, b"1-1")
    transfers = Transfers(connection, device_id=info["busnum"] << 16 | info["devnum"])
    yield UsbIpBackend(transfers)
    transfers.close()


def test_usb_address_finds_the_device_by_ids_and_serial_number(cable: UsbIpCable) -> None:
    with backend_of(cable) as backend:
        device = usb.core.find(backend=backend)
        address = UsbAddress(vendor=device.idVendor, product=device.idProduct, serial=device.serial_number)
        link = open_usb(address, backend=backend)
        link.write(memoryview(b"\x10\x04\x01"), timeout_s=5)
        assert link.read(timeout_s=5) == b"\x12"
        link.close()


def test_usb_address_of_another_device_is_absent(cable: UsbIpCable) -> None:
    with backend_of(cable) as backend:
        device = usb.core.find(backend=backend)
        for wrong in (
            UsbAddress(vendor=device.idVendor, product=device.idProduct, serial="OTHER"),
            UsbAddress(vendor=0x1234, product=device.idProduct),
        ):
            with pytest.raises(DeviceAbsentError):
                open_usb(wrong, backend=backend)


def test_libusb_without_any_bus_finds_nothing() -> None:
    with pytest.raises(DeviceError):
        open_byte_link(UsbAddress(vendor=0xFFFE, product=0xFFFE, serial="none"))


def test_printer_that_the_kernel_owns_is_busy_and_left_alone(cable: UsbIpCable) -> None:
    class Owned(UsbIpBackend):
        def is_kernel_driver_active(self, *_: object) -> bool:
            return True

    with backend_of(cable) as backend:
        device = usb.core.find(backend=Owned(backend.enumerate_devices()[0]))
        with pytest.raises(DeviceBusyError) as caught:
            claim(device, what="usb")
    assert "usblp:" in caught.value.hint


def test_interface_without_an_endpoint_each_way_is_refused(cable: UsbIpCable) -> None:
    class OneWay(UsbIpBackend):
        def get_interface_descriptor(self, dev: Transfers, intf: int, alt: int, config: int) -> Any:
            found = super().get_interface_descriptor(dev, intf, alt, config)
            found.bNumEndpoints = 1
            return found

    with backend_of(cable) as backend:
        device = usb.core.find(backend=OneWay(backend.enumerate_devices()[0]))
        with pytest.raises(DeviceError, match="lacks an endpoint each way"):
            claim(device, what="usb")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (usb.core.USBTimeoutError("t", -7, 110), DeviceTimeoutError),
        (usb.core.USBError("stall", -9, 32), DeviceError),
        (usb.core.USBError("gone", -4, 19), DeviceAbsentError),
        (usb.core.NoBackendError("No backend available"), DeviceError),
    ],
)
def test_errors_of_pyusb_become_ours(error: Exception, kind: type[DeviceError]) -> None:
    with pytest.raises(DeviceError) as caught, usb_errors("usb"):
        raise error
    assert type(caught.value) is kind


@pytest.fixture
def far_end() -> Iterator[Callable[[bytes], Transfers]]:
    """Make transfers to a far end that answers the first frame with given bytes and hangs up."""
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []

    def start(answer: bytes) -> Transfers:
        ours, theirs = socket.socketpair()

        def serve() -> None:
            theirs.recv(4096)
            theirs.sendall(answer)
            theirs.close()

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        sockets.append(ours)
        return Transfers(ours, device_id=1)

    yield start
    for thread in threads:
        thread.join()
    for opened in sockets:
        opened.close()


@pytest.mark.parametrize("answer", [b"", b"\0", bytes(20)])
def test_connection_that_ends_in_an_answer_is_a_lost_device(
    far_end: Callable[[bytes], Transfers], answer: bytes
) -> None:
    with pytest.raises(usb.core.USBError) as caught:
        far_end(answer).out(1, b"x", timeout_s=5)
    assert caught.value.errno == 19


def test_transfer_that_the_device_refuses_is_a_stall(far_end: Callable[[bytes], Transfers]) -> None:
    refused = bytes.fromhex("00000003 00000001 00000001 00000000 00000001 ffffffe0 00000000") + bytes(20)
    with pytest.raises(usb.core.USBError) as caught:
        far_end(refused).out(1, b"x", timeout_s=5)
    assert caught.value.errno == 32


def test_control_request_that_is_not_answered_times_out() -> None:
    ours, theirs = socket.socketpair()
    with pytest.raises(usb.core.USBTimeoutError):
        Transfers(ours, device_id=1).control(bytes(8), b"", length=0, timeout_s=0.01)
    ours.close()
    theirs.close()


def test_device_has_one_configuration(cable: UsbIpCable) -> None:
    with backend_of(cable) as backend:
        (device,) = backend.enumerate_devices()
        backend.set_configuration(device, 1)
        assert backend.get_configuration(device) == 1
        with pytest.raises(IndexError):
            backend.get_configuration_descriptor(device, 1)
