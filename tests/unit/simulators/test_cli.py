import io
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from simulators.cli import main
from simulators.host import HostSettings, SimulatorHost

TIMEOUT_S = 5
ROOT = Path(__file__).parents[3]


class Lines(io.StringIO):
    """Standard output that says when a line came."""

    def __init__(self) -> None:
        super().__init__()
        self._came = threading.Condition()

    def write(self, text: str) -> int:
        with self._came:
            count = super().write(text)
            self._came.notify_all()
        return count

    def first_line(self) -> str:
        with self._came:
            assert self._came.wait_for(lambda: "\n" in self.getvalue(), TIMEOUT_S)
            return self.getvalue().splitlines()[0]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SimulatorHost]:
    with SimulatorHost(HostSettings(folder=tmp_path)) as running:
        yield running


def test_every_command_has_a_help_page_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    devices = ("wedge", "serial-scanner", "printer", "card-terminal", "scale", "payment-host")
    known = (*devices, "host", "tell", "payments", "bench")
    for command in known:
        with pytest.raises(SystemExit) as left:
            main([command, "--help"])
        assert left.value.code == 0
        assert f"example: guitai-sim {command}" in " ".join(capsys.readouterr().out.split())


def test_bad_usage_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["toaster"])
    assert left.value.code == 2
    assert "invalid choice: 'toaster'" in capsys.readouterr().err


def test_wedge_types_codes_and_says_which_were_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "scanner")
    reader = os.open(tmp_path / "scanner", os.O_RDWR | os.O_NONBLOCK)
    assert main(["wedge", "--json", "--fifo", str(tmp_path / "scanner"), "690"]) == 0
    os.close(reader)
    assert main(["wedge", "--fifo", str(tmp_path / "scanner"), "691"]) == 0
    assert (tmp_path / "scanner").is_fifo()
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"event": "ready", "address": f"pipe:{tmp_path}/scanner"}
    assert json.loads(second) == {"event": "scanned", "code": "690"}
    assert (third, fourth) == (f"pipe:{tmp_path}/scanner", "lost 691")


def test_wedge_removes_the_fifo_that_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wedge", "--fifo", str(tmp_path / "scanner"), "690"]) == 0
    assert "lost 690" in capsys.readouterr().out
    assert not (tmp_path / "scanner").exists()


def test_second_host_in_a_folder_is_refused_and_takes_nothing_away(
    host: SimulatorHost, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printer = (tmp_path / "printer").readlink()
    assert main(["host", "--dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"guitai-sim: a simulator runs in {tmp_path} already; give this one a folder of its own\n"
    )
    assert (tmp_path / "printer").readlink() == printer
    assert (tmp_path / "scanner").is_fifo()
    assert tell(host, "status") == 0


def test_wedge_reports_a_code_that_it_cannot_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wedge", "--fifo", str(tmp_path / "scanner"), "超"]) == 1
    assert capsys.readouterr().err == "guitai-sim: layout 'us' has no key for '超'\n"


def test_serial_scanner_reads_codes_from_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("690\n691\n"))
    assert main(["serial-scanner", "--link", str(tmp_path / "port")]) == 0
    assert capsys.readouterr().out.splitlines() == [f"serial:{tmp_path}/port", "scanned 690", "scanned 691"]


def test_card_terminal_takes_acts_one_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("decline\nunplug\nplug\n"))
    assert main(["card-terminal", "pty", "--link", str(tmp_path / "bank")]) == 0
    assert capsys.readouterr().out.splitlines() == [f"serial:{tmp_path}/bank"]
    assert main(["card-terminal", "tcp", "toast"]) == 2
    assert "no act 'toast'; known: approve, cancel, decline," in capsys.readouterr().err


@pytest.mark.parametrize(
    ("dialect", "wire"), [("toledo-8217", b"\x0200.855\r"), ("continuous", b"ST,GS,+  0.855kg\r\n")]
)
def test_scale_does_what_it_is_told_and_answers_at_its_cable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, dialect: str, wire: bytes
) -> None:
    heard = bytearray()

    def lines() -> Iterator[str]:
        yield "shake\n"
        yield "rest\n"
        with serial.Serial(str(tmp_path / "scale"), timeout=5) as port:
            port.write(b"W")
            while wire not in heard:
                heard.extend(port.read(1))
        yield "unplug\n"

    monkeypatch.setattr("sys.stdin", lines())
    assert main(["scale", "pty", "--dialect", dialect, "--link", str(tmp_path / "scale"), "--do", "put 857"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"serial:{tmp_path}/scale",
        "put 857: 0.855 kg",
        "shake: 0.855 kg, moves",
        "rest: 0.855 kg",
        "unplug: 0.855 kg",
    ]


def test_act_that_no_scale_can_do_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["scale", "tcp", "--do", "put much"]) == 2
    assert "'put much': 'much' is no whole number" in capsys.readouterr().err
    assert main(["scale", "tcp", "--do", "dance"]) == 1
    assert "unknown action 'dance'; known: empty," in capsys.readouterr().err


def print_through(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """Run the printer command, print one receipt on its TCP port; its exit code and its output."""
    output = Lines()
    monkeypatch.setattr("sys.stdout", output)

    def send() -> None:
        line = output.first_line()
        address = json.loads(line)["address"] if line.startswith("{") else line
        _, name, port = address.split(":")
        with socket.create_connection((name, int(port)), timeout=TIMEOUT_S) as connection:
            connection.sendall(b"hello\n\x1dV\x00")

    sender = threading.Thread(target=send)
    sender.start()
    code = main(["printer", "tcp", "--receipts", "1", *arguments])
    sender.join(TIMEOUT_S)
    return code, output.getvalue().splitlines()


def test_printer_prints_text_and_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, lines = print_through(["--png", str(tmp_path / "paper")], monkeypatch)
    assert code == 0
    assert lines[1] == "hello"
    assert (tmp_path / "paper" / "receipt-0000.png").read_bytes().startswith(b"\x89PNG")


def test_printer_prints_json(monkeypatch: pytest.MonkeyPatch) -> None:
    code, lines = print_through(["--json", "--columns", "32"], monkeypatch)
    assert code == 0
    assert json.loads(lines[1]) == {"event": "receipt", "number": 0, "text": "hello\n" + ("- " * 16).rstrip() + "\n"}


def test_printer_refuses_a_script_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["printer", "pty", "--script", "sometimes: mute"]) == 1
    assert "not a step: 'sometimes: mute'" in capsys.readouterr().err


def test_host_says_where_everything_is_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulators.cli", "host", "--dir", str(tmp_path), "--printer", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        assert addresses["scanner"] == f"pipe:{tmp_path}/scanner"
        assert addresses["printer"].startswith("tcp:127.0.0.1:")
        process.terminate()
        assert process.wait(TIMEOUT_S) == 0
    assert list(tmp_path.iterdir()) == []


def test_host_can_be_stopped_by_a_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = Lines()
    monkeypatch.setattr("sys.stdout", output)
    codes: list[int] = []

    def stop() -> None:
        output.first_line()
        codes.append(main_in_thread(["tell", "--dir", str(tmp_path), "stop"]))

    stopper = threading.Thread(target=stop)
    stopper.start()
    assert main(["host", "--dir", str(tmp_path), "--serial-scanner", "--layout", "de"]) == 0
    stopper.join(TIMEOUT_S)
    assert codes == [0]


def main_in_thread(arguments: list[str]) -> int:
    """Signals can be handled in the main thread only, so that this skips them."""
    from simulators import commands  # noqa: PLC0415 - as the command line does
    from simulators.cli import build_parser  # noqa: PLC0415

    return commands.run(build_parser().parse_args(arguments))


def tell(host: SimulatorHost, *arguments: str) -> int:
    return main(["tell", "--dir", str(Path(host.addresses.control).parent), *arguments])


def test_tell_handles_the_devices(host: SimulatorHost, capsys: pytest.CaptureFixture[str]) -> None:
    reader = os.open(host.addresses.scanner.removeprefix("pipe:"), os.O_RDWR | os.O_NONBLOCK)
    assert tell(host, "scan", "690") == 0
    assert len(os.read(reader, 4096)) == 4 * 6 * 24
    os.close(reader)
    assert tell(host, "act", "paper_out") == 0
    assert tell(host, "act", "slow", "--value", "960") == 0
    assert tell(host, "status") == 0
    assert "paper: out\n" in capsys.readouterr().out
    assert tell(host, "act", "paper_in") == 0
    with serial.Serial(host.addresses.printer.removeprefix("serial:")):
        host.printer.receive(b"hello\n\x1dV\x00")
    assert tell(host, "receipts") == 0
    assert capsys.readouterr().out.startswith("hello\n- -")
    assert tell(host, "--json", "status") == 0
    assert json.loads(capsys.readouterr().out)["receipts"] == 1


def test_tell_plays_the_beeps(
    host: SimulatorHost, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulators.control import Beep  # noqa: PLC0415 - only here

    monkeypatch.setattr(host._beeps, "_heard", [Beep(code=2, value=880)])
    assert tell(host, "beeps") == 0
    assert capsys.readouterr().out == "880 Hz\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["scan"], "scan needs a code; see guitai-sim tell --help"),
        (["act"], "act needs an action; see guitai-sim tell --help"),
        (["--kind", "bad", "scan", "1"], "no kind of scan 'bad'; known: good, half_read, double, overrun, cut_off"),
    ],
)
def test_tell_refuses_bad_usage_with_two(
    host: SimulatorHost, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert tell(host, *arguments) == 2
    assert capsys.readouterr().err == f"guitai-sim: {problem}\n"


def test_tell_without_a_host_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tell", "--dir", str(tmp_path), "status"]) == 1
    assert capsys.readouterr().err == (
        f"guitai-sim: no simulator at {tmp_path}/control.sock: No such file or directory "
        f"(start ./guitai demo first, or guitai-sim host --dir {tmp_path})\n"
    )


def test_payment_host_says_where_it_is_and_is_handled_by_a_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "simulators.cli", "payment-host", "--dir", str(tmp_path)]
    payments = ["payments", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        assert main([*payments, "script", "134567890123456789", "declined"]) == 0
        assert main([*payments, "line", "up"]) == 0
        with socket.create_connection((where["host"], where["port"]), timeout=TIMEOUT_S) as link:
            link.sendall(b'{"v":1,"id":"1","do":"query","order":"a1"}\n')
            assert json.loads(link.makefile("rb").readline())["state"] == "none"
        capsys.readouterr()
        assert main([*payments, "--json", "orders"]) == 0
        assert json.loads(capsys.readouterr().out)["calls"] == {"query": 1}
        assert main([*payments, "orders", "all"]) == 2
        assert main([*payments, "stop"]) == 0
        assert process.wait(TIMEOUT_S) == 0


def test_error_of_the_system_is_told_without_its_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["host", "--dir", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == f"guitai-sim: {tmp_path}/file: File exists\n"


def test_bench_opens_its_page(host: SimulatorHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulators.bench.app import BenchApp  # noqa: PLC0415 - as the command does

    opened: list[Any] = []
    monkeypatch.setattr(BenchApp, "run", lambda page: opened.append(page))  # noqa: PLW0108 - bound to the page
    goods = tmp_path / "goods.csv"
    goods.write_text("code,name,price\n690,Tea,3.00\n", encoding="utf-8")
    folder = str(Path(host.addresses.control).parent)
    assert main(["bench", "--dir", folder, "--goods", str(goods)]) == 0
    assert main(["bench", "--dir", folder]) == 0
    assert [len(page._desk.found("")) for page in opened] == [1, 0]


def test_ctrl_c_leaves_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulators.commands.run", interrupted)
    assert main(["printer", "pty"]) == 0
