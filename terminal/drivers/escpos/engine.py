"""What is done with a printer and its drawer over an open link. Blocking: only the device's own thread calls it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import DeviceAbsentError, DeviceError
from terminal.domain.ids import ActionId
from terminal.domain.receipt import Receipt
from terminal.drivers.escpos.conversation import Conversation
from terminal.drivers.escpos.drawer import DrawerPulse, PulseEnd, is_open
from terminal.drivers.escpos.encoder import encode_receipt
from terminal.drivers.escpos.job import JobEnd, PrintJob
from terminal.drivers.escpos.options import DrawerOptions, PrinterOptions
from terminal.drivers.links.byte_link import ByteLink
from terminal.ports.devices import DrawerResult, PrintResult

_NUL: Final = b"\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the sensors: what keeps it from printing, what to tell people, the drawer (None: nobody knows)."""

    problem: str
    detail: str
    drawer_open: bool | None = None


class EscposEngine:
    """One printer. ``stop`` and ``absence`` may be used from any thread, the rest from the device's only."""

    def __init__(
        self, open_link: Callable[[], ByteLink], *, printer: PrinterOptions, drawer: DrawerOptions | None
    ) -> None:
        self._open_link = open_link
        self._printer = printer
        self._drawer = drawer
        self._talk: Conversation | None = None
        self._padding = b""
        self._broken: DeviceError | None = None
        self._stop = threading.Event()
        self.absence = DeviceAbsentError.code
        """The code of why there is no link, the last time that there was none."""
        self.was_refused = False
        """Whether an opening has failed since the start."""

    def open(self) -> None:
        """Open the link; raises `DeviceError`."""
        try:
            link = self._open_link()
        except DeviceError as error:
            self.absence, self.was_refused = error.code, True
            raise
        self._talk = Conversation(link, reply_s=self._printer.reply_s)
        self._broken = None
        self.absence = DeviceAbsentError.code
        self._stop.clear()

    def close(self) -> None:
        """Close the link if it is open; never raises."""
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.link.close()

    def stop(self) -> None:
        """Let a job that waits for a person end soon, as unknown."""
        self._stop.set()

    def look(self) -> Look:
        """Ask the sensors. Raises `DeviceError` when the link is lost, or was left broken by a job."""
        if self._broken is not None:
            raise self._broken
        if self._talk is None:
            raise DeviceAbsentError
        if not self._printer.asks_status:
            self._talk.forget()  # notices when the other end has gone
            problem = self._talk.link.port_problem()
            return Look(problem=problem, detail=problem)
        status = self._talk.status()
        if status is None:
            return Look(problem="no_answer", detail="no_answer")
        seen = is_open(self._drawer, pin_high=status.drawer_high) if self._drawer else None
        return Look(problem=status.problem, detail=status.detail, drawer_open=seen)

    def print_receipt(self, action: ActionId, receipt: Receipt, tell: Callable[[str], None]) -> JobEnd:
        """Encode and print; ``tell`` gets the code of what hinders it."""
        if self._talk is None:
            return JobEnd(result=PrintResult.NOT_STARTED, detail=self.absence)
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

    def pulse(self) -> PulseEnd:
        """Send one pulse to the drawer."""
        if self._talk is None or self._drawer is None:
            return PulseEnd(result=DrawerResult.FAILED, detail=self.absence)
        end = DrawerPulse(self._talk, self._drawer, asks_status=self._printer.asks_status).run(self._padding)
        if end.broken:
            self._broken = DeviceAbsentError(code=end.detail)
        elif end.result is not DrawerResult.FAILED:
            self._padding = b""
        return end
