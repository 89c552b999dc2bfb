"""What goes wrong around the uplink and HQ, and that both go on."""

import asyncio
import errno
import sqlite3
from contextlib import closing

import pytest

from hq.collector import Collector
from hq.errors import StoreConstraintError
from lab.brokers import Mosquitto
from terminal.uplink.fetch import PartFile
from terminal.uplink.pump import Stage
from terminal.wire import topics
from terminal.wire.doorbell import BookNow, LinkChanged
from terminal.wire.envelope import Answer, decode_hq_state
from terminal.wire.files.streams import Stream
from terminal.wire.topics import EVERYBODY, Down
from tests.integration.uplink.journals import MemoryJournal
from tests.integration.uplink.test_journal_to_hq import SALE_FEN, all_at_hq, filled, quarantine, sell
from tests.integration.uplink.world import Intruder, TillDoor, World, until


class HqWatcher(Intruder):
    """Hears what HQ, or its will, says of HQ."""

    filters = (topics.HQ_STATE,)


def said(watcher: HqWatcher) -> list[bool]:
    return [decode_hq_state(message.payload).online for message in watcher.heard]


def alter(world: World, statement: str) -> None:
    with closing(sqlite3.connect(world.hq.database, isolation_level=None, timeout=10)) as connection:
        connection.execute(statement)


async def test_hq_whose_store_fails_tells_nobody_that_it_has_anything(world: World) -> None:
    journal = filled(2)
    with world.server(), HqWatcher(world) as watcher:
        async with world.uplink(journal, ack_timeout_s=0.3):
            await all_at_hq(world, journal)
            states = len(watcher.heard)
            alter(world, "ALTER TABLE event RENAME TO hidden")
            sell(journal, 2)
            await until(lambda: len(watcher.heard) > states + 1, what="HQ's coming and going")
            assert world.totals() == (2, 2 * SALE_FEN)
            alter(world, "ALTER TABLE hidden RENAME TO event")
            await all_at_hq(world, journal)
    assert world.totals() == (4, 4 * SALE_FEN)
    assert quarantine(world) == []


async def test_hq_that_cannot_read_its_books_says_that_it_is_gone_until_it_can(world: World) -> None:
    journal = filled(2)
    with world.server(), HqWatcher(world) as watcher:
        await until(lambda: said(watcher)[-1:] == [True], what="HQ's coming")
        alter(world, "ALTER TABLE book RENAME TO hidden")
        await until(lambda: said(watcher)[-1:] == [False], what="HQ's going")
        alter(world, "ALTER TABLE hidden RENAME TO book")
        await until(lambda: said(watcher)[-1:] == [True], what="HQ's return")
        async with world.uplink(journal):
            await all_at_hq(world, journal)


@pytest.mark.parametrize("error", [ZeroDivisionError, StoreConstraintError])
async def test_message_that_breaks_the_collector_is_put_aside(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    journal = filled(2)
    work = Collector.batch

    def fragile(self: Collector, terminal: str, payload: bytes, *, now_ms: int) -> Answer:
        if terminal == "S01-T09":
            raise error("UNIQUE constraint failed")
        return work(self, terminal, payload, now_ms=now_ms)

    monkeypatch.setattr(Collector, "batch", fragile)
    with world.server() as server, Intruder(world) as intruder:
        await until(lambda: server.is_up, what="HQ's subscription")
        intruder.publish(topics.up("S01-T09", topics.Up.BATCH), b"poison")
        async with world.uplink(journal):
            await all_at_hq(world, journal)
        assert server.is_up
        assert server.public_key == world.key.public_key
        await until(lambda: bool(quarantine(world)), what="the quarantine")
    assert quarantine(world) == [("S01-T09", f"failed: {error.__name__}", b"poison")]


async def test_messages_to_a_till_that_hq_did_not_sign_change_nothing(world: World) -> None:
    journal = filled(2)
    with Intruder(world) as enemy:
        async with TillDoor(world.run) as till, world.uplink(journal) as node:
            await until(lambda: node.progress is not None and node.progress.stage is not Stage.OFFLINE, what="the link")
            for topic in (topics.down("S01-T03", Down.ANSWER), topics.down("S01-T03", Down.CHUNK), topics.HQ_STATE):
                enemy.publish(topic, b"\xc1nonsense")
            for _ in range(100):
                enemy.publish(topics.down("S01-T03", Down.CHUNK), b"\x83\xa1v\x01\xa3ver\x01\xa5index\x00")
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), b"")
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), b"nonsense")
            await until(lambda: till.refusals() == [(0, "book_malformed")], what="the refusal")
            with world.server():
                await all_at_hq(world, journal)


async def test_disk_that_is_full_is_told_and_the_book_comes_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish()
    write = PartFile.write
    failures = [OSError(errno.ENOSPC, "no space"), OSError(errno.EIO, "broken")]

    def full(self: PartFile, index: int, chunk: bytes) -> None:
        if failures:
            raise failures.pop(0)
        write(self, index, chunk)

    monkeypatch.setattr(PartFile, "write", full)
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
    assert till.refusals() == [(1, "disk_full"), (1, "disk_failed")]


async def test_database_of_the_uplink_that_fails_stops_neither_journal_nor_link(world: World) -> None:
    journal = filled(2)
    with world.server():
        async with world.uplink(journal) as node:
            await until(lambda: node.progress is not None and node.progress.acked_seq == 8)
            with closing(sqlite3.connect(world.folder / "data" / "uplink.db")) as connection:
                connection.execute("ALTER TABLE cursor RENAME TO lost_cursor")
                connection.execute("ALTER TABLE taken RENAME TO lost")
            world.publish()
            sell(journal, 2)
            await all_at_hq(world, journal)
            with closing(sqlite3.connect(world.folder / "data" / "uplink.db")) as connection:
                connection.execute("ALTER TABLE lost RENAME TO taken")
            world.publish()
            await until((world.books / "catalog-2.db").exists, what="the next book")


async def test_till_that_says_nonsense_is_left_and_found_again(world: World) -> None:
    async with TillDoor(world.run) as till, world.uplink(filled(1)):
        await until(lambda: bool(till.heard), what="the greeting")
        greetings = len([news for news in till.heard if isinstance(news, LinkChanged)])
        till.write(b"\xff" * 8)
        await until(lambda: len(till.heard) > greetings, what="a new greeting")


async def test_report_of_the_book_in_use_is_said_again_after_a_new_connection(world: World, broker: Mosquitto) -> None:
    world.publish()
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
            till.say(BookNow(version=1))
            await until(lambda: active(world) == 1, what="the report")
            alter(world, "UPDATE till_book SET active = 0")
            await asyncio.to_thread(broker.kill)
            await asyncio.to_thread(broker.start)
            await until(lambda: active(world) == 1, what="the report again")


def active(world: World) -> int:
    with world.store() as store:
        return max((till.book_active for till in store.tills.overview()), default=0)
