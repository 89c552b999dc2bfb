"""``guitai-hq serve``: the running HQ."""

import logging
import signal
import sys
import threading
from pathlib import Path

import structlog

from hq.config import load_config
from hq.service import HqServer


def serve(state_dir: Path) -> int:
    """Run until SIGTERM or SIGINT."""
    config = load_config(state_dir)
    _set_up_logs()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with HqServer(config) as server:
        structlog.get_logger("hq").info("hq_ready", key=server.public_key.hex())
        stopping.wait()
    return 0


def _set_up_logs() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event", "level"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
