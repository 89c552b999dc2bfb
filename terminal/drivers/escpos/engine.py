"""What is done with a printer and its drawer over an open link. Blocking: only the device's own thread calls it."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
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
    """One printer. Any thread may use ``stop``, ``ask_pulse`` and ``absence``, the device's only the rest.

    A real-time pulse does not wait for the end of a receipt, which may wait for paper: the job sends it.
    """

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
        self._asked_pulses: deque[Future[PulseEnd]] = deque()
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
        job = PrintJob(
            self._talk, self._printer, tell=tell, stopped=self._stop.is_set, meanwhile=self._pulse_in_real_time
        )
        end = job.run(action, self._padding + b"".join(commands))
        if end.broken:
            # The printer may wait for the rest of a command: so many NULs end any, and print nothing in between.
            self._padding = _NUL * max(map(len, commands))
            self._broken = DeviceAbsentError(code=end.detail)
        elif end.result is not PrintResult.NOT_STARTED:
            self._padding = b""
        return end

    def ask_pulse(self) -> Future[PulseEnd]:
        """Return what will tell of one pulse. Cancelled before the pulse begins, it is never sent.

        `send_pulses` has to follow in the device's thread, unless a job comes before it.
        """
        asked: Future[PulseEnd] = Future()
        self._asked_pulses.append(asked)
        return asked

    def send_pulses(self) -> None:
        """Send the pulses that were asked for and not sent yet."""
        while self._asked_pulses:
            asked = self._asked_pulses.popleft()
            if asked.set_running_or_notify_cancel():
                _settle(asked, self._pulse)

    def _pulse(self) -> PulseEnd:
        if self._talk is None or self._drawer is None:
            return PulseEnd(result=DrawerResult.FAILED, detail=self.absence)
        end = DrawerPulse(self._talk, self._drawer, asks_status=self._printer.asks_status).run(self._padding)
        if end.broken:
            self._broken = DeviceAbsentError(code=end.detail)
        elif end.result is not DrawerResult.FAILED:
            self._padding = b""
        return end

    def _pulse_in_real_time(self) -> None:
        """Send the pulses while a job is in the printer, if it obeys at once: a printer that answers now does."""
        if self._talk is None or self._drawer is None or self._drawer.pulse != "real_time":
            return
        if self._asked_pulses and self._printer.asks_status and self._talk.ask_status(1) is not None:
            self._padding = b""  # it went before the job
            self.send_pulses()


def _settle(asked: Future[PulseEnd], send: Callable[[], PulseEnd]) -> None:
    """Give whoever asked the end of a pulse, also when it ends in a fault of ours."""
    try:
        asked.set_result(send())
    except BaseException as error:
        asked.set_exception(error)
        raise
