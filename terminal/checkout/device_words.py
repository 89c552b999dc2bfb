"""Ids of the texts about devices and paper; see `terminal.checkout.messages`."""

DEVICES = tuple(f"device.{kind}" for kind in ("scanner", "printer", "drawer", "beeper", "card_terminal", "scale"))
RESULTS = ("result.printing", "result.printed", "result.sent", "result.not_started", "result.unknown")
DETAILS = tuple(
    f"detail.{code}"
    for code in (
        "none",
        "paper_out",
        "near_end",
        "cover_open",
        "cutter_error",
        "overheated",
        "unrecoverable",
        "offline",
        "device_failed",
        "device_absent",
        "device_busy",
        "device_timeout",
        "no_printer",
        "no_drawer",
        "half_read",
        "overrun",
        "too_long",
        "bad_bytes",
        "wrong_unit",
    )
)
IDS = (DEVICES, RESULTS, DETAILS)
