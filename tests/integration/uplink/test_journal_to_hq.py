"""From the journal to HQ over a real broker, with everything dying in between."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from hq.errors import HqError
from hq.service import HqServer, wall_ms
from hq.store.port import AlarmKind
from lab.brokers import Amqtt, Mosquitto
from terminal.uplink.node import UplinkNode
from terminal.uplink.pump import Stage
from terminal.wire import topics
from terminal.wire.doorbell import JournalGrew, LinkChanged
from terminal.wire.envelope import HqState, decode_hq_state, encode
from terminal.wire.mqtt import BrokerAddress
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.integration.uplink.world import PASSWORD, Intruder, TillDoor, World, until

SALE_FEN = 1600
ROWS_A_SALE = 4


def filled(sales: int, *, seed: int = 0) -> MemoryJournal:
    journal = MemoryJournal(seed=seed)
    sell(journal, sales)
    return journal


def sell(journal: MemoryJournal, sales: int) -> None:
    start = len(journal.rows) // ROWS_A_SALE + 1
    for number in range(start, start + sales):
        journal.append(*sale_facts(number))


async def has_acked(world: World, journal: MemoryJournal, seq: int) -> None:
    await until(lambda: world.acked(journal) >= seq, what=f"row {seq} at HQ")


async def all_at_hq(world: World, journal: MemoryJournal) -> None:
    await until(lambda: world.acked(journal) == len(journal.rows), what="everything at HQ")


def stage(node: UplinkNode) -> Stage | None:
    return node.progress.stage if node.progress is not None else None


async def test_every_sale_reaches_hq_once_with_its_total(world: World) -> None:
    world.publish_sold()
    journal = filled(100)
    with world.server():
        async with world.uplink(journal):
            await all_at_hq(world, journal)
    assert world.totals() == (100, 100 * SALE_FEN)
    with world.store() as store:
        chain = store.journals.chain(TERMINAL, 1)
        assert chain is not None
        assert chain.hash == journal.rows[-1].hash
        assert store.tills.alarms() == []
        assert all(sale.is_right for sale in store.sales.newest(terminal=None, biz_date=None, limit=1000))


async def test_hq_that_restarts_in_the_middle_gets_the_rest_and_nothing_twice(world: World) -> None:
    journal = filled(30)
    async with world.uplink(journal) as node:
        for round_number in range(1, 4):
            with world.server():
                await has_acked(world, journal, ROWS_A_SALE * round_number)
            await until(lambda: stage(node) is not Stage.SENDING)
            sell(journal, 60)
        with world.server():
            await all_at_hq(world, journal)
    assert world.totals() == (210, 210 * SALE_FEN)


async def test_broker_that_is_killed_loses_nothing(world: World, broker: Mosquitto) -> None:
    journal = filled(50)
    with world.server():
        async with world.uplink(journal):
            for _ in range(3):
                await until(lambda: world.acked(journal) > 0)
                await asyncio.to_thread(broker.kill)
                sell(journal, 50)
                await asyncio.to_thread(broker.start)
            await all_at_hq(world, journal)
    assert world.totals() == (200, 200 * SALE_FEN)


async def test_uplink_that_dies_again_and_again_resumes_where_hq_is(world: World) -> None:
    journal = filled(120)
    with world.server():
        for part in range(1, 5):
            async with world.uplink(journal):
                await has_acked(world, journal, part * 100)
        async with world.uplink(journal):
            await all_at_hq(world, journal)
    assert world.totals() == (120, 120 * SALE_FEN)


async def test_hq_restored_from_an_old_backup_gets_again_what_it_lost(world: World) -> None:
    journal = filled(10)
    backup = world.folder / "backup.db"
    async with world.uplink(journal):
        with world.server():
            await all_at_hq(world, journal)
        with closing(sqlite3.connect(world.hq.database)) as connection:
            connection.execute("VACUUM INTO ?", (str(backup),))
        sell(journal, 10)
        with world.server():
            await all_at_hq(world, journal)
        for path in world.hq.state_dir.glob("hq.db*"):
            path.unlink()
        shutil.copyfile(backup, world.hq.database)
        with world.server():
            await all_at_hq(world, journal)
    assert world.totals() == (20, 20 * SALE_FEN)


async def test_second_journal_of_one_identity_is_a_fork_and_the_first_stands(world: World) -> None:
    world.publish_sold()
    first, clone = filled(10), filled(12, seed=1)
    with world.server():
        async with world.uplink(first):
            await all_at_hq(world, first)
        async with world.uplink(clone) as node:
            await until(lambda: stage(node) is Stage.FORKED, what="the fork")
    assert world.totals() == (10, 10 * SALE_FEN)
    with world.store() as store:
        assert [(alarm.terminal, alarm.kind) for alarm in store.tills.alarms()] == [(TERMINAL, AlarmKind.FORK)]


async def test_fork_at_the_very_head_is_seen_before_anything_is_sent(world: World) -> None:
    first, clone = filled(10), filled(10, seed=1)
    with world.server():
        async with world.uplink(first):
            await all_at_hq(world, first)
        async with world.uplink(clone) as node:
            await until(lambda: stage(node) is Stage.FORKED, what="the fork")


async def test_journal_that_is_behind_hq_stops_and_says_so(world: World) -> None:
    journal = filled(10)
    with world.server():
        async with world.uplink(journal):
            await all_at_hq(world, journal)
        del journal.rows[20:]
        async with world.uplink(journal) as node:
            await until(lambda: stage(node) is Stage.BEHIND, what="the stop")
    assert world.totals() == (10, 10 * SALE_FEN)


async def test_silent_hq_makes_the_uplink_connect_anew(world: World) -> None:
    journal = filled(5)
    with Intruder(world) as deaf:
        deaf.publish(topics.HQ_STATE, encode(HqState(online=True, boot="deaf")), retain=True)
        async with world.uplink(journal, ack_timeout_s=0.2):
            await until(lambda: len(deaf.heard) >= 2, what="a second birth")
    with world.server():
        async with world.uplink(journal):
            await all_at_hq(world, journal)


async def test_messages_that_make_no_sense_are_put_aside_and_others_go_on(world: World) -> None:
    journal = filled(20)
    with world.server() as server, Intruder(world) as intruder:
        await until(lambda: server.is_up, what="HQ's subscription")
        for leaf in topics.Up:
            intruder.publish(f"{topics.ROOT}/up/S01-T04/{leaf}", b"\xc1nonsense")
        intruder.publish(f"{topics.ROOT}/up/S01-T04/ev", b"\0" * 300_000)
        intruder.publish(f"{topics.ROOT}/up/no name/ev", b"x")
        async with world.uplink(journal):
            await all_at_hq(world, journal)
        await until(lambda: len(quarantine(world)) == 3, what="the quarantine")
    assert world.totals() == (20, 20 * SALE_FEN)


async def test_till_hears_of_the_link_and_of_hq_clock(world: World) -> None:
    journal = filled(5)
    hour_ms = 3_600_000
    with HqServer(world.hq, now_ms=lambda: wall_ms() + hour_ms):
        async with TillDoor(world.run) as till, world.uplink(journal):
            await until(lambda: any(is_done(news) for news in till.heard), what="news")
    news = next(news for news in till.heard if is_done(news))
    assert isinstance(news, LinkChanged)
    hq_ms = news.hq_zero_ms + time.monotonic_ns() // 1_000_000
    assert abs(hq_ms - wall_ms() - hour_ms) <= news.hq_quality + 50
    assert news.oldest_unacked_ms == 0


async def test_till_that_rings_is_heard_at_once(world: World) -> None:
    journal = filled(1)
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(journal):
            await all_at_hq(world, journal)
            sell(journal, 1)
            till.say(JournalGrew(epoch=1, seq=len(journal.rows)))
            await all_at_hq(world, journal)


async def test_uplink_database_keeps_what_hq_has(world: World) -> None:
    journal = filled(3)
    with world.server():
        async with world.uplink(journal):
            await all_at_hq(world, journal)
            await until(lambda: cursor(world) == 12, what="the cursor")


async def test_whole_way_works_on_amqtt_with_a_password(tmp_path: Path) -> None:
    journal = filled(50)
    with Amqtt(tmp_path / "amqtt", password=PASSWORD) as broker:
        address = BrokerAddress(host="127.0.0.1", port=broker.port, password=PASSWORD)
        world = World(tmp_path / "world", address)
        world.publish()
        with world.server():
            async with TillDoor(world.run) as till, world.uplink(journal):
                await all_at_hq(world, journal)
                await until(lambda: till.books() == [1], what="the book")
    assert world.totals() == (50, 50 * SALE_FEN)


def is_done(news: object) -> bool:
    return isinstance(news, LinkChanged) and news.online and news.acked_seq == 20


def cursor(world: World) -> int:
    with closing(sqlite3.connect(world.folder / "data" / "uplink.db")) as connection:
        row = connection.execute("SELECT seq FROM cursor WHERE name = 'hq_acked'").fetchone()
        return row[0] if row else 0


def quarantine(world: World) -> list[tuple[str, str, bytes]]:
    with world.store() as store:
        return list(store.tills.quarantined())


async def test_a_second_hq_in_the_same_folder_is_refused_and_the_first_goes_on(world: World) -> None:
    world.publish_sold()
    journal = filled(3)
    with world.server():
        async with world.uplink(journal):
            await all_at_hq(world, journal)
            with pytest.raises(HqError) as caught:
                HqServer(world.hq)
            assert caught.value.code == "hq_busy"
            sell(journal, 3)
            await all_at_hq(world, journal)


class Listener(Intruder):
    """Hears what is said of HQ, and says something else."""

    client_id = "listener"
    filters = (topics.HQ_STATE,)

    def said(self) -> list[bool]:
        return [decode_hq_state(message.payload).online for message in self.heard]


async def test_hq_says_again_that_it_is_there_after_somebody_said_that_it_is_gone(world: World) -> None:
    world.publish_sold()
    journal = filled(3)
    with world.server(), Listener(world) as listener:
        async with world.uplink(journal):
            await all_at_hq(world, journal)
            listener.publish(topics.HQ_STATE, encode(HqState(online=False)), retain=True)
            await until(lambda: False in listener.said(), what="the lie")
            await until(lambda: listener.said()[-1], what="that HQ is there again")
            sell(journal, 3)
            await all_at_hq(world, journal)
