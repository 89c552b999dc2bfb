"""The receipt of a sale, as the simulated printer put it on paper."""

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path

from lab.demo.scripted import sell
from lab.demo.shop import client, running
from simulators.client import SimulatorError
from terminal.domain.errors import PosError


def draw_receipt(path: Path) -> None:
    """Sell the demo's scripted sale in a world of its own, and draw what the printer printed.

    `PosError` when it cannot be drawn: there is no Chinese font, or no room for the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_draw(Path(folder), path.resolve()))


async def _draw(root: Path, path: Path) -> None:
    async with running(root) as demo:
        await sell(demo)
        with closing(client(root)) as devices:
            try:
                await asyncio.to_thread(devices.draw, 0, path)
            except SimulatorError as error:
                raise PosError(f"{path}: {error}", code="not_drawn") from error
