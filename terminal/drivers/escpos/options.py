"""The settings of an ESC/POS printer and of the drawer behind it."""

from dataclasses import dataclass, field

from terminal.drivers.escpos.encoder import CUTS, Style
from terminal.drivers.settings import DeviceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterOptions:
    """What to expect of this model, and how long to wait for it.

    ``asks_status``: it answers DLE EOT. ``end_mark``: ``process_id`` (GS ( H), ``paper_sensor`` (GS r 1) or ``none``,
    the question that is answered after everything before it was processed. Seconds: ``reply_s`` for one answer,
    ``finish_s`` for the end of a job that nothing hinders, ``recovery_s`` for a person to reload paper in the middle,
    ``poll_s`` between two looks at the sensors, ``opening_s`` for the first opening when the till begins with a job.
    """

    style: Style = field(default_factory=Style)
    asks_status: bool = True
    end_mark: str = "process_id"
    reply_s: float = 0.5
    finish_s: float = 20.0
    recovery_s: float = 120.0
    poll_s: float = 1.0
    opening_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerOptions:
    """How the drawer is opened and seen.

    ``pulse``: ``in_turn`` (ESC p) or ``real_time`` (DLE DC4). ``sensor``: the level of pin 3 when it is open, ``high``
    or ``low``, or ``none``. ``sense_s``: how long it may take to open; ``patience_s``: a pulse that could not be sent
    within it is given up, since a drawer must not spring open when nobody expects it.
    """

    pulse: str = "in_turn"
    connector: int = 0
    on_ms: int = 50
    off_ms: int = 500
    sensor: str = "none"
    sense_s: float = 1.0
    patience_s: float = 3.0


def read_printer_options(settings: DeviceSettings) -> PrinterOptions:
    """Read the settings of the printer."""
    return PrinterOptions(
        style=Style(
            columns=settings.number("columns", 48, minimum=24, maximum=96),
            cut=settings.choice("cut", "partial", CUTS),
            logo=settings.flag("logo", default=True),
        ),
        asks_status=settings.flag("status", default=True),
        end_mark=settings.choice("end_mark", "process_id", ("process_id", "paper_sensor", "none")),
        reply_s=settings.number("reply_ms", 500, minimum=10, maximum=10_000) / 1000,
        finish_s=settings.number("finish_ms", 20_000, minimum=10, maximum=600_000) / 1000,
        recovery_s=settings.number("recovery_ms", 120_000, minimum=10, maximum=600_000) / 1000,
        poll_s=settings.number("poll_ms", 1000, minimum=10, maximum=60_000) / 1000,
    )


def read_drawer_options(settings: DeviceSettings) -> DrawerOptions | None:
    """Read the settings of the drawer; None when ``drawer`` is false."""
    present = settings.flag("drawer", default=True)
    options = DrawerOptions(
        pulse=settings.choice("pulse", "in_turn", ("in_turn", "real_time")),
        connector=settings.number("drawer_connector", 0, minimum=0, maximum=1),
        on_ms=settings.number("pulse_on_ms", 50, minimum=2, maximum=510),
        off_ms=settings.number("pulse_off_ms", 500, minimum=2, maximum=510),
        sensor=settings.choice("sensor", "none", ("none", "high", "low")),
        sense_s=settings.number("sense_ms", 1000, minimum=10, maximum=10_000) / 1000,
        patience_s=settings.number("patience_ms", 3000, minimum=10, maximum=60_000) / 1000,
    )
    return options if present else None
