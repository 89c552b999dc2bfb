"""The inbox of members: asks, merges, sees gaps, and goes on after a disk that failed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.domain.errors import MembersError
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.uplink.disk import DiskThread
from terminal.uplink.hq_clock import HqClock
from terminal.uplink.members import MAX_WAITING, MembersFile, MembersInbox, MembersLimits
from terminal.wire import topics
from terminal.wire.members.checking import check_members
from terminal.wire.members.opening import open_members
from terminal.wire.members.rows import SQL_BY_ID, MemberRow, decode_row
from terminal.wire.members.schema import NAME
from terminal.wire.members.stream import MembersChanged, decode_wanted, pack_rows
from terminal.wire.members.writing import MembersContent, build_members
from tests.integration.uplink.journals import TERMINAL
from tests.unit.uplink.pumps import DEADLINE_S, HandClock, ListLink

WANT = topics.up(TERMINAL, topics.Up.WANT)


class Desk:
    """An inbox that runs, and everything around it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "books" / NAME
        self.disk = DiskThread("test")
        self.file = MembersFile(self.path, self.disk)
        self.link = ListLink(qos=0)
        self.clock = HandClock()
        limits = MembersLimits(answer_s=0.05, slow_answer_s=0.2, retry_s=0.05, refresh_s=600, snapshot_s=1.0)
        self.inbox = MembersInbox(TERMINAL, file=self.file, link=self.link, clock=HqClock(self.clock), limits=limits)

    def asked(self) -> list[int]:
        return [decode_wanted(data).since for topic, data in self.link.sent if topic == WANT]

    def anyway(self) -> list[bool]:
        return [decode_wanted(data).anyway for topic, data in self.link.sent if topic == WANT]

    def version(self) -> int:
        try:
            return check_members(self.path).version
        except MembersError:  # it is just being made
            return 0

    def known(self, member: str) -> MemberRow | None:
        with closing(open_members(self.path)) as connection:
            found = connection.execute(SQL_BY_ID, (member,)).fetchone()
            return decode_row(found[0]) if found else None

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition; time goes on meanwhile."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                self.clock.now_ms += 5
                await asyncio.sleep(0.002)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Desk]:
    desk = Desk(folder)
    task = asyncio.create_task(desk.inbox.run())
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await desk.file.close()
        desk.disk.close()


def page(base: int, version: int, *members: str, more: bool = False, seq: int = 5) -> MembersChanged:
    rows = [MemberRow(member=Member(id=MemberId(member)), version=version) for member in members]
    return MembersChanged(
        terminal=TERMINAL,
        base=base,
        version=version,
        epoch=1,
        seq=seq,
        as_of_ms=version * 1000,
        more=more,
        rows=pack_rows(rows),
    )


async def test_new_till_asks_from_the_beginning_and_goes_on_page_by_page(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        await desk.until(lambda: desk.asked() == [0])
        desk.inbox.received(page(0, 4, "M1", "M2", more=True))
        await desk.until(lambda: desk.asked()[-1] == 4)
        desk.inbox.received(page(4, 9, "M3"))
        await desk.until(lambda: desk.version() == 9)
        assert desk.known("M3") == MemberRow(member=Member(id=MemberId("M3")), version=9, epoch=1, seq=5)
        assert check_members(desk.path).as_of_ms == 9000


async def test_question_that_is_not_answered_is_asked_again_and_ever_more_rarely(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        start = desk.clock.now_ms
        await desk.until(lambda: len(desk.asked()) == 4)
        assert desk.clock.now_ms - start >= 50 + 100 + 200
        desk.inbox.link_down()
        count = len(desk.asked())
        desk.clock.now_ms += 10_000
        desk.inbox.received(page(0, 1))
        await desk.until(lambda: desk.version() == 1)
        assert len(desk.asked()) == count


async def test_page_behind_a_gap_is_not_taken_and_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        desk.inbox.received(page(0, 4, "M1"))
        await desk.until(lambda: desk.version() == 4)
        count = len(desk.asked())
        desk.inbox.received(page(6, 8, "M2"))
        await desk.until(lambda: len(desk.asked()) > count)
        assert (desk.asked()[-1], desk.version(), desk.known("M2")) == (4, 4, None)


async def test_page_that_comes_again_moves_nothing_back(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        first = page(0, 4, "M1")
        desk.inbox.received(first)
        desk.inbox.received(page(4, 9, "M1", seq=9))
        await desk.until(lambda: desk.version() == 9)
        desk.inbox.received(first)
        desk.inbox.received(replace(page(9, 9), as_of_ms=9_999))
        await desk.until(lambda: check_members(desk.path).as_of_ms == 9_999)
        row = desk.known("M1")
        assert row is not None
        assert (desk.version(), row.version, row.seq) == (9, 9, 9)


async def test_rows_that_make_no_sense_are_asked_for_again(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        await desk.until(lambda: desk.asked() == [0])
        desk.inbox.received(replace(page(0, 4), rows=b"no frame"))
        await desk.until(lambda: len(desk.asked()) > 1)
        assert (desk.asked()[-1], desk.version()) == (0, 0)


async def test_file_that_fails_is_tried_again(tmp_path: Path) -> None:
    desk_path = tmp_path / "books" / NAME
    desk_path.parent.mkdir()
    with closing(sqlite3.connect(desk_path)) as connection:
        connection.execute("PRAGMA user_version=99")
        connection.execute("PRAGMA application_id=0x47544D42")
        connection.execute("CREATE TABLE newer(x)")
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        await asyncio.sleep(0.05)
        assert desk.asked() == []
        desk_path.unlink()
        await desk.until(lambda: desk.asked() == [0])


async def test_flood_is_dropped_and_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        for number in range(100):
            desk.inbox.received(page(number, number + 1))
        desk.inbox.hq_online()
        await desk.until(lambda: desk.version() == MAX_WAITING)
        desk.inbox.received(page(99, 100))
        await desk.until(lambda: desk.asked()[-1:] == [MAX_WAITING])


async def test_single_rows_are_put_if_they_are_newer(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.received(page(0, 4, "M1"))
        await desk.until(lambda: desk.version() == 4)
        fresh = MemberRow(member=Member(id=MemberId("M1"), tier="gold"), version=6, epoch=1, seq=6)
        await desk.file.put([fresh])
        await desk.file.put([replace(fresh, version=5)])
        assert desk.known("M1") == fresh
        assert desk.version() == 4


def whole(folder: Path, *members: str, version: int, seq: int = 0) -> Path:
    rows = [MemberRow(member=Member(id=MemberId(member)), version=version) for member in members]
    content = MembersContent(rows=rows, version=version, as_of_ms=version * 1000, events={TERMINAL: (1, seq)})
    build_members(folder / "members-1.db", content)
    return folder / "members-1.db"


async def test_whole_file_is_merged_as_of_the_events_of_this_till_and_the_rest_is_asked_for(tmp_path: Path) -> None:
    members = [f"N{number:04d}" for number in range(1100)]
    path, merged = whole(tmp_path, *members, version=70, seq=33), list[int]()
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        await desk.until(lambda: desk.asked() == [0])
        desk.inbox.received(replace(page(0, 0), snapshot=1))
        desk.inbox.snapshot_ready(1, path, on_merged=merged.append)
        await desk.until(lambda: merged == [1])
        await desk.until(lambda: desk.asked()[-1] == 70)
        row = desk.known("N1099")
        assert row is not None
        assert (row.epoch, row.seq, row.version) == (1, 33, 70)
        assert check_members(desk.path).as_of_ms == 70_000
        desk.inbox.received(page(70, 80, "M1"))
        await desk.until(lambda: desk.version() == 80)
        desk.inbox.snapshot_ready(1, path, on_merged=merged.append)
        await desk.until(lambda: merged == [1, 1])
        assert desk.version() == 80


async def test_row_that_is_newer_than_a_whole_file_stays(tmp_path: Path) -> None:
    path, merged = whole(tmp_path, "M1", "M2", version=70), list[int]()
    async with running(tmp_path) as desk:
        fresh = MemberRow(member=Member(id=MemberId("M1"), tier="gold"), version=71, epoch=1, seq=6)
        await desk.file.put([fresh])
        desk.inbox.snapshot_ready(1, path, on_merged=merged.append)
        await desk.until(lambda: merged == [1])
        assert desk.known("M1") == fresh
        assert desk.version() == 70


async def test_whole_file_that_does_not_come_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        await desk.until(lambda: desk.asked() == [0])
        desk.inbox.received(replace(page(0, 0), snapshot=1))
        await desk.until(lambda: desk.anyway()[-1])
        desk.inbox.received(page(0, 4, "M1", more=True))
        await desk.until(lambda: desk.asked()[-1] == 4)
        assert desk.anyway()[-1]
        desk.inbox.received(page(4, 5, "M2"))
        await desk.until(lambda: desk.version() == 5)
        desk.inbox.received(page(9, 10))
        await desk.until(lambda: desk.asked()[-1] == 5)
        assert not desk.anyway()[-1]


async def test_whole_file_that_is_damaged_is_left_and_pages_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "members-1.db"
    path.write_bytes(b"no database" * 100)
    async with running(tmp_path) as desk:
        desk.inbox.hq_online()
        desk.inbox.snapshot_ready(1, path, on_merged=lambda _: None)
        await desk.until(lambda: desk.asked()[:1] == [0])


@pytest.mark.parametrize("waits", [True, False])
async def test_file_is_closed_whether_it_was_opened_or_not(tmp_path: Path, *, waits: bool) -> None:
    disk = DiskThread("test")
    file = MembersFile(tmp_path / NAME, disk)
    if waits:
        assert await file.version() == 0
    await file.close()
    disk.close()
    assert (tmp_path / NAME).exists() is waits
