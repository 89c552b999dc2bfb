import asyncio

import pytest

from terminal.domain.errors import UplinkError
from terminal.uplink.asker import Asker, NotSentError
from terminal.wire.doorbell import Answer, Ask, Failure

DEADLINE_S = 5.0


class Desk:
    """Asks, and takes answers."""

    def __init__(self, outcome: bytes | UplinkError | None) -> None:
        self.heard: asyncio.Queue[Answer] = asyncio.Queue()
        self.asked: list[bytes] = []
        self._outcome = outcome
        self.asker = Asker({"payment": self._route}, self.heard.put_nowait)

    async def _route(self, body: bytes) -> bytes:
        self.asked.append(body)
        if self._outcome is None:
            await asyncio.Event().wait()
        if isinstance(self._outcome, UplinkError):
            raise self._outcome
        return self._outcome or b""

    async def ask(self, *, kind: str = "payment", deadline_ms: int = 5000) -> Answer:
        self.asker.take(Ask(id="7", kind=kind, deadline_ms=deadline_ms, body=b"?"))
        async with asyncio.timeout(DEADLINE_S):
            return await self.heard.get()


async def test_answer_comes_back_under_the_number_of_its_question() -> None:
    desk = Desk(b"!")
    assert await desk.ask() == Answer(id="7", body=b"!")
    assert desk.asked == [b"?"]


@pytest.mark.parametrize(
    ("outcome", "failure"),
    [
        (NotSentError("nobody there"), Failure.NOT_SENT),
        (UplinkError("hung up"), Failure.TIMEOUT),
        (None, Failure.TIMEOUT),
    ],
)
async def test_question_without_an_answer_is_told_why(outcome: UplinkError | None, failure: Failure) -> None:
    assert await Desk(outcome).ask(deadline_ms=20 if outcome is None else 5000) == Answer(id="7", failure=failure)


async def test_question_that_nobody_here_can_answer_is_not_sent() -> None:
    desk = Desk(b"!")
    assert await desk.ask(kind="weather") == Answer(id="7", failure=Failure.NO_ROUTE)
    assert desk.asked == []


async def test_asker_that_closes_answers_nothing_more() -> None:
    desk = Desk(None)
    desk.asker.take(Ask(id="7", kind="payment", deadline_ms=5000, body=b"?"))
    await asyncio.sleep(0)
    desk.asker.close()
    await asyncio.sleep(0)
    assert desk.heard.empty()


def test_what_is_asked_is_never_logged() -> None:
    assert "secret" not in repr(Ask(id="7", kind="payment", deadline_ms=1, body=b"secret"))
