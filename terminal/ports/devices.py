"""What the till needs of its devices.

Two sets of states are never mixed: the link's (ours) and the device's (UnifiedPOS).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from terminal.domain.ids import ActionId
from terminal.domain.receipt import Receipt
from terminal.wire.doorbell import Answer, Ask


class LinkState(StrEnum):
    """The supervisor's view of a cable."""

    ABSENT = "absent"
    OPENING = "opening"
    OPEN = "open"
    FAILED = "failed"


class DeviceState(StrEnum):
    """The device behind the link (UnifiedPOS words): CLOSED unless its link is open."""

    CLOSED = "closed"
    IDLE = "idle"
    BUSY = "busy"
    ERROR = "error"


class DeviceKind(StrEnum):
    """Families of devices."""

    SCANNER = "scanner"
    PRINTER = "printer"
    DRAWER = "drawer"
    BEEPER = "beeper"
    CARD_TERMINAL = "card_terminal"
    SCALE = "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatus:
    """How a device is now.

    ``detail`` is a code for the tables of texts: ``paper_out``, ``cover_open``, ``near_end``, …
    """

    name: str
    kind: DeviceKind
    link: LinkState
    state: DeviceState
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One whole code from a scanner, without its suffix.

    ``data`` is printable text (GS stands as U+001D where the code had one), ``aim`` the AIM identifier without ``]``
    (``E0``) when the scanner sends it, ``gtin`` and ``gs1`` (application identifier → value) what the symbology tells:
    dates as ``2025-12-31``, weights as ``1.234 kg``, other values as scanned. ``at_ms`` is the device's own time stamp
    of the suffix, to be compared within one device only; ``double`` says that the device's duplicate filter judged it
    to be the same shot twice.
    """

    device: str
    data: str
    at_ms: int
    aim: str = ""
    gtin: str | None = None
    gs1: tuple[tuple[str, str], ...] = ()
    double: bool = False


class ScanFaultKind(StrEnum):
    """Why a scan could not be read."""

    HALF_READ = "half_read"
    OVERRUN = "overrun"
    TOO_LONG = "too_long"
    BAD_BYTES = "bad_bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFault:
    """A code that arrived damaged: it is never an article; the cashier scans again."""

    device: str
    kind: ScanFaultKind
    at_ms: int


class PrintResult(StrEnum):
    """What became of a print job. UNKNOWN is never taken for fine, and never sent again without asking."""

    PRINTED = "printed"
    """The printer said, after all of it, that all of it was processed."""
    SENT = "sent"
    """All bytes were taken; this printer cannot say more."""
    NOT_STARTED = "not_started"
    """Not one byte of it was taken: safe to send again."""
    UNKNOWN = "unknown"
    """Some of it may be on paper."""


class DrawerResult(StrEnum):
    """What became of a drawer pulse."""

    OPENED = "opened"
    PULSED = "pulsed"
    """The pulse was sent; there is no sensor to see it."""
    STUCK = "stuck"
    """The pulse was sent and the sensor says closed."""
    FAILED = "failed"
    """The pulse was not sent."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOutcome:
    """The result of a print job, with a code of the reason (``paper_out``, ``cover_open``, ``device_absent``, …)."""

    action: ActionId
    result: PrintResult
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerOutcome:
    """The result of a drawer pulse."""

    action: ActionId
    result: DrawerResult
    detail: str = ""


DeviceEvent = Scan | ScanFault | DeviceStatus


class DeviceSink(Protocol):
    """Takes what devices report. Called on the loop; returns at once."""

    def __call__(self, event: DeviceEvent, /) -> None:
        """Take one event."""


class ReceiptPrinter(Protocol):
    """Prints receipts. An action id is asked for once; a second call with it returns the first outcome."""

    async def print_receipt(self, action: ActionId, receipt: Receipt) -> PrintOutcome:
        """Print; never raises for what a printer can do wrong, says it in the outcome."""


class CashDrawer(Protocol):
    """Opens the drawer. At most one pulse per action id, whatever happens."""

    async def open_drawer(self, action: ActionId) -> DrawerOutcome:
        """Send one pulse."""


class CardTerminal(Protocol):
    """The bank's own terminal: charges cards, and gives money back."""

    async def answer(self, ask: Ask) -> Answer:
        """Answer a question about an order (`terminal.wire.gateway`) within its deadline, exactly once; never raises.

        A charge is begun once for an order; whoever does not know what became of it asks, also after a restart. Of a
        card's number nothing leaves the driver but its first six and last four digits.
        """


class WeightState(StrEnum):
    """What a scale says of what lies on it. Only STABLE is a weight; what nobody knows is never taken for one."""

    STABLE = "stable"
    """It lies still, as two readings one after the other say. 0 g: nothing lies there."""
    MOTION = "motion"
    OVER = "over"
    """More than the scale can bear."""
    UNDER = "under"
    """Below zero."""
    WRONG_UNIT = "wrong_unit"
    """It does not weigh in kilograms with three decimals."""
    GARBLED = "garbled"
    """What it said is no answer."""
    SILENT = "silent"
    """It did not answer in time, or is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One reading of a scale; ``net`` says that a tare was taken off, by the scale itself."""

    state: WeightState
    grams: int = 0
    net: bool = False


class Scale(Protocol):
    """Weighs goods for the cashier."""

    async def weigh(self) -> Weight:
        """Return what lies on the scale now: asked for after this call, and answered in time. Never raises."""


class Beeper(Protocol):
    """Sounds."""

    def beep(self, tone: "Tone") -> None:
        """Start a sound and return at once."""


class Tone(StrEnum):
    """SCREEN.md: applied 1 short high, attention 2 mid, rejected 3 low, money long high."""

    APPLIED = "applied"
    ATTENTION = "attention"
    REJECTED = "rejected"
    MONEY = "money"
