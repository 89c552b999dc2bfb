import errno
import fcntl
import os
import socket
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.escpos.printer import EscposPrinter
from terminal.domain.errors import DeviceAbsentError, DeviceBusyError, DeviceError, DeviceTimeoutError
from terminal.drivers.links.address import PipeAddress, SerialAddress, TcpAddress, UsblpAddress
from terminal.drivers.links.byte_link import write_all
from terminal.drivers.links.descriptor import DescriptorLink, device_error
from terminal.drivers.links.opening import open_byte_link, open_key_link, open_stream_link
from terminal.drivers.links.port_status import decode_port_status


@pytest.fixture
def pair() -> Iterator[tuple[DescriptorLink, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    link = DescriptorLink(ours.fileno(), what="pair", release=ours.close)
    yield link, theirs
    link.close()
    theirs.close()


def test_bytes_go_both_ways(pair: tuple[DescriptorLink, socket.socket]) -> None:
    link, far_end = pair
    taken = link.write(memoryview(b"abc"), timeout_s=1)
    far_end.send(b"xyz")
    assert (taken, far_end.recv(10), link.read(timeout_s=1)) == (3, b"abc", b"xyz")
    assert (link.held_keys(), link.port_problem()) == (frozenset(), "")


def test_silence_is_no_bytes(pair: tuple[DescriptorLink, socket.socket]) -> None:
    link, _ = pair
    assert (link.read(timeout_s=0), link.read_ready()) == (b"", b"")


def test_far_end_that_takes_nothing_is_a_timeout_and_what_it_took_is_known(
    pair: tuple[DescriptorLink, socket.socket],
) -> None:
    link, far_end = pair
    written = write_all(link, bytes(1 << 20), timeout_s=0.01)
    far_end.setblocking(False)
    received = 0
    while True:
        try:
            received += len(far_end.recv(1 << 16))
        except BlockingIOError:
            break
    assert isinstance(written.error, DeviceTimeoutError)
    assert 0 < written.taken == received < 1 << 20


def test_slow_far_end_gets_everything_in_the_end(pair: tuple[DescriptorLink, socket.socket]) -> None:
    link, far_end = pair
    data = os.urandom(200_000)
    received = bytearray()

    def read_slowly() -> None:
        while len(received) < len(data):
            received.extend(far_end.recv(3000))

    reader = threading.Thread(target=read_slowly)
    reader.start()
    written = write_all(link, data, timeout_s=5)
    reader.join()
    assert (written.taken, written.error, bytes(received)) == (len(data), None, data)


def test_far_end_that_closed_is_absent(pair: tuple[DescriptorLink, socket.socket]) -> None:
    link, far_end = pair
    far_end.close()
    with pytest.raises(DeviceAbsentError):
        link.read(timeout_s=1)
    with pytest.raises(DeviceAbsentError):
        link.write(memoryview(b"x"), timeout_s=1)


def test_closed_link_is_absent_and_closes_only_once(pair: tuple[DescriptorLink, socket.socket]) -> None:
    link, _ = pair
    link.close()
    link.close()
    with pytest.raises(DeviceAbsentError):
        link.write(memoryview(b"x"), timeout_s=0)


def test_release_that_fails_is_no_error_of_the_till() -> None:
    def refuse() -> None:
        raise OSError(errno.EIO, "gone")

    DescriptorLink(0, what="x", release=refuse).close()


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENODEV, DeviceAbsentError, "device_absent"),
        (errno.EIO, DeviceAbsentError, "device_absent"),
        (errno.EBUSY, DeviceBusyError, "device_busy"),
        (errno.EACCES, DeviceError, "device_denied"),
        (errno.ETIMEDOUT, DeviceTimeoutError, "device_timeout"),
        (errno.EINVAL, DeviceError, "device_failed"),
    ],
)
def test_errors_of_the_system_become_ours(number: int, kind: type[DeviceError], code: str) -> None:
    error = device_error(OSError(number, "no"), "printer")
    assert (type(error), error.code, str(error)) == (kind, code, "printer: no")


def test_serial_link_reaches_the_far_end_of_a_pty() -> None:
    with PtyCable(EscposPrinter()) as cable:
        link = open_byte_link(SerialAddress(path=cable.path, baud=115200, parity="even", flow="dsrdtr"))
        link.write(memoryview(b"\x10\x04\x01"), timeout_s=1)
        answer = link.read(timeout_s=5)
        link.close()
    assert answer == b"\x12"


def test_serial_port_that_another_process_owns_is_busy() -> None:
    with PtyCable(EscposPrinter()) as cable:
        link = open_stream_link(SerialAddress(path=cable.path))
        with pytest.raises(DeviceBusyError):
            open_stream_link(SerialAddress(path=cable.path))
        link.close()


def test_missing_serial_port_is_absent(tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsentError):
        open_byte_link(SerialAddress(path=str(tmp_path / "ttyS9")))


def test_file_that_is_no_serial_port_is_absent(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DeviceAbsentError):
        open_byte_link(SerialAddress(path=str(tmp_path / "file")))


def test_speed_that_a_port_cannot_do_is_told() -> None:
    with PtyCable(EscposPrinter()) as cable, pytest.raises(DeviceError):
        open_byte_link(SerialAddress(path=cable.path, bits=9))


def test_tcp_link_reaches_a_network_printer_and_notices_its_reset() -> None:
    with TcpCable(EscposPrinter()) as cable:
        link = open_byte_link(TcpAddress(host=cable.host, port=cable.port))
        link.write(memoryview(b"\x10\x04\x04"), timeout_s=1)
        answer = link.read(timeout_s=5)
        cable.unplug()
        with pytest.raises(DeviceAbsentError):
            link.read(timeout_s=5)
        link.close()
    assert answer == b"\x12"


def test_refused_connection_is_absent() -> None:
    with TcpCable(EscposPrinter()) as cable:
        cable.unplug()
        with pytest.raises(DeviceAbsentError):
            open_stream_link(TcpAddress(host=cable.host, port=cable.port))


def test_fifo_is_read_and_written_without_a_partner(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    link = open_key_link(PipeAddress(path=str(path)))
    assert link.read_ready() == b""
    os.write(link.fileno(), b"event")
    assert link.read_ready() == b"event"
    link.close()


def test_missing_fifo_is_absent_and_a_file_is_no_fifo(tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsentError):
        open_key_link(PipeAddress(path=str(tmp_path / "none")))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DeviceError, match="not a FIFO"):
        open_key_link(PipeAddress(path=str(tmp_path / "file")))


def test_usblp_writes_what_it_is_given_and_says_nothing_where_there_is_no_port_status(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    link = open_byte_link(UsblpAddress(path=str(path)))
    link.write(memoryview(b"receipt"), timeout_s=1)
    assert (link.read(timeout_s=1), link.port_problem()) == (b"receipt", "")
    link.close()


def test_usblp_asks_the_kernel_for_the_port_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def kernel(_fd: int, request: int, status: list[int], _mutate: bool) -> int:
        asked.append(request)
        status[0] = 0x38
        return 0

    path = tmp_path / "lp0"
    os.mkfifo(path)
    link = open_byte_link(UsblpAddress(path=str(path)))
    monkeypatch.setattr(fcntl, "ioctl", kernel)
    assert (link.port_problem(), asked) == ("paper_out", [0x060B])
    link.close()


@pytest.mark.parametrize(
    ("status", "problem"), [(0x18, ""), (0x38, "paper_out"), (0x10, "printer_error"), (0x08, "offline")]
)
def test_port_status_byte_is_read(status: int, problem: str) -> None:
    assert decode_port_status(status) == problem


@pytest.mark.parametrize(("parity", "checks"), [("none", False), ("even", True), ("odd", True)])
def test_serial_port_with_parity_reads_a_wrong_byte_as_none(tmp_path: Path, parity: str, *, checks: bool) -> None:
    with PtyCable(EscposPrinter(), link=tmp_path / "port"):
        link = open_byte_link(SerialAddress(path=str(tmp_path / "port"), bits=7, parity=parity))
        assert isinstance(link, DescriptorLink)
        input_flags = termios.tcgetattr(link.fileno())[0]
        link.close()
    assert bool(input_flags & termios.INPCK) is checks
    assert not input_flags & (termios.IGNPAR | termios.PARMRK), "neither dropped nor marked: NUL"
