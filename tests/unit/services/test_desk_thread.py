"""The thread that owns the desk: events in order, reactions back, and no end in silence."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from terminal.checkout.desk import Desk
from terminal.checkout.inputs import BookOffered, Fired, Input, ScreenFaulted
from terminal.checkout.work import Reaction
from terminal.domain.errors import JournalError, PosError
from terminal.offline.clock import SystemClock
from terminal.services import desk_thread
from terminal.services.desk_thread import DeskThread
from terminal.services.till import Parts
from tests.unit.services.lanes import Lane

DEADLINE_S = 5.0


class Loop:
    """The loop's side of a desk."""

    def __init__(self, build: Callable[[], Desk]) -> None:
        self.reactions: list[Reaction] = []
        self.error: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        self.thread = DeskThread(build, react=self.reactions.append, failed=self.error.set_result)


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    lane = Lane(folder=tmp_path)
    lane.set_up()
    return lane


def builder(lane: Lane) -> Callable[[], Desk]:
    return Parts(config=lane.config, clock=SystemClock("UTC")).build_desk


@asynccontextmanager
async def running(lane: Lane) -> AsyncIterator[Loop]:
    loop = Loop(builder(lane))
    await loop.thread.start()
    yield loop
    await loop.thread.stop()


def saved_seq(lane: Lane) -> int:
    with closing(sqlite3.connect(f"file:{lane.folder}/till/state.db?mode=ro", uri=True)) as connection:
        row: tuple[int] | None = connection.execute("SELECT seq FROM record").fetchone()
        return 0 if row is None else row[0]


async def test_reactions_come_back_in_the_order_of_the_events(lane: Lane) -> None:
    lane.book(3)
    async with running(lane) as loop:
        for event in (ScreenFaulted("x"), BookOffered(3), ScreenFaulted("y")):
            loop.thread.post(event)
        await loop.thread.probe()
        serials = [reaction.view.notice.serial for reaction in loop.reactions]
        assert serials == sorted(serials)
        assert serials[-1] == 2
        facts = [type(fact).__name__ for reaction in loop.reactions for fact in reaction.facts]
        assert facts == ["BookActivated"]


async def test_events_that_wait_share_a_view(lane: Lane) -> None:
    loop = Loop(builder(lane))
    for _ in range(desk_thread.TOGETHER + 1):
        loop.thread.post(ScreenFaulted("x"))
    await loop.thread.start()
    await loop.thread.stop()
    assert [reaction.view.notice.serial for reaction in loop.reactions] == [16, 17]


async def test_what_was_posted_before_the_stop_is_handled(lane: Lane) -> None:
    async with running(lane) as loop:
        for _ in range(50):
            loop.thread.post(ScreenFaulted("x"))
    assert loop.reactions[-1].view.notice.serial == 50


async def test_desk_that_cannot_be_built_is_told_to_who_starts_it(lane: Lane) -> None:
    async with running(lane):
        second = Loop(builder(lane))
        with pytest.raises(JournalError) as caught:
            await second.thread.start()
    assert caught.value.code == "journal_busy"


async def test_desk_that_does_not_stand_yet_says_so(lane: Lane) -> None:
    loop = Loop(builder(lane))
    with pytest.raises(PosError) as caught:
        _ = loop.thread.desk
    assert caught.value.code == "not_started"


async def test_error_that_ends_the_desk_is_told_with_its_cause(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_desk: Desk, *events: Input) -> Reaction:
        raise sqlite3.OperationalError(f"disk I/O error at {events[0]}")

    monkeypatch.setattr(Desk, "handle", broken)
    async with running(lane) as loop:
        loop.thread.post(Fired("minute"))
        async with asyncio.timeout(DEADLINE_S):
            error = await loop.error
        assert str(error) == "disk I/O error at Fired(timer='minute')"
        assert loop.reactions == []


async def test_record_is_saved_when_nothing_happens(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_thread, "IDLE_SAVE_S", 0.01)
    lane.book(3)
    async with running(lane) as loop:
        loop.thread.post(BookOffered(3))
        await loop.thread.probe()
        head = loop.reactions[-1].seq
        async with asyncio.timeout(DEADLINE_S):
            while saved_seq(lane) != head:
                await asyncio.sleep(0.005)


async def test_fault_that_idle_work_finds_is_logged_and_the_till_goes_on(
    lane: Lane, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desk_thread, "IDLE_SAVE_S", 0.01)
    found = asyncio.Event()
    loop = asyncio.get_running_loop()

    def rest(_desk: Desk) -> str:
        loop.call_soon_threadsafe(found.set)
        return "journal-1-1.db, event 2: changed"

    monkeypatch.setattr(Desk, "rest", rest)
    async with running(lane) as till:
        async with asyncio.timeout(DEADLINE_S):
            await found.wait()
        till.thread.post(Fired("minute"))
        await till.thread.probe()
        assert len(till.reactions) == 1
    assert "event 2: changed" in capsys.readouterr().out


async def test_loop_that_has_ended_is_not_called(lane: Lane) -> None:
    """A service that dies while its desk works: the desk still ends, and says nothing to nobody."""
    inner = asyncio.new_event_loop()

    async def start() -> DeskThread:
        loop = Loop(builder(lane))
        await loop.thread.start()
        return loop.thread

    thread = await asyncio.to_thread(inner.run_until_complete, start())
    inner.close()
    thread.post(Fired("minute"))
    await thread.stop()
    assert thread.desk.counter.record.sale is None


async def test_probe_that_nobody_waits_for_any_more_is_answered_to_nobody(lane: Lane) -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    async with running(lane) as loop:
        given_up = asyncio.create_task(loop.thread.probe())
        await asyncio.sleep(0)
        given_up.cancel()
        async with asyncio.timeout(DEADLINE_S):
            await loop.thread.probe()
    assert complaints == []
