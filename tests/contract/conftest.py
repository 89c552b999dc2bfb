"""Every contract is run on every link; a call that blocks the loop inside the drivers fails the test."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from lab.brokers import free_port
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.cables.usbip import UsbIpCable
from simulators.escpos.printer import EscposPrinter
from terminal.config.schema import DeviceConfig
from tests.usblp import UsblpCable

PRINTER_LINKS = ("usblp", "pty", "tcp", "usbip")
Cable = PtyCable | TcpCable | UsbIpCable


@pytest.fixture(autouse=True)
def _no_blocking_call_on_the_loop() -> Iterator[None]:
    with blockbuster_ctx(scanned_modules=["terminal.drivers"]) as blockbuster:
        # Not ours: measuring coverage locks its data when a new file is first run.
        blockbuster.functions["threading.Lock.acquire"].can_block_in("coverage/collector.py", {"lock_data"})
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterRig:
    """A simulated printer on a cable."""

    printer: EscposPrinter
    cable: Cable

    def config(self, **settings: str | int | bool) -> DeviceConfig:
        """Return its configuration: it is looked at often, and only a test of silence has little patience."""
        usual: dict[str, str | int | bool] = {"reply_ms": 2000, "poll_ms": 20}
        return DeviceConfig(name="printer", driver="escpos", address=self.cable.address, settings={**usual, **settings})


def plug_in(link: str, printer: EscposPrinter, folder: Path) -> AbstractContextManager[Cable]:
    """Put a printer on a cable of a kind: one of `PRINTER_LINKS`.

    Its address stays its own when it is unplugged; the name of a pty (``/dev/pts/3``) is at once another test's.
    """
    match link:
        case "usblp":
            return UsblpCable(printer, link=folder / "lp0")
        case "pty":
            return PtyCable(printer, link=folder / "port")
        case "tcp":
            return TcpCable(printer, port=free_port())
        case _:
            return UsbIpCable(printer)


@pytest.fixture(params=PRINTER_LINKS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PrinterRig]:
    printer = EscposPrinter()
    with plug_in(request.param, printer, tmp_path) as cable:
        yield PrinterRig(printer=printer, cable=cable)
