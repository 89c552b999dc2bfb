"""The door for the uplink: hints out, news in; it may come and go."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import Answered, BookFailed, BookOffered, Input, LinkReported
from terminal.services.uplink_door import UplinkDoor
from terminal.wire.doorbell import Answer, Ask, BookNow, BookReady, BookRejected, Failure, JournalGrew, LinkChanged
from tests.unit.services.peers import DEADLINE_S, UplinkClient

ONLINE = LinkChanged(online=True, acked_seq=7, hq_zero_ms=-1500, hq_quality=20)


class Till:
    """What the door hands on to."""

    def __init__(self, folder: Path) -> None:
        self.posted: list[Input] = []
        self.times: list[tuple[int, int]] = []
        self.path = folder / "uplink.sock"
        self._news = asyncio.Event()
        self.door = UplinkDoor(
            folder, post=self._post, hq_time=lambda zero_ms, quality: self.times.append((zero_ms, quality))
        )

    def uplink(self) -> UplinkClient:
        return UplinkClient(self.path)

    async def heard(self, count: int) -> list[Input]:
        async with asyncio.timeout(DEADLINE_S):
            while len(self.posted) < count:
                self._news.clear()
                await self._news.wait()
        return self.posted

    def _post(self, event: Input) -> None:
        self.posted.append(event)
        self._news.set()


@pytest.fixture
async def till(tmp_path: Path) -> AsyncIterator[Till]:
    (tmp_path / "uplink.sock").touch()
    till = Till(tmp_path)
    await till.door.open()
    yield till
    await till.door.close()


async def test_news_of_books_and_of_the_link_become_events(till: Till) -> None:
    offline = LinkChanged(online=False, acked_seq=7)
    async with till.uplink() as uplink:
        uplink.say(BookReady(version=3, sha256="ab"), BookRejected(version=4, reason="book_forged"), ONLINE, offline)
        posted = await till.heard(4)
    assert posted[:4] == [
        BookOffered(3),
        BookFailed(version=4, reason="book_forged"),
        LinkReported(ONLINE),
        LinkReported(offline),
    ]
    assert till.times == [(-1500, 20)]


async def test_growth_is_told_once_for_each_new_head(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.journal_grew(epoch=1, seq=5)
        assert await uplink.hear() == JournalGrew(epoch=1, seq=5)
        till.door.journal_grew(epoch=1, seq=5)
        till.door.journal_grew(epoch=1, seq=6)
        till.door.journal_grew(epoch=1, seq=7)
        assert await uplink.hear() == JournalGrew(epoch=1, seq=7)


async def test_book_that_decides_is_told_once_and_a_refusal_by_name(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.book_now(3)
        till.door.book_now(3)
        till.door.book_now(4, refused="book_torn")
        assert [await uplink.hear(), await uplink.hear()] == [
            BookNow(version=3),
            BookNow(version=4, refused="book_torn"),
        ]


async def test_uplink_that_comes_later_is_told_what_it_missed(till: Till) -> None:
    till.door.journal_grew(epoch=2, seq=9)
    till.door.book_now(3)
    async with till.uplink() as uplink:
        assert [await uplink.hear(), await uplink.hear()] == [JournalGrew(epoch=2, seq=9), BookNow(version=3)]


async def test_uplink_that_dies_leaves_the_till_offline(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
    assert (await till.heard(2))[-1] == LinkReported(None)


async def test_new_uplink_takes_the_place_of_one_that_hangs(till: Till) -> None:
    async with till.uplink() as hanging:
        hanging.say(ONLINE)
        await till.heard(1)
        async with till.uplink() as fresh:
            assert await hanging.hear() is None
            till.door.book_now(3)
            assert await fresh.hear() == BookNow(version=3)
            fresh.say(ONLINE)
            assert await till.heard(2) == [LinkReported(ONLINE)] * 2


@pytest.mark.parametrize("nonsense", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1"])
async def test_nonsense_ends_the_connection_and_the_next_one_is_taken(till: Till, nonsense: bytes) -> None:
    async with till.uplink() as broken:
        broken.write(nonsense)
        assert await broken.hear() is None
    assert await till.heard(1) == [LinkReported(None)]
    async with till.uplink() as uplink:
        uplink.say(BookReady(version=3, sha256="ab"))
        assert (await till.heard(2))[-1] == BookOffered(3)


async def test_door_that_closes_says_how_far_the_journal_grew(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.journal_grew(epoch=1, seq=8)
        await till.door.close()
        assert await uplink.hear() == JournalGrew(epoch=1, seq=8)


ASK = Ask(id="7", kind="payment", deadline_ms=5000, body=b"?")


async def test_question_goes_to_the_uplink_and_its_answer_comes_back(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.ask(ASK)
        assert await uplink.hear() == ASK
        answer = Answer(id="7", body=b"!")
        uplink.say(answer, answer, Answer(id="8", body=b"!"), ONLINE)
        assert await till.heard(3) == [LinkReported(ONLINE), Answered(answer), LinkReported(ONLINE)]


async def test_question_without_an_uplink_is_not_sent(till: Till) -> None:
    till.door.ask(ASK)
    assert await till.heard(1) == [Answered(Answer(id="7", failure=Failure.NOT_SENT))]


async def test_question_whose_time_is_over_has_no_answer(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.ask(replace(ASK, deadline_ms=20))
        assert (await till.heard(2))[-1] == Answered(Answer(id="7", failure=Failure.TIMEOUT))
        uplink.say(Answer(id="7", body=b"late"), ONLINE)
        assert len(await till.heard(3)) == 3


async def test_uplink_that_dies_leaves_its_questions_without_an_answer(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.ask(ASK)
        assert await uplink.hear() == ASK
    assert (await till.heard(3))[1:] == [
        LinkReported(None),
        Answered(Answer(id="7", failure=Failure.TIMEOUT)),
    ]


async def test_door_that_closes_asks_no_more(till: Till) -> None:
    async with till.uplink() as uplink:
        uplink.say(ONLINE)
        await till.heard(1)
        till.door.ask(replace(ASK, deadline_ms=1))
        await till.door.close()
        await uplink.drain()
    assert not [event for event in till.posted if isinstance(event, Answered)]
