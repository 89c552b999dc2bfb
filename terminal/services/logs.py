"""Logs of the services: one line on stderr for journald, with the fields that are known to carry no secret."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "acked",
        "action",
        "attempt",
        "book",
        "code",
        "count",
        "detail",
        "device",
        "driver",
        "epoch",
        "error",
        "event",
        "exception",
        "head",
        "level",
        "link",
        "logger",
        "missing",
        "name",
        "reason",
        "result",
        "seq",
        "slices",
        "stage",
        "state",
        "store",
        "terminal",
        "till",
        "timestamp",
        "topic",
        "version",
    }
)
"""Numbers of cards, phones and pay codes have no field here, so a slip of a programmer shows a name and no value."""
MAX_VALUE = 500


def keep_allowed(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop the values of fields that are not on the list, and cut long ones."""
    return {
        key: (str(value)[:MAX_VALUE] if isinstance(value, str) else value) if key in ALLOWED else "…"
        for key, value in fields.items()
    }


def set_up_logs(*, verbose: bool = False) -> None:
    """Configure structlog for a service; locals of a traceback are never shown."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            keep_allowed,
            structlog.processors.KeyValueRenderer(key_order=["event", "level"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
