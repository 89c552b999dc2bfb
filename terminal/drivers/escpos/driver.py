"""Driver ``escpos``: a receipt printer and the cash drawer behind it, on any link that carries bytes both ways.

Settings: see `terminal.drivers.escpos.options`. All bytes go through the device's one thread; the loop never waits.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from terminal.domain.errors import DeviceAbsentError, DeviceError
from terminal.domain.ids import ActionId
from terminal.domain.receipt import Receipt
from terminal.drivers.escpos.conversation import Conversation
from terminal.drivers.escpos.drawer import DrawerPulse, PulseEnd, is_open
from terminal.drivers.escpos.encoder import encode_receipt
from terminal.drivers.escpos.job import JobEnd, PrintJob
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

_NUL: Final = b"\0"

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One look at the sensors: what is wrong or worth telling, and the drawer (None: nobody knows)."""

    problem: str
    detail: str
    drawer_open: bool | None = None


class EscposDriver:
    """A `ReceiptPrinter` and, with ``drawer`` options, a `CashDrawer`; a `terminal.drivers.supervisor.Driver`."""

    def __init__(
        self,
        name: str,
        *,
        path: str | None,
        open_link: Callable[[], ByteLink],
        printer: PrinterOptions,
        drawer: DrawerOptions | None,
    ) -> None:
        printer_face = Face(name=name, kind=DeviceKind.PRINTER)
        drawer_face = Face(name=f"{name}-drawer", kind=DeviceKind.DRAWER)
        self.faces = (printer_face,) if drawer is None else (printer_face, drawer_face)
        self.path = path
        self.thread: Executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"device-{name}")
        self._open_link = open_link
        self._printer = printer
        self._drawer = drawer
        self._prints: Outcomes[PrintOutcome] = Outcomes()
        self._pulses: Outcomes[DrawerOutcome] = Outcomes()
        self._report: Report | None = None
        self._wake = asyncio.Event()
        # From here on: touched in the device's thread only, but for the two flags.
        self._talk: Conversation | None = None
        self._padding = b""
        self._broken: DeviceError | None = None
        self._absence = DeviceAbsentError.code
        self._stop = threading.Event()

    def open(self) -> None:
        """Open the link; see `terminal.drivers.supervisor.Driver`."""
        try:
            link = self._open_link()
        except DeviceError as error:
            self._absence = error.code
            raise
        self._talk = Conversation(link, reply_s=self._printer.reply_s)
        self._broken = None
        self._absence = DeviceAbsentError.code
        self._stop.clear()

    def close(self) -> None:
        """Close the link; see `terminal.drivers.supervisor.Driver`."""
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.link.close()

    async def serve(self, report: Report) -> None:
        """Look at the sensors again and again until the link is lost; see `terminal.drivers.supervisor.Driver`."""
        self._report = report
        try:
            while True:
                self._wake.clear()
                self._show(await self._hop(self._look))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._printer.poll_s):
                        await self._wake.wait()
        finally:
            self._report = None
            self._stop.set()

    async def print_receipt(self, action: ActionId, receipt: Receipt) -> PrintOutcome:
        """Print; see `terminal.ports.devices.ReceiptPrinter`."""
        return await self._prints.once(action, lambda: self._print(action, receipt))

    async def open_drawer(self, action: ActionId) -> DrawerOutcome:
        """Send one pulse; see `terminal.ports.devices.CashDrawer`."""
        return await self._pulses.once(action, lambda: self._pulse(action))

    async def _print(self, action: ActionId, receipt: Receipt) -> PrintOutcome:
        if self._report is None:
            return PrintOutcome(action=action, result=PrintResult.NOT_STARTED, detail=self._absence)
        self._report(DeviceKind.PRINTER, DeviceState.BUSY, "")
        loop = asyncio.get_running_loop()

        def tell(problem: str) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody is left to tell
                loop.call_soon_threadsafe(self._show_busy, problem)

        end = await self._hop(lambda: self._run_job(action, receipt, tell))
        self._wake.set()
        return PrintOutcome(action=action, result=end.result, detail=end.detail)

    async def _pulse(self, action: ActionId) -> DrawerOutcome:
        if self._report is None or self._drawer is None:
            return DrawerOutcome(action=action, result=DrawerResult.FAILED, detail=self._absence)
        drawer = self._drawer
        waiting = self.thread.submit(lambda: self._run_pulse(drawer))
        ended = asyncio.wrap_future(waiting)
        await asyncio.wait({ended}, timeout=drawer.patience_s)
        if not ended.done() and waiting.cancel():
            return DrawerOutcome(action=action, result=DrawerResult.FAILED, detail="printer_busy")
        end = await ended
        self._wake.set()
        return DrawerOutcome(action=action, result=end.result, detail=end.detail)

    async def _hop(self, call: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)

    def _show(self, look: _Look) -> None:
        if self._report is None:
            return
        state = DeviceState.ERROR if look.problem else DeviceState.IDLE
        self._report(DeviceKind.PRINTER, state, look.detail)
        drawer = {None: "", True: "open", False: "closed"}[look.drawer_open]
        self._report(DeviceKind.DRAWER, DeviceState.IDLE, drawer)

    def _show_busy(self, problem: str) -> None:
        if self._report is not None:
            self._report(DeviceKind.PRINTER, DeviceState.ERROR if problem else DeviceState.BUSY, problem)

    def _look(self) -> _Look:
        """Ask the sensors (thread). A broken link is raised here, so that the supervisor opens it anew."""
        if self._broken is not None:
            raise self._broken
        if self._talk is None:
            raise DeviceAbsentError
        if not self._printer.asks_status:
            self._talk.forget()  # notices when the other end has gone
            problem = self._talk.link.port_problem()
            return _Look(problem=problem, detail=problem)
        status = self._talk.status()
        if status is None:
            return _Look(problem="no_answer", detail="no_answer")
        seen = is_open(self._drawer, pin_high=status.drawer_high) if self._drawer else None
        return _Look(problem=status.problem, detail=status.detail, drawer_open=seen)

    def _run_job(self, action: ActionId, receipt: Receipt, tell: Callable[[str], None]) -> JobEnd:
        """Encode and print (thread)."""
        if self._talk is None:
            return JobEnd(result=PrintResult.NOT_STARTED, detail=self._absence)
        commands = encode_receipt(receipt, self._printer.style)
        job = PrintJob(self._talk, self._printer, tell=tell, stopped=self._stop.is_set)
        end = job.run(action, self._padding + b"".join(commands))
        if end.broken:
            # The printer may wait for the rest of a command: so many NULs end any, and print nothing in between.
            self._padding = _NUL * max(map(len, commands))
            self._broken = DeviceAbsentError(code=end.detail)
        elif end.result is not PrintResult.NOT_STARTED:
            self._padding = b""
        return end

    def _run_pulse(self, drawer: DrawerOptions) -> PulseEnd:
        """Pulse (thread)."""
        if self._talk is None:
            return PulseEnd(result=DrawerResult.FAILED, detail=self._absence)
        end = DrawerPulse(self._talk, drawer, asks_status=self._printer.asks_status).run(self._padding)
        if end.broken:
            self._broken = DeviceAbsentError(code=end.detail)
        elif end.result is not DrawerResult.FAILED:
            self._padding = b""
        return end


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
