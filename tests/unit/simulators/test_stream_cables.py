import os
import socket
import time
from pathlib import Path

import pytest
import serial

from lab.brokers import free_port
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.faults import parse_script
from simulators.serial_scanner import SerialScanner
from tests.unit.simulators.waiting import wait_for

TIMEOUT_S = 5


def open_serial(path: str) -> serial.Serial:
    return serial.Serial(path, timeout=TIMEOUT_S, write_timeout=TIMEOUT_S)


def read_through(port: serial.Serial, end: bytes) -> bytes:
    """Read blocks until one ends with ``end`` (pyserial's own ``read_until`` reads single bytes), or nothing comes."""
    data = b""
    while not data.endswith(end) and (block := port.read(max(1, port.in_waiting))):
        data += block
    return data


def connect(cable: TcpCable) -> socket.socket:
    return socket.create_connection((cable.host, cable.port), timeout=TIMEOUT_S)


def test_a_serial_scanner_is_heard_through_a_pty() -> None:
    scanner = SerialScanner(aim="]E0")
    with PtyCable(scanner) as cable, open_serial(cable.path) as port:
        scanner.scan("690\x1d1")
        assert port.read_until(b"\r") == b"]E0690\x1d1\r"
        assert cable.address == f"serial:{cable.path}"


def test_a_serial_scanner_has_the_faults_of_scanners() -> None:
    scanner = SerialScanner(suffix=b"\r\n", encoding="gb18030")
    scanner.half_read("690")
    scanner.noise(b"\xfe\xff")
    scanner.double_trigger("超")
    assert scanner.collect() == b"690" + b"\xfe\xff" + b"\xb3\xac\r\n" * 2


def test_a_pty_carries_bytes_to_its_device() -> None:
    scanner = SerialScanner()
    with PtyCable(scanner) as cable, open_serial(cable.path) as port:
        port.write(b"AT\r\n\x03\x11\x13")
        wait_for(scanner, lambda: bytes(scanner.heard) == b"AT\r\n\x03\x11\x13")


def test_hosts_may_open_and_close_a_pty_as_they_like() -> None:
    scanner = SerialScanner()
    with PtyCable(scanner) as cable:
        for code in ("1", "2"):
            with open_serial(cable.path) as port:
                scanner.scan(code)
                assert port.read_until(b"\r") == f"{code}\r".encode()


def test_an_unplugged_pty_is_dead_to_its_host_and_its_link_leads_to_the_next(tmp_path: Path) -> None:
    scanner = SerialScanner()
    with PtyCable(scanner, link=tmp_path / "port") as cable:
        with open_serial(cable.path) as port:
            cable.unplug()
            assert not cable.plugged
            assert not (tmp_path / "port").is_symlink()
            with pytest.raises(serial.SerialException):
                port.read(1)
        cable.plug()
        with open_serial(str(tmp_path / "port")) as port:
            scanner.scan("7")
            assert port.read_until(b"\r") == b"7\r"


def test_a_pty_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    cable = PtyCable(SerialScanner(), link=tmp_path / "no" / "folder")
    with pytest.raises(FileNotFoundError), cable:
        pass


def test_a_pty_whose_host_does_not_read_keeps_the_rest_for_later() -> None:
    scanner = SerialScanner(suffix=b"")
    with PtyCable(scanner) as cable:
        scanner.noise(b"y" * 100_000)
        with open_serial(cable.path) as port:
            scanner.noise(b"!")
            assert read_through(port, b"!").endswith(b"y!")


def test_a_cable_that_was_never_plugged_closes() -> None:
    cable = TcpCable(SerialScanner())
    cable.close()
    assert not cable.plugged


def test_a_script_pulls_the_cable_by_itself() -> None:
    scanner = SerialScanner()
    script = parse_script("after 3 bytes: unplug")
    with TcpCable(scanner, script, port=free_port()) as cable:
        with connect(cable) as connection:
            connection.sendall(b"abcdef")
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        cable.plug()
        with connect(cable) as connection:
            connection.sendall(b"ghi")
            wait_for(scanner, lambda: bytes(scanner.heard) == b"abcghi")
            scanner.scan("1")
            assert connection.recv(10) == b"1\r"


def test_a_tcp_port_serves_one_host_after_the_other() -> None:
    scanner = SerialScanner()
    with TcpCable(scanner) as cable:
        assert cable.address == f"tcp:127.0.0.1:{cable.port}"
        with connect(cable) as first, connect(cable) as second:
            first.sendall(b"x")
            wait_for(scanner, lambda: bytes(scanner.heard) == b"x")
            first.close()
            second.sendall(b"y")
            wait_for(scanner, lambda: bytes(scanner.heard) == b"xy")
            scanner.scan("2")
            assert second.recv(10) == b"2\r"


def test_an_unplugged_tcp_device_resets_and_refuses_and_keeps_its_port() -> None:
    with TcpCable(SerialScanner(), port=free_port()) as cable:
        port = cable.port
        with connect(cable) as connection:
            cable.unplug()
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        with pytest.raises(ConnectionRefusedError):
            connect(cable)
        cable.plug()
        assert cable.port == port
        connect(cable).close()


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with (
        TcpCable(SerialScanner()) as taken,
        pytest.raises(OSError, match="in use"),
        TcpCable(SerialScanner(), port=taken.port),
    ):
        pass


def test_a_stalled_device_leaves_the_bytes_with_its_host_until_it_heals() -> None:
    scanner = SerialScanner()
    scanner.set_faults(stalled=True)
    with TcpCable(scanner) as cable, connect(cable) as connection:
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.sendall(b"x" * 16_000_000)
        assert scanner.heard == b""
        scanner.heal()
        wait_for(scanner, lambda: len(scanner.heard) > 0)


def test_a_host_that_resets_a_stalled_connection_is_forgotten() -> None:
    scanner = SerialScanner()
    scanner.set_faults(stalled=True)
    with TcpCable(scanner) as cable:
        with connect(cable) as connection:
            connection.sendall(b"x")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        with connect(cable) as second:
            scanner.heal()
            second.sendall(b"z")
            wait_for(scanner, lambda: scanner.heard.endswith(b"z"))


def test_an_answer_longer_than_the_pty_holds_arrives_whole() -> None:
    scanner = SerialScanner(suffix=b"")
    with PtyCable(scanner) as cable, open_serial(cable.path) as port:
        scanner.noise(b"y" * 20_000)
        assert port.read(20_000) == b"y" * 20_000


def test_a_late_answer_arrives_by_itself() -> None:
    scanner = SerialScanner()
    scanner.set_faults(late_s=0.02)
    with PtyCable(scanner) as cable, open_serial(cable.path) as port:
        began = time.monotonic()
        scanner.scan("1")
        assert port.read_until(b"\r") == b"1\r"
        assert time.monotonic() - began >= 0.02


def test_a_cable_leaves_no_descriptor_behind() -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are enough

    before = count()
    for cable in (PtyCable(SerialScanner()), TcpCable(SerialScanner())):
        with cable:
            assert count() > before
    del cable
    assert count() <= before + 2
