import asyncio

import pytest

from terminal.domain.ids import SaleId
from terminal.domain.members.claims import Claim, ClaimId
from terminal.domain.promotions.coupons import MemberId
from terminal.uplink.asker import NotSentError
from terminal.uplink.questions import Questions
from terminal.wire import topics
from terminal.wire.asking import Granted, ReserveAsk, Told, decode_told, encode_question
from tests.integration.uplink.journals import TERMINAL
from tests.unit.uplink.pumps import DEADLINE_S, ListLink

ASKS = topics.up(TERMINAL, topics.Up.ASK)
QUESTION = encode_question(ReserveAsk(id="r1", member=MemberId("M1"), sale=SaleId("s1")))


def told(key: str = "r1") -> Told:
    claim = Claim(id=ClaimId(key), member=MemberId("M1"), until_ms=9)
    return Told(terminal=TERMINAL, id=key, hq_ms=5, reply=Granted(claim=claim))


class Desk:
    """Questions over a link that is a list; HQ is there."""

    def __init__(self, *, again_s: float = DEADLINE_S) -> None:
        self.link = ListLink()
        self.questions = Questions(TERMINAL, link=self.link, again_s=again_s)
        self.questions.hq_is(online=True)

    def begin(self) -> "asyncio.Task[bytes]":
        return asyncio.ensure_future(self.questions.ask(QUESTION))

    async def sent(self, count: int) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while len(self.link.sent) < count:
                await asyncio.sleep(0)


async def test_answer_of_hq_is_passed_on_and_others_are_too_late() -> None:
    desk = Desk()
    asking = desk.begin()
    await desk.sent(1)
    desk.questions.told(told("other"))
    desk.questions.told(told())
    desk.questions.told(told())
    assert decode_told(await asking) == told()
    assert desk.link.sent == [(ASKS, QUESTION)]
    desk.questions.told(told())


async def test_question_without_an_answer_is_sent_once_more_and_no_third_time() -> None:
    desk = Desk(again_s=0.01)
    asking = desk.begin()
    await desk.sent(2)
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert desk.link.sent == [(ASKS, QUESTION), (ASKS, QUESTION)]
    desk.questions.told(told())
    assert decode_told(await asking) == told()


async def test_answer_to_a_question_that_was_given_up_is_too_late() -> None:
    desk = Desk()
    asking = desk.begin()
    await desk.sent(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    desk.questions.told(told())


async def test_without_hq_or_without_a_link_nothing_is_asked() -> None:
    desk = Desk()
    desk.link.is_up = False
    with pytest.raises(NotSentError):
        await desk.questions.ask(QUESTION)
    desk.link.is_up = True
    desk.questions.hq_is(online=False)
    with pytest.raises(NotSentError):
        await desk.questions.ask(QUESTION)
    assert desk.link.sent == []


async def test_what_is_no_question_is_not_sent() -> None:
    desk = Desk()
    with pytest.raises(NotSentError):
        await desk.questions.ask(b"?")
    assert desk.link.sent == []
