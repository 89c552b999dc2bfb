"""Logs of the services: one line on stderr for journald, with the fields that are known to carry no secret."""

import logging
import sys
from collections.abc import MutableMapping

import structlog

ALLOWED = frozenset(
    {
        "acked",
        "action",
        "ask",
        "attempt",
        "base",
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
        "have",
        "head",
        "level",
        "link",
        "logger",
        "missing",
        "name",
        "pid",
        "reason",
        "result",
        "role",
        "seq",
        "slices",
        "stage",
        "state",
        "store",
        "stream",
        "terminal",
        "till",
        "uid",
        "timestamp",
        "topic",
        "version",
    }
)
"""Numbers of cards, phones and pay codes have no field here, so a slip of a programmer shows a name and no value."""
MAX_VALUE = 500
MAX_TRACEBACK = 4000
"""Characters of a traceback, the last ones: the error stands at its end."""


def keep_allowed(_logger: object, _method: str, fields: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Drop the values of fields that are not on the list, and cut long ones."""
    return {key: _cut(key, value) if key in ALLOWED else "…" for key, value in fields.items()}


def _cut(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    return value[-MAX_TRACEBACK:] if key == "exception" else value[:MAX_VALUE]


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
