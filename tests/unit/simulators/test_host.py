import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from simulators.beeper import BeepListener
from simulators.client import SimulatorClient, SimulatorError
from simulators.control import Beep, Reply, ScanKind
from simulators.control_server import ControlServer
from simulators.faults import parse_script
from simulators.host import HostError, HostSettings, SimulatorHost
from tests.unit.simulators.waiting import wait_for

TIMEOUT_S = 5
EVENT = struct.Struct("llHHi")
RECEIPT = (
    b"\x1c&" + "合计 7.00\n".encode("gb18030") + b"\x1d(k\x05\x00\x31\x50\x30hi\x1d(k\x03\x00\x31\x51\x30\x1dV\x00"
)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SimulatorHost]:
    settings = HostSettings(folder=tmp_path / "sim", serial_scanner=True)
    with SimulatorHost(settings) as running:
        yield running


@pytest.fixture
def client(host: SimulatorHost) -> Iterator[SimulatorClient]:
    with SimulatorClient(host.addresses.control) as connected:
        yield connected


@pytest.fixture
def reader(host: SimulatorHost) -> Iterator[int]:
    """The till's end of the scanner."""
    descriptor = os.open(host.addresses.scanner.removeprefix("pipe:"), os.O_RDWR | os.O_NONBLOCK)
    yield descriptor
    os.close(descriptor)


def pressed(reader: int) -> list[int]:
    return [code for _, _, kind, code, value in EVENT.iter_unpack(os.read(reader, 1 << 16)) if (kind, value) == (1, 1)]


def test_addresses_are_those_of_a_tills_configuration(host: SimulatorHost, tmp_path: Path) -> None:
    addresses = host.addresses
    assert addresses.scanner == f"pipe:{tmp_path}/sim/scanner"
    assert addresses.printer == f"serial:{tmp_path}/sim/printer"
    assert addresses.serial_scanner == f"serial:{tmp_path}/sim/serial_scanner"
    assert addresses.beeps == f"pipe:{tmp_path}/sim/beeps"
    assert addresses.control == f"{tmp_path}/sim/control.sock"


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (ScanKind.GOOD, [7, 10, 28]),
        (ScanKind.HALF_READ, [7, 10]),
        (ScanKind.DOUBLE, [7, 10, 28, 7, 10, 28]),
        (ScanKind.OVERRUN, [7, 10, 28]),
        (ScanKind.CUT_OFF, [7]),
    ],
)
def test_a_client_scans_well_and_badly(client: SimulatorClient, reader: int, kind: ScanKind, keys: list[int]) -> None:
    client.scan("69", kind=kind)
    assert pressed(reader) == keys


def test_a_scanner_cut_off_is_unplugged_until_it_is_plugged(client: SimulatorClient, reader: int) -> None:
    assert reader
    client.scan("6901", kind=ScanKind.CUT_OFF)
    assert not client.status().scanner_plugged
    with pytest.raises(SimulatorError, match="no till has the scanner open"):
        client.scan("6901")
    client.act("plug", device="scanner")
    assert client.status().scanner_plugged


def test_a_person_types_on_the_grabbed_device(client: SimulatorClient, reader: int) -> None:
    client.press("12\r")
    assert pressed(reader) == [2, 3, 28]


def test_a_scan_to_nobody_is_refused_and_counted(client: SimulatorClient) -> None:
    with pytest.raises(SimulatorError, match="69 was scanned to nobody"):
        client.scan("69")
    assert client.status().lost_bytes == 3 * 6 * 24


def test_a_serial_scanner_scans_too(host: SimulatorHost, client: SimulatorClient) -> None:
    path = host.addresses.serial_scanner.removeprefix("serial:")
    with serial.Serial(path, timeout=TIMEOUT_S) as port:
        client.scan("690", device="serial_scanner")
        assert port.read_until(b"\r") == b"690\r"
        client.act("garbage", device="serial_scanner")
        client.scan("690", device="serial_scanner")
        assert port.read(1) == b"\xff"
    with pytest.raises(SimulatorError, match="serial_scanner cannot scan overrun"):
        client.scan("690", kind=ScanKind.OVERRUN, device="serial_scanner")


def test_a_till_that_dies_and_comes_back_finds_the_printer_where_it_was(
    host: SimulatorHost, client: SimulatorClient
) -> None:
    path = host.addresses.printer.removeprefix("serial:")
    for number in range(2):
        with serial.Serial(path, timeout=TIMEOUT_S, write_timeout=TIMEOUT_S) as port:
            port.write(RECEIPT)
            (receipt,) = client.receipts(since=number, wait_s=TIMEOUT_S)
        assert receipt.number == number
        assert receipt.lines == ("合计 7.00",)
        assert receipt.qr_codes == ("hi",)
        assert receipt.cut == "full"
        assert receipt.text.startswith("合计 7.00\n[QR hi]\n")
    assert client.receipts(since=2, wait_s=0.001) == ()


def test_hands_at_the_printer_are_seen_in_the_status(host: SimulatorHost, client: SimulatorClient) -> None:
    host.printer.receive(RECEIPT + b"\x1bp\x00\x19\xfa\x1bz")
    client.act("paper_out")
    status = client.status()
    assert (status.paper, status.online, status.receipts, status.kicks, status.drawer_open) == (
        "out",
        False,
        1,
        1,
        True,
    )
    assert status.incidents == (f"{len(RECEIPT) + 5}: unknown bytes 1b 7a",)
    client.act("paper_near_end")
    assert client.status().paper == "near_end"
    client.act("paper_in")
    client.act("drawer_close")
    client.act("slow", value=960)
    status = client.status()
    assert (status.paper, status.online, status.drawer_open) == ("present", True, False)
    assert host.printer.faults.bytes_per_s == 960


def test_an_unplugged_printer_comes_back(host: SimulatorHost, client: SimulatorClient) -> None:
    client.act("unplug")
    assert not client.status().printer_plugged
    client.act("plug")
    with serial.Serial(host.addresses.printer.removeprefix("serial:"), timeout=TIMEOUT_S) as port:
        port.write(b"\x10\x04\x01")
        assert port.read(1) == b"\x12"


@pytest.mark.parametrize(
    ("action", "device", "problem"),
    [
        ("explode", "printer", "unknown action 'explode'"),
        ("mute", "scanner", "a wedge cannot mute; known: plug, unplug"),
        ("plug", "toaster", "no device 'toaster'; known: scanner, serial_scanner, printer"),
    ],
)
def test_what_cannot_be_done_is_said(client: SimulatorClient, action: str, device: str, problem: str) -> None:
    with pytest.raises(SimulatorError, match=problem):
        client.act(action, device=device)


def test_a_receipt_is_drawn_on_request(host: SimulatorHost, client: SimulatorClient, tmp_path: Path) -> None:
    host.printer.receive(RECEIPT)
    client.draw(0, tmp_path / "receipt.png")
    assert (tmp_path / "receipt.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(SimulatorError, match="no receipt 5; there are 1"):
        client.draw(5, tmp_path / "other.png")


def test_a_machine_without_fonts_says_so(
    host: SimulatorHost, client: SimulatorClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulators.escpos import fonts  # noqa: PLC0415 - only this test needs it

    host.printer.receive(RECEIPT)
    fonts._chinese_face.cache_clear()
    monkeypatch.setattr(fonts, "_candidates", list)
    with pytest.raises(SimulatorError, match="no Chinese font found"):
        client.draw(0, tmp_path / "receipt.png")


def test_beeps_are_heard(host: SimulatorHost, client: SimulatorClient) -> None:
    tone = EVENT.pack(0, 0, 0x12, 2, 2000) + EVENT.pack(0, 0, 0, 0, 0) + EVENT.pack(0, 0, 0x12, 2, 0)
    path = host.addresses.beeps.removeprefix("pipe:")
    with open(path, "wb", buffering=0) as speaker:  # noqa: PTH123 - a device, not a file
        speaker.write(tone)
        deadline = time.monotonic() + TIMEOUT_S
        while len(client.beeps()) < 2 and time.monotonic() < deadline:
            pass
    assert client.beeps() == (Beep(code=2, value=2000), Beep(code=2, value=0))
    assert client.beeps(since=1) == (Beep(code=2, value=0),)
    assert client.status().beeps == 2


def test_a_beep_may_be_split_over_two_reads(tmp_path: Path) -> None:
    listener = BeepListener(tmp_path / "beeps")
    event = EVENT.pack(0, 0, 0x12, 1, 1)
    listener.feed(event[:10])
    listener.feed(event[10:] + EVENT.pack(0, 0, 0x12, 7, 1))
    assert listener.heard == (Beep(code=1, value=1),)


def test_a_listener_keeps_a_fifo_that_is_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "beeps")
    with BeepListener(tmp_path / "beeps") as listener:
        assert listener.address == f"pipe:{tmp_path}/beeps"


def test_a_client_stops_the_host(host: SimulatorHost, client: SimulatorClient) -> None:
    assert host.wait(0) is False
    client.stop()
    assert host.wait(TIMEOUT_S) is True


@pytest.mark.parametrize("cable", ["tcp", "usbip"])
def test_the_printer_may_hang_on_other_cables(tmp_path: Path, cable: str) -> None:
    settings = HostSettings(folder=tmp_path, printer_cable=cable, script=parse_script("after 1 bytes: mute"))
    with SimulatorHost(settings) as host, SimulatorClient(host.addresses.control) as client:
        assert host.addresses.printer.startswith(f"{cable}:127.0.0.1:")
        assert host.addresses.serial_scanner == ""
        client.act("unplug")
        client.act("plug")
        assert client.status().printer_plugged


def test_a_cable_that_does_not_exist_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(HostError, match="no cable 'string'; known: pty, tcp, usbip"),
        SimulatorHost(HostSettings(folder=tmp_path, printer_cable="string")),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def raw_client(host: SimulatorHost) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(TIMEOUT_S)
    connection.connect(host.addresses.control)
    return connection


def test_a_request_that_cannot_be_read_is_answered_with_the_reason(host: SimulatorHost) -> None:
    with raw_client(host) as connection:
        connection.sendall(b'{"do":"dance"}\n')
        assert b"Invalid value 'dance'" in connection.recv(4096)
        connection.sendall(b'{"do":"scan","cod":"1"}\n')
        assert b"unknown field `cod`" in connection.recv(4096)
        connection.sendall(b"\xff\n")
        assert b'"ok":false' in connection.recv(4096)


def test_a_line_without_end_closes_the_connection(host: SimulatorHost) -> None:
    with raw_client(host) as connection:
        connection.sendall(b"x" * (1 << 16))
        assert connection.recv(1) == b""


def test_a_client_that_leaves_before_its_answer_does_no_harm(host: SimulatorHost, client: SimulatorClient) -> None:
    with raw_client(host) as connection:
        connection.sendall(b'{"do":"receipts","wait_ms":5000}\n')
    host.printer.receive(RECEIPT)
    wait_for(host.printer, lambda: len(host.printer.receipts) == 1)
    assert client.status().receipts == 1


def test_a_host_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="no simulator at"):
        SimulatorClient(tmp_path / "control.sock")


def test_a_host_that_goes_is_noticed(tmp_path: Path) -> None:
    with SimulatorHost(HostSettings(folder=tmp_path)) as host:
        client = SimulatorClient(host.addresses.control)
    with client, pytest.raises(SimulatorError):
        client.status()


def test_a_client_that_hung_up_cannot_ask(host: SimulatorHost) -> None:
    client = SimulatorClient(host.addresses.control)
    client.close()
    with pytest.raises(SimulatorError, match="the simulator is gone"):
        client.status()


def test_an_answer_without_a_status_is_an_error(tmp_path: Path) -> None:
    with (
        ControlServer(tmp_path / "control.sock", lambda _: Reply(ok=True)),
        SimulatorClient(tmp_path / "control.sock") as client,
        pytest.raises(SimulatorError, match="without a status"),
    ):
        client.status()


def test_a_socket_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"), ControlServer(tmp_path / "no" / "s", lambda _: Reply(ok=True)):
        pass
