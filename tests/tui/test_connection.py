import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from terminal.tui import connection
from terminal.tui.connection import TillLink
from terminal.wire.counter import messages as msg
from tests.tui.fake_till import DEADLINE_S, FakeTill
from tests.tui.shown import sale


@dataclass
class Ear:
    """What a screen hears of its till."""

    heard: list[msg.FromTill] = field(default_factory=list)
    losses: int = 0
    lost_s: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, message: msg.FromTill) -> None:
        self.heard.append(message)
        self.news.set()

    def lose(self) -> None:
        self.losses += 1
        self.lost_s = asyncio.get_running_loop().time()
        self.news.set()

    async def until(self, *, heard: int = 0, losses: int = 0) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while len(self.heard) < heard or self.losses < losses:
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def connected(till: FakeTill, *, read_only: bool = False) -> AsyncIterator[tuple[TillLink, Ear]]:
    link, ear = TillLink(till.path, read_only=read_only), Ear()
    task = asyncio.create_task(link.run(heard=ear.take, lost=ear.lose))
    try:
        yield link, ear
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await till.close()


async def test_link_says_hello_and_hears_the_view(tmp_path: Path) -> None:
    till = FakeTill(tmp_path / "counter.sock")
    till.view = sale(150)
    await till.open()
    async with connected(till) as (_, ear):
        await ear.until(heard=2)
        assert till.heard == [msg.Hello(client="screen")]
        assert [type(one) for one in ear.heard] == [msg.SnapshotPage, msg.SnapshotPage]


async def test_link_waits_for_a_till_that_is_not_there_yet(tmp_path: Path) -> None:
    till = FakeTill(tmp_path / "counter.sock")
    async with connected(till) as (link, ear):
        link.send(msg.Painted(rev=1))
        await asyncio.sleep(0)
        await till.open()
        await ear.until(heard=1)
        assert till.heard == [msg.Hello(client="screen")]
        assert ear.losses == 0


async def test_link_greets_a_till_that_came_back(tmp_path: Path) -> None:
    till = FakeTill(tmp_path / "counter.sock")
    await till.open()
    async with connected(till) as (link, ear):
        for number in range(1, 4):
            await ear.until(heard=number)
            till.hang_up()
            await ear.until(losses=number)
        await ear.until(heard=4)
        link.send(msg.Painted(rev=7))
        await till.until(lambda: till.heard[-1] == msg.Painted(rev=7))
        assert till.heard.count(msg.Hello(client="screen")) == 4


async def test_till_that_says_nothing_for_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SILENCE_S", 0.05)
    till = FakeTill(tmp_path / "counter.sock")
    await till.open()
    async with connected(till) as (_, ear):
        await ear.until(losses=2)
        assert till.heard.count(msg.Hello(client="screen")) >= 2


async def test_till_that_speaks_is_not_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that the test moves on: most of the silence that is allowed, a word, and again."""
    loop = asyncio.get_running_loop()
    moved_s, real_time = 0.0, loop.time
    monkeypatch.setattr(loop, "time", lambda: real_time() + moved_s)
    till = FakeTill(tmp_path / "counter.sock")
    await till.open()
    async with connected(till) as (_, ear):
        await ear.until(heard=1)
        for number in range(1, 6):
            moved_s += connection.SILENCE_S / 2
            await until_heard(till, ear, msg.Ping(serial=number))
        assert ear.losses == 0


async def until_heard(till: FakeTill, ear: Ear, message: msg.Ping) -> None:
    till.say(message)
    while message not in ear.heard:
        await asyncio.sleep(0)


async def test_refused_link_waits_longer_before_it_comes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REFUSED_DELAY_S", 0.5)
    till = FakeTill(tmp_path / "counter.sock")
    await till.open()
    async with connected(till) as (_, ear):
        await ear.until(heard=1)
        till.say(msg.Refused(code="operator_taken"))
        await ear.until(heard=2)
        till.hang_up()
        await ear.until(losses=1)
        await ear.until(heard=3)
        assert asyncio.get_running_loop().time() - ear.lost_s >= 0.4


async def test_observer_answers_and_never_sends_an_intent(tmp_path: Path) -> None:
    till = FakeTill(tmp_path / "observer.sock")
    await till.open()
    async with connected(till, read_only=True) as (link, ear):
        await ear.until(heard=1)
        link.send(msg.Keys(names=("1",), at_ms=1, chunk=1))
        link.send(msg.Paste(lines=("69",), at_ms=1))
        link.send(msg.ScreenFault(error="x", count=1))
        link.send(msg.Painted(rev=1))
        await till.until(lambda: msg.Painted(rev=1) in till.heard)
        assert till.heard == [msg.Hello(client="screen"), msg.Painted(rev=1)]
