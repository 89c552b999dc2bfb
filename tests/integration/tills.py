"""A whole till in this process, with its devices at the cable and somebody who watches and types."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from lab.brokers import free_port
from lab.operator import Operator
from simulators.beeper import BeepListener
from simulators.cables.pipe import FifoCable
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.cables.usbip import UsbIpCable
from simulators.escpos.printer import EscposPrinter
from simulators.wedge import Wedge
from terminal.config.schema import DeviceConfig, IdentityConfig, TillConfig
from terminal.offline.clock import HqClock
from terminal.offline.reader import JournalReader
from terminal.services.till import TillService
from terminal.tui.model import Model
from terminal.wire.chain import Row
from terminal.wire.counter import messages as msg
from terminal.wire.counter.panels import CompletedPanel, ConfirmPanel, LoginPanel, SalePanel, TenderPanel
from terminal.wire.counter.view import View
from terminal.wire.events import Fact, ScanHandled, decode_fact
from tests.integration.shop import CASHIER, CASHIER_PIN, SUPERVISOR, SUPERVISOR_PIN, put_book
from tests.usblp import UsblpCable

DEADLINE_S = 10.0
Settings = dict[str, str | int | bool]
PRINTER: Settings = {
    "reply_ms": 5000,
    "poll_ms": 20,
    "finish_ms": 10_000,
    "recovery_ms": 10_000,
    "sensor": "high",
    "sense_ms": 5000,
    "logo": False,
}
"""A printer's settings: it is looked at often, and a loaded machine does not make a healthy one a broken one."""
IMPATIENT: Settings = {"reply_ms": 300, "finish_ms": 1000, "recovery_ms": 600}
"""For printers that never answer or never go on: what the till waits for does not come."""
Kind = TypeVar("Kind")


async def until(condition: Callable[[], bool], *, what: str = "the condition") -> None:
    """Wait for a condition outside of the till, with a deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come")
        await asyncio.sleep(0.005)


class Cashier(Operator):
    """An operator who sees the whole view, lines and devices too."""

    def __init__(self) -> None:
        super().__init__()
        self._model = Model()

    @property
    def view(self) -> View:
        """What is on the screen."""
        assert self._model.view is not None
        return self._model.view

    @property
    def basket(self) -> list[tuple[str, str, str]]:
        """Name, quantity and amount of every line."""
        return [(line.name, line.quantity, line.amount) for line in self.view.lines]

    async def sees(self, wanted: Callable[[View], bool]) -> View:
        """Wait until the screen is as wanted."""
        await self.until(lambda _: self._model.view is not None and wanted(self.view), timeout_s=DEADLINE_S)
        return self.view

    async def told(self, message: str, **params: str) -> None:
        """Wait for a notice, with at least these parameters."""
        await self.sees(lambda v: v.notice.message == message and params.items() <= v.notice.params.items())

    async def device(self, name: str, *, link: str = "open", detail: str | None = None) -> None:
        """Wait until the status row shows a device like this."""
        await self.sees(
            lambda v: any(one.name == name and one.link == link and detail in (None, one.detail) for one in v.devices)
        )

    async def sign_in(self, number: str = CASHIER, pin: str = CASHIER_PIN) -> None:
        """Sign in with number and PIN."""
        await self.sees(lambda v: isinstance(v.panel, LoginPanel))
        self.type(number, "enter")
        await self.sees(lambda v: isinstance(v.panel, LoginPanel) and v.panel.step == "pin")
        self.type(pin, "enter")
        await self.sees(lambda v: isinstance(v.panel, SalePanel))

    async def approve(self, number: str = SUPERVISOR, pin: str = SUPERVISOR_PIN) -> None:
        """Lend a right that is asked for, with number and PIN."""
        await self.sees(lambda v: isinstance(v.panel, ConfirmPanel) and v.panel.approval)
        self.type(number, "enter")
        await self.sees(lambda v: isinstance(v.panel, ConfirmPanel) and v.panel.step == "pin")
        self.type(pin, "enter")
        await self.sees(lambda v: not isinstance(v.panel, ConfirmPanel))

    async def pay(self, given: str = "") -> CompletedPanel:
        """Take cash, and wait until the sale is done."""
        self.keys("enter")
        await self.sees(lambda v: isinstance(v.panel, TenderPanel))
        self.type(given, "f12")
        view = await self.sees(lambda v: isinstance(v.panel, CompletedPanel))
        assert isinstance(view.panel, CompletedPanel)
        return view.panel

    def _take(self, message: msg.FromTill) -> None:
        match message:
            case msg.SnapshotPage():
                self._model.take_page(message)
            case msg.Delta():
                self._model.take_delta(message)
            case _:
                pass
        super()._take(message)


class Lane:
    """The folders, the cables and the devices of one till; they stay when the till goes."""

    def __init__(
        self, folder: Path, *, cable: str = "pty", printer: Settings | None = None, scanners: Settings | None = None
    ) -> None:
        self.folder = folder
        self.epoch = 1
        for name in ("till", "books", "run"):
            (folder / name).mkdir(exist_ok=True)
        self.scanner = FifoCable(folder / "scanner")
        self.wedge = Wedge(self.scanner.write)
        self.second_scanner = FifoCable(folder / "scanner2")
        self.second_wedge = Wedge(self.second_scanner.write)
        self.printer = EscposPrinter()
        self.cable = _cable(cable, self.printer, folder / "printer")
        self.beeps = BeepListener(folder / "beeps")
        self._printer_settings = {**PRINTER, **(printer or {})}
        self._scanner_settings = scanners or {}

    @property
    def books(self) -> Path:
        """Where price books lie."""
        return self.folder / "books"

    @property
    def config(self) -> TillConfig:
        """The till's configuration."""
        return TillConfig(
            identity=IdentityConfig(store="S01", till="T03", epoch=self.epoch),
            state_dir=str(self.folder / "till"),
            books_dir=str(self.books),
            run_dir=str(self.folder / "run"),
            devices=(
                self._scanner("scanner", self.scanner),
                self._scanner("scanner2", self.second_scanner),
                DeviceConfig(
                    name="printer", driver="escpos", address=self.cable.address, settings=self._printer_settings
                ),
                DeviceConfig(name="beeper", driver="beeper", address=self.beeps.address),
            ),
        )

    def _scanner(self, name: str, cable: FifoCable) -> DeviceConfig:
        return DeviceConfig(name=name, driver="wedge", address=cable.address, settings=self._scanner_settings)

    def rows(self) -> list[Row]:
        """Read the whole journal."""
        reader = JournalReader(self.folder / "till", epoch=1)
        rows: list[Row] = []
        while found := reader.read(len(rows)):
            rows += found
        return rows

    def facts(self, kind: type[Kind]) -> list[Kind]:
        """Return the facts of one kind, oldest first."""
        return [fact for row in self.rows() if isinstance(fact := decode_fact(row.body), kind)]

    def history(self) -> list[Fact]:
        """Return every fact."""
        return [decode_fact(row.body) for row in self.rows()]

    def rejections(self) -> list[str]:
        """Return why scans were rejected."""
        return [fact.reason for fact in self.facts(ScanHandled) if fact.outcome == "rejected"]

    @property
    def paper(self) -> list[str]:
        """The text of every receipt that was cut off."""
        return [receipt.text() for receipt in self.printer.receipts]

    @property
    def kicks(self) -> int:
        """Pulses that the drawer felt."""
        return len(self.printer.drawer.kicks)

    @asynccontextmanager
    async def till(self, *, clock: HqClock | None = None, devices: bool = True) -> AsyncIterator[Cashier]:
        """Run the till, with a cashier in front of it, when all ``devices`` are open; stop it in order."""
        service = TillService(self.config, clock=clock)
        running = asyncio.create_task(service.run())
        try:
            connecting = asyncio.create_task(Cashier.connect(self.folder / "run"))
            await asyncio.wait({running, connecting}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                connecting.cancel()
                await running
            cashier = await connecting
            assert isinstance(cashier, Cashier)
            for name in ("scanner", "scanner2", "printer", "beeper") if devices else ():
                await cashier.device(name)
            yield cashier
            await cashier.close()
        finally:
            service.stop()
            await running

    @asynccontextmanager
    async def selling(self, *, clock: HqClock | None = None) -> AsyncIterator[Cashier]:
        """Run the till with a book and a cashier who has signed in."""
        if not any(self.books.glob("catalog-*.db")):
            put_book(self.books)
        async with self.till(clock=clock) as cashier:
            await cashier.sign_in()
            yield cashier


def _cable(kind: str, printer: EscposPrinter, link: Path) -> PtyCable | TcpCable | UsbIpCable:
    match kind:
        case "usblp":
            return UsblpCable(printer, link=link)
        case "pty":
            return PtyCable(printer, link=link)
        case "tcp":
            return TcpCable(printer, port=free_port())
        case _:
            return UsbIpCable(printer)


@contextmanager
def plugged(lane: Lane) -> Iterator[Lane]:
    """Plug all devices of a lane in."""
    with ExitStack() as stack:
        for device in (lane.scanner, lane.second_scanner, lane.cable, lane.beeps):
            stack.enter_context(device)
        yield lane
