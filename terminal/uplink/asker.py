"""Questions of the till, each with its own deadline: passed to who can answer them, and answered exactly once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from terminal.domain.errors import UplinkError
from terminal.wire.doorbell import Answer, Ask, Failure

log = structlog.get_logger("asker")

Route = Callable[[bytes], Awaitable[bytes]]
"""Answers the body of a question; `UplinkError`, of which `NotSentError` says that nobody has heard of it."""


class NotSentError(UplinkError):
    """The question did not leave this machine, and never will."""

    code = "not_sent"


class Asker:
    """Answers asks by their kind. ``tell`` takes an answer to the till."""

    def __init__(self, routes: Mapping[str, Route], tell: Callable[[Answer], None]) -> None:
        self._routes = routes
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, ask: Ask) -> None:
        """Take a question; returns at once."""
        task = asyncio.create_task(self._answer(ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Give up what is not answered yet."""
        for task in self._tasks:
            task.cancel()

    async def _answer(self, ask: Ask) -> None:
        route = self._routes.get(ask.kind)
        if route is None:
            self._tell(Answer(id=ask.id, failure=Failure.NO_ROUTE))
            return
        try:
            async with asyncio.timeout(ask.deadline_ms / 1000):
                answer = Answer(id=ask.id, body=await route(ask.body))
        except NotSentError as error:
            log.info("not_sent", name=ask.kind, reason=str(error)[:200])
            answer = Answer(id=ask.id, failure=Failure.NOT_SENT)
        except (UplinkError, TimeoutError) as error:
            log.info("no_answer", name=ask.kind, reason=str(error)[:200])
            answer = Answer(id=ask.id, failure=Failure.TIMEOUT)
        self._tell(answer)
