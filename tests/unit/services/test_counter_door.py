"""The door for screens: one operator, many observers, and nobody who holds up the sale."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from terminal.checkout.inputs import Input, KeysRead, Pasted, ScreenFaulted
from terminal.services import counter_door
from terminal.services.admission import Caller
from terminal.services.counter_door import CounterDoor
from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import LineView, Notice, Sections, Totals, View
from tests.unit.services.peers import DEADLINE_S, CounterClient

KEYS = msg.Keys(names=("1",), at_ms=1, chunk=1)
PASTE = msg.Paste(lines=("6901939621257",), at_ms=2)
FAULT = msg.ScreenFault(error="a widget broke", count=1)


def line(number: int, *, voided: bool = False) -> LineView:
    return LineView(
        number=number, code=str(number), name="可乐", quantity="1", price="3.50", amount="3.50", voided=voided
    )


def view(lines: int = 0, *, due: str = "0.00", notice: int = 0) -> View:
    rows = tuple(line(number) for number in range(1, lines + 1))
    return View(totals=Totals(lines=lines, due=due), notice=Notice(serial=notice), lines=rows)


class Till:
    """What the door hands on to."""

    def __init__(self, folder: Path) -> None:
        self.posted: list[Input] = []
        self.run_dir = folder
        self.door = CounterDoor(folder, post=self._post)
        self._news = asyncio.Event()

    def operator(self) -> CounterClient:
        return CounterClient(self.run_dir / "counter.sock")

    def observer(self) -> CounterClient:
        return CounterClient(self.run_dir / "observer.sock")

    async def heard(self, count: int) -> list[Input]:
        async with asyncio.timeout(DEADLINE_S):
            while len(self.posted) < count:
                self._news.clear()
                await self._news.wait()
        return self.posted

    def _post(self, event: Input) -> None:
        self.posted.append(event)
        self._news.set()


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Till]:
    till = Till(folder)
    await till.door.open()
    try:
        yield till
    finally:
        await till.door.close()


def as_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls from now on is somebody else."""
    stranger = Caller(pid=7, uid=os.geteuid() + 1, gids=frozenset({os.getegid() + 1}))
    monkeypatch.setattr(counter_door, "caller_of", lambda _peer: stranger)


async def test_who_may_not_operate_the_till_is_told_so_and_not_heard(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_stranger(monkeypatch)
    async with till.operator() as stranger:
        stranger.say(msg.Hello(), KEYS)
        assert await stranger.hear() == msg.Refused(code="not_admitted")
        assert await stranger.hear() is None
    async with till.observer() as observer:
        await observer.greet()
    monkeypatch.undo()
    async with till.operator() as screen:
        await screen.greet()
        screen.say(PASTE)
        assert await till.heard(1) == [Pasted(PASTE)]


async def test_operator_has_a_folder_of_its_own_where_one_is_named(tmp_path: Path) -> None:
    counter, run = tmp_path / "counter", tmp_path / "run"
    counter.mkdir()
    run.mkdir()
    door = CounterDoor(run, post=lambda _event: None, counter_dir=counter)
    await door.open()
    try:
        assert [path.name for path in counter.iterdir()] == ["counter.sock"]
        assert [path.name for path in run.iterdir()] == ["observer.sock"]
        async with CounterClient(counter / "counter.sock") as screen:
            await screen.greet()
    finally:
        await door.close()


@pytest.fixture
async def till(tmp_path: Path) -> AsyncIterator[Till]:
    async with listening(tmp_path) as till:
        yield till


async def test_hello_is_answered_with_the_whole_view(till: Till) -> None:
    till.door.publish(view(2, due="7.00"), journal_seq=41)
    async with till.operator() as screen:
        page = await screen.greet()
    assert (page.rev, page.page, page.pages, page.journal_seq) == (1, 0, 1, 41)
    assert page.lines == view(2).lines
    assert page.sections is not None
    assert page.sections.totals == Totals(lines=2, due="7.00")


async def test_long_baskets_come_in_pages_and_the_sections_once(till: Till) -> None:
    till.door.publish(view(2 * msg.PAGE_LINES + 1), journal_seq=1)
    async with till.operator() as screen:
        screen.say(msg.Hello())
        pages = [await screen.hear() for _ in range(3)]
    assert [(page.page, page.pages, len(page.lines), page.sections is not None) for page in whole(pages)] == [
        (0, 3, 100, True),
        (1, 3, 100, False),
        (2, 3, 1, False),
    ]


def whole(pages: list[msg.FromTill | None]) -> list[msg.SnapshotPage]:
    return [page for page in pages if isinstance(page, msg.SnapshotPage)]


async def test_what_happens_while_a_screen_paints_is_merged_into_one_delta(till: Till) -> None:
    async with till.operator() as screen:
        await screen.greet()
        for number in range(1, 4):
            till.door.publish(view(number, due=f"{number}.00"), journal_seq=number)
        screen.say(msg.Painted(rev=1))
        delta = await screen.hear()
        till.door.publish(view(5, due="5.00"), journal_seq=5)
        screen.say(msg.Painted(rev=2))
        after = await screen.hear()
    assert delta == msg.Delta(
        base=1,
        rev=2,
        sections=Sections(totals=Totals(lines=3, due="3.00")),
        lines=tuple(enumerate(view(3).lines)),
        count=3,
        selected=-1,
        journal_seq=3,
    )
    assert isinstance(after, msg.Delta)
    assert (after.base, after.rev, [index for index, _ in after.lines]) == (2, 3, [3, 4])


async def test_answer_to_an_older_revision_lets_nothing_through(till: Till) -> None:
    async with till.operator() as screen:
        await screen.greet()
        till.door.publish(view(1), journal_seq=1)
        screen.say(msg.Painted(rev=0), msg.Hello())
        page = await screen.hear()
    assert isinstance(page, msg.SnapshotPage)
    assert (page.rev, len(page.lines)) == (2, 1)


async def test_screen_that_missed_something_says_hello_again_and_gets_everything(till: Till) -> None:
    async with till.operator() as screen:
        await screen.greet()
        screen.say(msg.Painted(rev=1))
        till.door.publish(view(1), journal_seq=1)
        assert isinstance(await screen.hear(), msg.Delta)
        page = await screen.greet()
    assert (page.rev, page.lines) == (3, view(1).lines)


async def test_view_that_did_not_change_is_not_sent(till: Till) -> None:
    same = view(1)
    till.door.publish(same, journal_seq=1)
    async with till.operator() as screen:
        await screen.greet()
        screen.say(msg.Painted(rev=1), KEYS)
        await till.heard(1)
        till.door.publish(same, journal_seq=1)
        till.door.publish(view(2), journal_seq=2)
        delta = await screen.hear()
    assert isinstance(delta, msg.Delta)
    assert delta.count == 2


async def test_what_the_operator_does_is_handed_on_in_order(till: Till) -> None:
    async with till.operator() as screen:
        await screen.greet()
        screen.say(KEYS, PASTE, FAULT)
        posted = await till.heard(3)
    assert posted == [KeysRead(KEYS), Pasted(PASTE), ScreenFaulted("a widget broke")]


async def test_operator_who_did_not_say_hello_cannot_type(till: Till) -> None:
    async with till.operator() as screen:
        screen.say(KEYS)
        assert await screen.hear() == msg.Refused(code="bad_request")
        assert await screen.hear() is None
    assert till.posted == []


async def test_observer_sees_and_cannot_type(till: Till) -> None:
    till.door.publish(view(1), journal_seq=1)
    async with till.observer() as observer, till.operator() as screen:
        assert len((await observer.greet()).lines) == 1
        await screen.greet()
        observer.say(KEYS)
        assert await observer.hear() == msg.Refused(code="bad_request")
        assert await observer.hear() is None
        screen.say(KEYS)
        await till.heard(1)


async def test_any_number_of_observers_follow_the_sale(till: Till) -> None:
    async with till.observer() as first, till.observer() as second:
        for observer in (first, second):
            await observer.greet()
            observer.say(msg.Painted(rev=1))
        till.door.publish(view(1), journal_seq=1)
        deltas = [await observer.hear() for observer in (first, second)]
    assert [delta.count for delta in deltas if isinstance(delta, msg.Delta)] == [1, 1]


async def test_second_operator_is_refused_until_the_first_has_gone(till: Till) -> None:
    async with till.operator() as first:
        await first.greet()
        async with till.operator() as second:
            second.say(msg.Hello())
            assert await second.hear() == msg.Refused(code="operator_taken")
            assert await second.hear() is None
        first.say(KEYS)
        await till.heard(1)
    async with asyncio.timeout(DEADLINE_S):
        while not await is_admitted(till):
            pass


async def is_admitted(till: Till) -> bool:
    async with till.operator() as screen:
        screen.say(msg.Hello())
        return isinstance(await screen.hear(), msg.SnapshotPage)


async def test_another_protocol_is_refused_by_name(till: Till) -> None:
    async with till.operator() as screen:
        screen.say(msg.Hello(protocol=msg.PROTOCOL + 1))
        assert await screen.hear() == msg.Refused(code="protocol")
        assert await screen.hear() is None


@pytest.mark.parametrize("nonsense", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1", b"\x00\x00\x00\x02\x91\x01"])
async def test_nonsense_closes_the_one_who_sent_it(till: Till, nonsense: bytes) -> None:
    async with till.operator() as screen, till.observer() as other:
        await screen.greet()
        await other.greet()
        other.write(nonsense)
        assert await other.hear() == msg.Refused(code="bad_request")
        assert await other.hear() is None
        screen.say(KEYS)
        await till.heard(1)


async def test_client_that_reads_nothing_is_dropped_and_the_sale_goes_on(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_door, "MAX_BACKLOG", 1000)
    till.door.publish(view(3000), journal_seq=1)
    async with till.observer() as mute, till.operator() as screen:
        mute.say(*[msg.Hello()] * 40)
        await mute.drain()
        till.door.publish(view(1), journal_seq=2)
        assert len((await screen.greet()).lines) == 1


async def test_client_that_misses_three_pings_is_dropped_and_its_place_is_free(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_door, "PING_S", 0.005)
    watching = asyncio.create_task(till.door.watch())
    async with till.operator() as dead:
        await dead.greet()
        heard = [await dead.hear() for _ in range(counter_door.MISSED_PINGS)]
        assert heard == [msg.Ping(serial=number) for number in (1, 2, 3)]
        assert await dead.hear() is None
        assert await is_admitted(till)
    watching.cancel()


async def test_who_waits_for_the_screen_is_called_after_all_that_it_said_before(till: Till) -> None:
    async with till.operator() as screen:
        page = await screen.greet()
        said: list[object] = []
        till.door.when_answered(lambda: said.extend(till.posted))
        ping = await screen.hear()
        assert (isinstance(ping, msg.Ping), said, page.page) == (True, [], 0)
        screen.say(KEYS, msg.Pong(serial=ping.serial if isinstance(ping, msg.Ping) else 0))
        await till.heard(1)
        async with asyncio.timeout(DEADLINE_S):
            while not said:
                await asyncio.sleep(0)
    assert said == [KeysRead(KEYS)]


async def test_nobody_waits_for_a_screen_that_is_not_there_or_goes(till: Till) -> None:
    called: list[str] = []
    till.door.when_answered(lambda: called.append("nobody"))
    assert called == ["nobody"]
    async with till.operator() as screen:
        await screen.greet()
        till.door.when_answered(lambda: called.append("gone"))
        assert isinstance(await screen.hear(), msg.Ping)
    async with asyncio.timeout(DEADLINE_S):
        while len(called) < 2:
            await asyncio.sleep(0)
    assert called == ["nobody", "gone"]


async def test_client_that_answers_pings_stays_and_old_answers_do_not_count(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_door, "PING_S", 0.005)
    watching = asyncio.create_task(till.door.watch())
    async with till.operator() as screen:
        await screen.greet()
        for number in range(1, 8):
            assert await screen.hear() == msg.Ping(serial=number)
            screen.say(msg.Pong(serial=number))
        first = await screen.hear()
        assert isinstance(first, msg.Ping)
        while (ping := await screen.hear()) is not None:
            assert isinstance(ping, msg.Ping)
            screen.say(msg.Pong(serial=1))
    assert till.posted == []
    watching.cancel()


async def test_sockets_are_for_one_group_and_replace_those_of_a_dead_till(tmp_path: Path) -> None:
    for name in ("counter.sock", "observer.sock"):
        (tmp_path / name).touch()
    async with listening(tmp_path) as till:
        modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("counter.sock", "observer.sock")]
        async with till.operator() as screen:
            await screen.greet()
    assert modes == [0o660, 0o660]


async def test_closing_hangs_up_on_everybody(tmp_path: Path) -> None:
    async with listening(tmp_path) as till, till.operator() as screen:
        await screen.greet()
        await till.door.close()
        assert await screen.hear() is None
