"""The services as processes: started, ended, killed at random, over a journal on the disk."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hq.cli import main as hq_main
from lab.brokers import Mosquitto
from terminal.domain.ids import Identity
from terminal.offline.clock import SystemClock, SystemIds
from terminal.offline.journal import JournalOptions, SqliteJournal
from tests.integration.uplink.journals import TERMINAL, sale_facts
from tests.integration.uplink.processes import Manager, Process, dying_hq_process, hq_process, uplink_process
from tests.integration.uplink.test_faults import HqWatcher, said
from tests.integration.uplink.world import TillDoor, World, until

SALE_FEN = 1600


class Till:
    """A journal on the disk, and sales."""

    def __init__(self, folder: Path) -> None:
        who = Identity(store="S01", till="T03", epoch=1)
        options = JournalOptions(ballast_bytes=4096)
        self.folder = folder
        self._journal = SqliteJournal(folder, who, ids=SystemIds(), options=options)
        self._clock = SystemClock("UTC")
        self.sales = 0

    def sell(self, count: int) -> None:
        for _ in range(count):
            self.sales += 1
            self._journal.append(sale_facts(self.sales), stamp=self._clock.stamp(), biz_date="2026-11-23")

    @property
    def rows(self) -> int:
        return self._journal.head.seq

    @property
    def hash(self) -> bytes:
        return self._journal.head.hash

    def close(self) -> None:
        self._journal.close()


@contextmanager
def open_till(world: World) -> Iterator[Till]:
    till = Till(world.folder / "till")
    try:
        yield till
    finally:
        till.close()


def acked(world: World) -> tuple[int, bytes]:
    with world.store() as store:
        chain = store.journals.chain(TERMINAL, 1)
        return (chain.acked, chain.hash) if chain else (0, b"")


async def test_service_is_ready_feeds_the_watchdog_and_ends_in_order(world: World) -> None:
    world.publish()
    with open_till(world) as till, Manager(world.folder) as manager, hq_process(world):
        till.sell(5)
        async with TillDoor(world.run) as door:
            with uplink_process(world, till.folder, notify=manager.address) as uplink:
                assert manager.hear() == "READY=1"
                assert manager.hear_until("WATCHDOG") == "WATCHDOG=1"
                await until(lambda: door.books() == [1], what="the book")
                await until(lambda: acked(world) == (till.rows, till.hash), what="the sales")
                assert uplink.terminate() == 0
                assert manager.hear_until("STOPPING") == "STOPPING=1"
    assert world.totals() == (5, 5 * SALE_FEN)


async def test_a_second_uplink_on_the_same_folder_is_refused_and_the_first_goes_on(world: World) -> None:
    world.publish()
    with open_till(world) as till, Manager(world.folder) as manager, hq_process(world):
        async with TillDoor(world.run) as door:
            with uplink_process(world, till.folder, notify=manager.address) as first:
                manager.hear_until("READY=1")
                with uplink_process(world, till.folder) as second:
                    assert second.wait() == 1
                await until(lambda: door.books() == [1], what="the book")
                till.sell(3)
                await until(lambda: acked(world) == (till.rows, till.hash), what="the sales")
                assert first.terminate() == 0
    log = (world.folder / "uplink.log").read_text(encoding="utf-8")
    assert f"guitai uplink: {world.folder}/data is in use (another uplink process runs on this folder)\n" in log


async def test_hq_ends_in_order(world: World) -> None:
    with hq_process(world) as hq:
        await until(lambda: b"link_up" in (world.folder / "hq.log").read_bytes(), what="HQ")
        assert hq.terminate() == 0


@pytest.mark.parametrize(
    ("comma", "said_of_it", "is_hashed"), [("", b"pins_hashed", True), (",", b"shop_file_unreadable", False)]
)
async def test_hq_that_starts_hashes_the_pins_that_an_older_one_kept_if_it_can_read_them(
    world: World, comma: str, said_of_it: bytes, is_hashed: bool
) -> None:
    kept = world.hq.state_dir / "shop.toml"
    staff = f'[[staff]]\nnumber = "1001"\nname = "A"\nrole = "cashier"\npin = "864297"{comma}\n'
    kept.write_text(staff, encoding="utf-8")
    with hq_process(world):
        await until(lambda: b"link_up" in (world.folder / "hq.log").read_bytes(), what="HQ")
    assert said_of_it in (world.folder / "hq.log").read_bytes()
    assert ("864297" in kept.read_text(encoding="utf-8")) is not is_hashed


async def test_hq_whose_thread_dies_ends_with_an_error_and_is_told_to_be_gone(world: World) -> None:
    with HqWatcher(world) as watcher, dying_hq_process(world) as hq:
        await until(lambda: said(watcher) == [True], what="HQ's coming")
        (world.hq.state_dir / "die").touch()
        assert hq.wait() == 1
        await until(lambda: said(watcher)[-1:] == [False], what="HQ's going")
    log = (world.folder / "hq.log").read_text()
    assert "ZeroDivisionError" in log
    assert "thread_failed" in log


@pytest.mark.slow
async def test_whatever_is_killed_and_when_nothing_is_lost_or_doubled(world: World, broker: Mosquitto) -> None:
    luck = random.Random(7)
    with open_till(world) as till, hq_process(world) as hq, uplink_process(world, till.folder) as uplink:
        victims: list[Process | Mosquitto] = [hq, uplink, broker]
        for _ in range(8):
            till.sell(60)
            target = acked(world)[0] + luck.randrange(1, 200)
            await until(lambda: acked(world)[0] >= min(target, till.rows), what="progress")  # noqa: B023 - awaited
            victim = luck.choice(victims)
            victim.kill()
            till.sell(luck.randrange(20))
            victim.start()
        await until(lambda: acked(world) == (till.rows, till.hash), what="everything")
    assert world.totals() == (till.sales, till.sales * SALE_FEN)
    assert hq_main(["--state", str(world.hq.state_dir), "verify"]) == 0


async def test_key_that_is_no_key_is_an_error_of_one_line(world: World) -> None:
    with open_till(world) as till:
        uplink = uplink_process(world, till.folder)
        config = world.folder / "uplink.toml"
        config.write_text(config.read_text().replace(world.key.public_key.hex(), "12"), encoding="utf-8")
        uplink.start()
        log = world.folder / "uplink.log"
        await until(lambda: b"hq_keys" in log.read_bytes(), what="the error")
        uplink.kill()
    assert log.read_text().count("\n") == 1
