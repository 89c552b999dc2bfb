"""One process that hosts the simulated devices of a bench, and a socket to handle them by.

The till may die and come back: every address stays what it was. Receipts, beeps and drawer pulses are kept for as long
as the host lives.
"""

import dataclasses
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, assert_never

import msgspec

from simulators.beeper import BeepListener
from simulators.cables.pipe import FifoCable
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.card_terminal.terminal import CardTerminal
from simulators.control import (
    CONTROL_SOCKET,
    Act,
    Addresses,
    Draw,
    GetBeeps,
    GetReceipts,
    GetStatus,
    Press,
    PrintedReceipt,
    Reply,
    Request,
    Scan,
    ScanKind,
    Status,
    Stop,
)
from simulators.control_server import ControlServer
from simulators.device import Action, Device
from simulators.escpos.paper import Receipt
from simulators.escpos.printer import EscposPrinter, Traits
from simulators.faults import Step, check_script, perform
from simulators.scale import Toledo8217
from simulators.serial_scanner import SerialScanner
from simulators.wedge import Wedge, WedgeSettings

UNPLUGGED = "unplugged"
APPLES_G = 856
"""What lies on the scale when the host begins."""


class HostError(ValueError):
    """A request that the host cannot do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """What a host makes. ``printer_cable`` is ``pty``, ``tcp`` or ``usbip``; ``port`` 0 takes a free one."""

    folder: Path
    printer_cable: str = "pty"
    port: int = 0
    traits: Traits = field(default_factory=Traits)
    scanner: WedgeSettings = field(default_factory=WedgeSettings)
    serial_scanner: bool = False
    card_terminal: bool = False
    scale: bool = False
    script: Sequence[Step] = ()
    """Faults of the printer."""
    link: Path | None = None
    """Symbolic link to a printer's pty."""


class Cable(Protocol):
    """What is needed of any cable; a context manager that is plugged at entry."""

    def __enter__(self) -> Self:
        """Plug it in."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Pull it and end its threads."""

    @property
    def address(self) -> str:
        """As a till's configuration names it."""

    @property
    def plugged(self) -> bool:
        """Whether it is in."""

    def plug(self) -> None:
        """Put it in."""

    def unplug(self) -> None:
        """Pull it."""


def plug_printer(settings: HostSettings, printer: EscposPrinter) -> Cable:
    """The printer's cable, to be entered; ``HostError`` for a cable that does not exist."""
    match settings.printer_cable:
        case "pty":
            return PtyCable(printer, settings.script, link=settings.link)
        case "tcp":
            return TcpCable(printer, settings.script, port=settings.port)
        case "usbip":
            from simulators.cables.usbip import UsbIpCable  # noqa: PLC0415 - an extra, for this cable only

            return UsbIpCable(printer, script=settings.script, port=settings.port)
        case other:
            raise HostError(f"no cable {other!r}; known: pty, tcp, usbip")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder itself locked, as long as this process lives at most; `HostError` when another host has it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HostError(f"a simulator runs in {folder} already; give this one a folder of its own") from error
        yield
    finally:
        os.close(descriptor)


class SimulatorHost:
    """All devices of one bench in ``settings.folder``. Use it as a context manager and ``wait`` until it is stopped.

    Entering raises `HostError` when another host is in the folder.
    """

    def __init__(self, settings: HostSettings) -> None:
        self._settings = settings
        if settings.printer_cable == "pty" and settings.link is None:
            self._settings = dataclasses.replace(settings, link=settings.folder / "printer")
        self.printer = EscposPrinter(traits=settings.traits)
        self.card_terminal = CardTerminal()
        self.scale = Toledo8217(grams=APPLES_G)
        self._stack = ExitStack()
        self._stopped = threading.Event()
        self._scanning = threading.Lock()

    def __enter__(self) -> Self:
        folder = self._settings.folder
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(_alone_in(folder))
            self._fifo = stack.enter_context(FifoCable(folder / "scanner"))
            self._wedge = Wedge(self._fifo.write, self._settings.scanner)
            self._serial = SerialScanner()
            self._cables: dict[str, Cable] = {"scanner": self._fifo}
            if self._settings.serial_scanner:
                self._cables["serial_scanner"] = stack.enter_context(
                    PtyCable(self._serial, link=folder / "serial_scanner")
                )
            if self._settings.card_terminal:
                self._cables["card_terminal"] = stack.enter_context(
                    PtyCable(self.card_terminal, link=folder / "card_terminal")
                )
            if self._settings.scale:
                self._cables["scale"] = stack.enter_context(PtyCable(self.scale, link=folder / "scale"))
            self._cables["printer"] = stack.enter_context(plug_printer(self._settings, self.printer))
            self._beeps = stack.enter_context(BeepListener(folder / "beeps"))
            stack.enter_context(ControlServer(folder / CONTROL_SOCKET, self._answer_line))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def addresses(self) -> Addresses:
        """Where everything is."""

        def of(name: str) -> str:
            cable = self._cables.get(name)
            return "" if cable is None else cable.address

        return Addresses(
            scanner=self._fifo.address,
            printer=self._cables["printer"].address,
            beeps=self._beeps.address,
            control=str(self._settings.folder / CONTROL_SOCKET),
            serial_scanner=of("serial_scanner"),
            card_terminal=of("card_terminal"),
            scale=of("scale"),
        )

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a client stops the host; False when the time was over before."""
        return self._stopped.wait(timeout_s)

    def stop(self) -> None:
        """Let ``wait`` return."""
        self._stopped.set()

    def _answer_line(self, line: bytes) -> Reply:
        return self.answer(msgspec.json.decode(line, type=Request))

    def answer(self, request: Request) -> Reply:
        """Do one request; what cannot be done is said in the reply."""
        try:
            return self._do(request)
        except (ValueError, OSError, ImportError) as error:
            return Reply(ok=False, error=str(error))

    def _do(self, request: Request) -> Reply:
        match request:
            case Scan():
                self._scan(request)
            case Press():
                self._press(request.keys)
            case Act():
                self._act(request)
            case GetStatus():
                return Reply(ok=True, status=self._status())
            case GetReceipts():
                return Reply(ok=True, receipts=self._receipts(request))
            case GetBeeps():
                return Reply(ok=True, beeps=self._beeps.heard[request.since :])
            case Draw():
                self._draw(request)
            case Stop():
                self.stop()
            case _:
                assert_never(request)
        return Reply(ok=True)

    def _scan(self, request: Scan) -> None:
        scans: Mapping[ScanKind, Callable[[str], None]]
        if request.device == "serial_scanner":
            serial = self._serial
            scans = {
                ScanKind.GOOD: serial.scan,
                ScanKind.HALF_READ: serial.half_read,
                ScanKind.DOUBLE: serial.double_trigger,
            }
        else:
            wedge = self._wedge
            scans = {
                ScanKind.GOOD: wedge.scan,
                ScanKind.HALF_READ: wedge.half_read,
                ScanKind.DOUBLE: wedge.double_trigger,
                ScanKind.OVERRUN: lambda code: wedge.overrun(code, kept_chars=len(code) // 2),
                ScanKind.CUT_OFF: self._cut_off,
            }
        if request.device not in self._cables or request.kind not in scans:
            raise HostError(f"{request.device} cannot scan {request.kind}")
        with self._scanning:
            lost_before = self._fifo.lost_bytes
            scans[request.kind](request.code)
            if self._fifo.lost_bytes != lost_before:
                raise HostError(f"{request.code} was scanned to nobody: no till has the scanner open")

    def _cut_off(self, code: str) -> None:
        self._wedge.cut_off(code, kept_chars=len(code) // 2)
        self._fifo.unplug()

    def _press(self, keys: str) -> None:
        with self._scanning:
            for key in keys:
                self._wedge.press(key)

    def _act(self, request: Act) -> None:
        cable = self._cables.get(request.device)
        if cable is None:
            raise HostError(f"no device {request.device!r}; known: {', '.join(self._cables)}")
        pulls: dict[str, Action] = {"plug": cable.plug, "unplug": cable.unplug}
        if request.action in pulls:
            pulls[request.action]()
            return
        if request.device == "scanner":
            raise HostError(f"a wedge cannot {request.action}; known: plug, unplug")
        devices: Mapping[str, Device] = {
            "printer": self.printer,
            "card_terminal": self.card_terminal,
            "scale": self.scale,
        }
        device = devices.get(request.device, self._serial)
        step = Step(do=request.action, value=request.value)
        check_script((step,), device, {})
        perform(step, device, {})

    def _status(self) -> Status:
        now = self.printer.condition
        return Status(
            printer_plugged=self._cables["printer"].plugged,
            online=not now.offline,
            paper="out" if now.paper_out else "near_end" if now.near_end else "present",
            cover_open=now.cover_open,
            cutter_error=now.cutter_error,
            head_hot=now.head_hot,
            drawer_open=self.printer.drawer.is_open,
            kicks=len(self.printer.drawer.kicks),
            receipts=len(self.printer.receipts),
            bytes_taken=self.printer.bytes_taken,
            held_bytes=self.printer.held_bytes,
            incidents=tuple(f"{incident.offset}: {incident.what}" for incident in self.printer.incidents),
            mute=self.printer.faults.mute,
            bytes_per_s=self.printer.faults.bytes_per_s,
            take_at_most=self.printer.faults.take_at_most,
            beeps=len(self._beeps.heard),
            scanner_plugged=self._fifo.plugged,
            lost_bytes=self._fifo.lost_bytes,
            bank=self._told("card_terminal", self.card_terminal),
            scale=self._told("scale", self.scale),
        )

    def _told(self, name: str, device: CardTerminal | Toledo8217) -> str:
        """Return how a device is, in a few words; nothing where there is none."""
        cable = self._cables.get(name)
        if cable is None:
            return ""
        return device.told() if cable.plugged else UNPLUGGED

    def _receipts(self, request: GetReceipts) -> tuple[PrintedReceipt, ...]:
        self._wait_for_receipt(request.since, request.wait_ms / 1000)
        printed = self.printer.receipts[request.since :]
        return tuple(_printed(number, receipt) for number, receipt in enumerate(printed, start=request.since))

    def _wait_for_receipt(self, number: int, wait_s: float) -> None:
        changed = threading.Event()
        deadline = time.monotonic() + wait_s
        self.printer.listen(changed.set)
        try:
            while len(self.printer.receipts) <= number and changed.wait(max(0.0, deadline - time.monotonic())):
                changed.clear()
        finally:
            self.printer.unlisten(changed.set)

    def _draw(self, request: Draw) -> None:
        from simulators.escpos.fonts import NoChineseFontError  # noqa: PLC0415 - Pillow is an extra
        from simulators.escpos.picture import render_png  # noqa: PLC0415 - as above

        receipts = self.printer.receipts
        if not 0 <= request.number < len(receipts):
            raise HostError(f"no receipt {request.number}; there are {len(receipts)}")
        try:
            render_png(receipts[request.number], request.path)
        except NoChineseFontError as error:
            raise HostError(str(error)) from error


def _printed(number: int, receipt: Receipt) -> PrintedReceipt:
    return PrintedReceipt(
        number=number,
        text=receipt.text(),
        lines=tuple(receipt.lines()),
        qr_codes=tuple(receipt.qr_codes()),
        cut=receipt.cut,
    )
