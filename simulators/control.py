"""The control socket of a simulator host: JSON lines over a Unix socket, one reply a request.

``{"do":"scan","code":"6901234567892"}`` → ``{"ok":true}``; ``{"do":"act","action":"paper_out"}``;
``{"do":"receipts","since":0,"wait_ms":2000}`` → ``{"ok":true,"receipts":[{"number":0,"text":"…",…}]}``.
"""

from enum import StrEnum

from msgspec import Struct

CONTROL_SOCKET = "control.sock"


class ScanKind(StrEnum):
    """How a code is read."""

    GOOD = "good"
    HALF_READ = "half_read"
    DOUBLE = "double"
    OVERRUN = "overrun"
    CUT_OFF = "cut_off"
    """The cable is pulled in the middle of the code."""


class Scan(Struct, tag_field="do", tag="scan", forbid_unknown_fields=True, frozen=True):
    """Hold a code before a scanner (``scanner`` or ``serial_scanner``)."""

    code: str
    kind: ScanKind = ScanKind.GOOD
    device: str = "scanner"


class Press(Struct, tag_field="do", tag="press", forbid_unknown_fields=True, frozen=True):
    """Type single keys on the wedge, as a person would on a keyboard grabbed by the till."""

    keys: str


class Act(Struct, tag_field="do", tag="act", forbid_unknown_fields=True, frozen=True):
    """Do something to a device, in the words of fault scripts: ``paper_out``, ``unplug``, or ``slow`` with a value.

    The refusal of an unknown action names all that are known.
    """

    action: str
    value: int = 0
    device: str = "printer"


class GetStatus(Struct, tag_field="do", tag="status", forbid_unknown_fields=True, frozen=True):
    """How every device is."""


class GetReceipts(Struct, tag_field="do", tag="receipts", forbid_unknown_fields=True, frozen=True):
    """Receipts from number ``since`` on; waits at most ``wait_ms`` for the first of them."""

    since: int = 0
    wait_ms: int = 0


class GetBeeps(Struct, tag_field="do", tag="beeps", forbid_unknown_fields=True, frozen=True):
    """Sounds from number ``since`` on."""

    since: int = 0


class Draw(Struct, tag_field="do", tag="draw", forbid_unknown_fields=True, frozen=True):
    """Draw receipt ``number`` as a PNG at ``path``."""

    number: int
    path: str


class Stop(Struct, tag_field="do", tag="stop", forbid_unknown_fields=True, frozen=True):
    """End the host."""


Request = Scan | Press | Act | GetStatus | GetReceipts | GetBeeps | Draw | Stop


class PrintedReceipt(Struct, frozen=True, kw_only=True):
    """A receipt as text; ``number`` counts from 0, ``cut`` is ``full``, ``partial`` or ``torn``."""

    number: int
    text: str
    lines: tuple[str, ...]
    qr_codes: tuple[str, ...]
    cut: str


class Beep(Struct, frozen=True, kw_only=True):
    """A sound event (EV_SND) that the till wrote; ``value`` is the pitch in Hz, 0 = silence."""

    code: int
    value: int


class Status(Struct, frozen=True, kw_only=True):
    """How the devices are. ``held_bytes`` wait in the printer's buffer, ``lost_bytes`` were scanned to nobody.

    ``mute``, ``bytes_per_s`` and ``take_at_most`` are the faults of the printer's link. ``bank`` tells of the bank's
    terminal, ``scale`` of the scale; empty = there is none.
    """

    printer_plugged: bool
    online: bool
    paper: str
    cover_open: bool
    cutter_error: bool
    head_hot: bool
    drawer_open: bool
    kicks: int
    receipts: int
    bytes_taken: int
    held_bytes: int
    incidents: tuple[str, ...]
    mute: bool
    bytes_per_s: int
    take_at_most: int
    beeps: int
    scanner_plugged: bool
    lost_bytes: int
    bank: str = ""
    scale: str = ""


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a request; ``error`` says what was wrong with it."""

    ok: bool
    error: str = ""
    status: Status | None = None
    receipts: tuple[PrintedReceipt, ...] = ()
    beeps: tuple[Beep, ...] = ()


class Addresses(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a host's devices are, as a till's configuration names them; ``control`` is the path of its socket."""

    scanner: str
    printer: str
    beeps: str
    control: str
    serial_scanner: str = ""
    card_terminal: str = ""
    scale: str = ""
