"""The app, running without a terminal, beside a fake till; and one that keeps the bytes for its terminal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from lab.pictures.plain import plain
from terminal.tui.app import ScreenApp, Settings
from terminal.tui.connection import TillLink
from terminal.tui.paper import Row
from terminal.wire.counter.messages import Painted
from terminal.wire.counter.view import View
from tests.tui.fake_till import DEADLINE_S, FakeTill

SIZE = (80, 25)
LOOK_S = 0.002


class KeepingDriver(HeadlessDriver):
    """A terminal that keeps what is written to it."""

    written: str = ""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written += data


@dataclass
class Running:
    """An app with its till."""

    app: ScreenApp
    till: FakeTill
    pilot: Pilot[None]

    @property
    def rows(self) -> list[str]:
        """What stands on the screen."""
        frame = self.app.frame
        rows: tuple[Row, ...] = frame.rows if frame is not None else ()
        return plain(rows).splitlines()

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Let the app run until something is so."""
        async with asyncio.timeout(DEADLINE_S):
            while not wanted():
                await asyncio.sleep(LOOK_S)

    async def shows(self, text: str) -> None:
        """Wait until a text stands on the screen."""
        await self.until(lambda: any(text in row for row in self.rows))


def settings(**changes: object) -> Settings:
    """Return the settings of a test: Chinese, no demo."""
    return Settings(**changes)  # type: ignore[arg-type]


@asynccontextmanager
async def running(
    folder: Path,
    view: View,
    *,
    wanted: Settings | None = None,
    size: tuple[int, int] = SIZE,
    driver_class: type[HeadlessDriver] | None = None,
) -> AsyncIterator[Running]:
    """Run the app against a till that shows a view, until it is painted."""
    till = FakeTill(folder / "counter.sock")
    till.view = view
    await till.open()
    app = ScreenApp(TillLink(till.path), wanted or Settings(), driver_class=driver_class)
    try:
        async with app.run_test(size=size, headless=driver_class is None) as pilot:
            now = Running(app, till, pilot)
            await till.until(lambda: any(isinstance(one, Painted) for one in till.heard))
            yield now
    finally:
        await till.close()
