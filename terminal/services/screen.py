"""The screen service. Textual reads its settings when it is imported: they are put into the environment before that."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from terminal.config.loader import load
from terminal.config.schema import ScreenConfig
from terminal.domain.errors import PosError
from terminal.services.logs import set_up_logs
from terminal.services.notify import Notifier

if TYPE_CHECKING:
    from terminal.tui.app import ScreenApp

HEARTBEAT_S = 5.0
FIXED = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_FPS": "240",
    "TEXTUAL_FILTERS": "",
    "TEXTUAL": "",
}
"""Settings that the screen depends on."""
DEFAULTS = {"ESCDELAY": "25"}
"""Settings that a slow line may need otherwise (milliseconds until a lone Escape is one)."""
UNWANTED = ("COLORTERM", "COLUMNS", "LINES", "TEXTUAL_PRESS", "TEXTUAL_DRIVER", "TEXTUAL_SCREENSHOT", "TEXTUAL_DEBUG")


def prepare(environment: MutableMapping[str, str]) -> None:
    """Put Textual's settings into an environment; the palette has 16 colours, so nothing may promise more."""
    environment.update(FIXED)
    for name, value in DEFAULTS.items():
        environment.setdefault(name, value)
    for name in UNWANTED:
        environment.pop(name, None)


def log(*, terminal: bool) -> None:
    """Log to standard error; where that is the terminal itself, log nothing: it would tear the picture."""
    set_up_logs()
    if terminal:
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


async def serve(app: "ScreenApp", *, mouse: bool) -> int:
    """Run the screen until it leaves or SIGTERM; the terminal is restored. Returns the exit code."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, app.exit)
    await app.run_async(mouse=mouse)
    let_go()
    return app.return_code or 0


def let_go() -> None:
    """Drop what a terminal that is gone did not take: Python would flush it at the end, fail, and exit with 120."""
    out = sys.__stdout__
    if out is None:
        return
    try:
        out.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)


def build(config: ScreenConfig, notifier: Notifier) -> "ScreenApp":
    """Return the app of a configuration, with its link to the till."""
    from terminal.tui.app import ScreenApp, Settings  # noqa: PLC0415 - after `prepare`
    from terminal.tui.connection import TillLink  # noqa: PLC0415 - as above

    settings = Settings(
        language=config.language,
        demo=config.demo,
        aliases=config.aliases,
        ready=notifier.ready,
        heartbeat=notifier.watchdog,
        heartbeat_s=HEARTBEAT_S,
    )
    run_dir = Path(config.run_dir)
    link = (
        TillLink(run_dir / "observer.sock", read_only=True) if config.observer else TillLink(run_dir / "counter.sock")
    )
    return ScreenApp(link, settings)


def main(argv: list[str], program: str = "guitai screen") -> int:
    """``guitai screen --config FILE``."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="The cashier's screen, on this terminal.",
        epilog="example: %(prog)s --config /etc/guitai/screen.toml",
    )
    parser.add_argument("--config", required=True, help="TOML file, e.g. /etc/guitai/screen.toml")
    config = load(Path(parser.parse_args(argv).config), ScreenConfig)
    if not (sys.__stdin__ and sys.__stdin__.isatty()):
        raise PosError("standard input is no terminal", code="no_terminal", hint="run it on a console, or by ssh -t")
    prepare(os.environ)
    log(terminal=os.isatty(2))
    return asyncio.run(_main(config))


async def _main(config: ScreenConfig) -> int:
    return await serve(build(config, Notifier()), mouse=config.mouse)
