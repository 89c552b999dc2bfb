"""Driver ``escpos``: a receipt printer and the cash drawer behind it, on any link that carries bytes both ways.

Settings: see `terminal.drivers.escpos.options`. All bytes go through the device's one thread; the loop never waits.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from terminal.domain.ids import ActionId
from terminal.domain.receipt import Receipt
from terminal.drivers.escpos.engine import EscposEngine, Look
from terminal.drivers.escpos.options import (
    DrawerOptions,
    PrinterOptions,
    read_drawer_options,
    read_printer_options,
)
from terminal.drivers.links.address import parse_address, path_of
from terminal.drivers.links.byte_link import ByteLink
from terminal.drivers.links.opening import byte_address, open_byte_link
from terminal.drivers.outcomes import Outcomes
from terminal.drivers.polled import PolledDriver
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Face, Installed, Report
from terminal.ports.devices import (
    DeviceKind,
    DeviceSink,
    DeviceState,
    DrawerOutcome,
    DrawerResult,
    PrintOutcome,
    PrintResult,
)

_DRAWER_DETAIL: Final = {None: "", True: "open", False: "closed"}


class EscposDriver(PolledDriver[EscposEngine]):
    """A `ReceiptPrinter` and, with ``drawer`` options, a `CashDrawer`."""

    def __init__(
        self,
        name: str,
        *,
        path: str | None,
        open_link: Callable[[], ByteLink],
        printer: PrinterOptions,
        drawer: DrawerOptions | None,
    ) -> None:
        faces = (Face(name=name, kind=DeviceKind.PRINTER), Face(name=f"{name}-drawer", kind=DeviceKind.DRAWER))
        engine = EscposEngine(open_link, printer=printer, drawer=drawer)
        super().__init__(*(faces[:1] if drawer is None else faces), path=path, engine=engine, poll_s=printer.poll_s)
        self._opening_s = printer.opening_s
        self._patience_s = drawer.patience_s if drawer else 0.0
        self._prints: Outcomes[PrintOutcome] = Outcomes()
        self._pulses: Outcomes[DrawerOutcome] = Outcomes()
        self._serving = asyncio.Event()

    async def serve(self, report: Report) -> None:
        """Serve the jobs that wait for an open link too; see `PolledDriver`."""
        self._serving.set()
        try:
            await super().serve(report)
        finally:
            self._engine.stop()

    async def _look(self) -> None:
        self._show(await self._hop(self._engine.look))

    async def print_receipt(self, action: ActionId, receipt: Receipt) -> PrintOutcome:
        """Print; see `terminal.ports.devices.ReceiptPrinter`."""
        return await self._prints.once(action, lambda: self._print(action, receipt))

    async def open_drawer(self, action: ActionId) -> DrawerOutcome:
        """Send one pulse; see `terminal.ports.devices.CashDrawer`."""
        return await self._pulses.once(action, lambda: self._pulse(action))

    async def _print(self, action: ActionId, receipt: Receipt) -> PrintOutcome:
        report = await self._ready()
        if report is None:
            return PrintOutcome(action=action, result=PrintResult.NOT_STARTED, detail=self._engine.absence)
        report(DeviceKind.PRINTER, DeviceState.BUSY, "")
        loop = asyncio.get_running_loop()

        def tell(problem: str) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody is left to tell
                loop.call_soon_threadsafe(self._show_busy, problem)

        end = await self._hop(lambda: self._engine.print_receipt(action, receipt, tell))
        self._wake.set()
        return PrintOutcome(action=action, result=end.result, detail=end.detail)

    async def _pulse(self, action: ActionId) -> DrawerOutcome:
        """Pulse, unless it cannot be sent for so long that the drawer would spring open when nobody expects it."""
        if await self._ready() is None:
            return DrawerOutcome(action=action, result=DrawerResult.FAILED, detail=self._engine.absence)
        waiting = self._engine.ask_pulse()
        self.thread.submit(self._engine.send_pulses)
        ended = asyncio.wrap_future(waiting)
        await asyncio.wait({ended}, timeout=self._patience_s)
        if not ended.done() and waiting.cancel():
            return DrawerOutcome(action=action, result=DrawerResult.FAILED, detail="printer_busy")
        end = await ended
        self._wake.set()
        return DrawerOutcome(action=action, result=end.result, detail=end.detail)

    async def _ready(self) -> Report | None:
        """Return the report of an open link; the first opening gets a moment, since the till may begin with a job."""
        if not self._serving.is_set() and not self._engine.was_refused:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._opening_s):
                    await self._serving.wait()
        return self._report

    def _show(self, look: Look) -> None:
        if self._report is None:
            return
        state = DeviceState.ERROR if look.problem else DeviceState.IDLE
        self._report(DeviceKind.PRINTER, state, look.detail)
        self._report(DeviceKind.DRAWER, DeviceState.IDLE, _DRAWER_DETAIL[look.drawer_open])

    def _show_busy(self, problem: str) -> None:
        if self._report is not None:
            self._report(DeviceKind.PRINTER, DeviceState.ERROR if problem else DeviceState.BUSY, problem)


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    del sink  # all that a printer reports goes through its supervisor
    address = byte_address(spec.name, parse_address(spec.name, spec.address))
    settings = DeviceSettings(spec)
    printer = read_printer_options(settings)
    drawer = read_drawer_options(settings)
    settings.finish()
    driver = EscposDriver(
        spec.name,
        path=path_of(address),
        open_link=lambda: open_byte_link(address),
        printer=printer,
        drawer=drawer,
    )
    return Installed(driver=driver, printer=driver, drawer=driver if drawer else None)
