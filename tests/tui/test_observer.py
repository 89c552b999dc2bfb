"""A screen that only observes: it hears everything and says nothing that would change the sale."""

import asyncio
from pathlib import Path

from terminal.tui.connection import TillLink
from terminal.wire.counter import messages as msg
from tests.tui.fake_till import DEADLINE_S, FakeTill


async def test_intents_stay_at_home_and_answers_go_out(tmp_path: Path) -> None:
    till = FakeTill(tmp_path / "observer.sock")
    await till.open()
    link = TillLink(till.path, read_only=True)
    heard = asyncio.Event()
    task = asyncio.create_task(link.run(heard=lambda _message: heard.set(), lost=lambda: None))
    try:
        async with asyncio.timeout(DEADLINE_S):
            await heard.wait()
            link.send(msg.Keys(names=("f12",), at_ms=0, chunk=1))
            link.send(msg.Paste(lines=("1",), at_ms=0))
            link.send(msg.ScreenFault(error="x", count=1))
            link.send(msg.Pong(serial=4))
            while len(till.heard) < 2:
                await asyncio.sleep(0)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await till.close()
    assert till.heard == [msg.Hello(client="screen"), msg.Pong(serial=4)]
