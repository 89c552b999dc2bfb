"""Questions of the till to HQ over the broker: sent, sent once more under the same number, answered once."""

import asyncio

import structlog

from terminal.domain.errors import InputError
from terminal.ports.uplink import Link
from terminal.uplink.asker import NotSentError
from terminal.wire import topics
from terminal.wire.asking import AGAIN_MS, Told, decode_question, encode_told

log = structlog.get_logger("questions")


class Questions:
    """Asks HQ. How long somebody waits is the caller's: it cancels."""

    def __init__(self, terminal: str, *, link: Link, again_s: float = AGAIN_MS / 1000) -> None:
        self._topic = topics.up(terminal, topics.Up.ASK)
        self._link = link
        self._again_s = again_s
        self._is_there = False
        self._waiting: dict[str, asyncio.Future[Told]] = {}

    def hq_is(self, online: bool) -> None:
        """HQ came or went; while it is away nothing is asked."""
        self._is_there = online

    async def ask(self, body: bytes) -> bytes:
        """Return HQ's answer to a question (`terminal.wire.asking`), as `encode_told` writes it.

        `NotSentError` when HQ cannot be reached, or it is no question.
        """
        try:
            question = decode_question(body)
        except InputError as error:
            raise NotSentError(f"not a question: {error}") from error
        if not self._is_there or not self._link.publish(self._topic, body):
            raise NotSentError("there is no way to HQ")
        answer = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = answer
        try:
            return encode_told(await self._answer(answer, body))
        finally:
            self._waiting.pop(question.id, None)

    async def _answer(self, answer: "asyncio.Future[Told]", body: bytes) -> Told:
        try:
            return await asyncio.wait_for(asyncio.shield(answer), self._again_s)
        except TimeoutError:
            self._link.publish(self._topic, body)
        return await answer

    def told(self, told: Told) -> None:
        """Take an answer of HQ whose signature was checked; one that nobody waits for is too late."""
        waiting = self._waiting.get(told.id)
        if waiting is None or waiting.done():
            log.info("late_answer", ask=told.id[:64])
            return
        waiting.set_result(told)
