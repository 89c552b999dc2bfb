"""``guitai-hq serve``: the running HQ."""

import logging
import signal
import sys
import threading
from pathlib import Path

import structlog

from hq.config import load_config
from hq.errors import PriceFileError
from hq.prices.kept import forget_pins
from hq.prices.shop import FILE_NAME as SHOP_NAME
from hq.service import HqServer

log = structlog.get_logger("hq")


def serve(state_dir: Path) -> int:
    """Run until SIGTERM or SIGINT, and return 0; or until a thread of HQ dies, say that HQ is gone, and return 1."""
    config = load_config(state_dir)
    _set_up_logs()
    _forget_pins(state_dir)
    ending = threading.Event()
    dead: list[str] = []

    def thread_died(death: threading.ExceptHookArgs) -> None:
        name = death.thread.name if death.thread is not None else "?"
        log.error("thread_failed", thread=name, exc_info=death.exc_value)
        dead.append(name)
        ending.set()

    threading.excepthook = thread_died  # half an HQ must not go on looking like a whole one
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    with HqServer(config) as server:
        log.info("hq_ready", key=server.public_key.hex())
        ending.wait()
    return 1 if dead else 0


def _forget_pins(state_dir: Path) -> None:
    """An older HQ kept the PINs of the shop file; where it cannot be read, publishing says why."""
    try:
        if forget_pins(state_dir):
            log.info("pins_hashed", file=SHOP_NAME)
    except PriceFileError as error:
        log.warning("shop_file_unreadable", reason=str(error))


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
