"""Each action is done once: whoever asks again, now or later, gets the outcome of the first time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, TypeVar

from terminal.domain.ids import ActionId

_REMEMBERED: Final = 256

_Outcome = TypeVar("_Outcome")


class Outcomes(Generic[_Outcome]):
    """The actions of one device; the last 256 are remembered."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[ActionId, asyncio.Task[_Outcome]] = OrderedDict()

    async def once(self, action: ActionId, start: Callable[[], Coroutine[Any, Any, _Outcome]]) -> _Outcome:
        """Return the outcome of an action, started unless it was before. Who stops waiting does not stop the action."""
        task = self._tasks.get(action)
        if task is None:
            task = asyncio.create_task(start())
            self._tasks[action] = task
            if len(self._tasks) > _REMEMBERED:
                self._tasks.popitem(last=False)
        return await asyncio.shield(task)
