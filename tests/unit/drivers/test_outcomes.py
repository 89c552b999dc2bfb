import asyncio

import pytest

from terminal.domain.ids import ActionId
from terminal.drivers.outcomes import Outcomes


async def test_action_is_started_once_and_everybody_gets_its_outcome() -> None:
    outcomes: Outcomes[int] = Outcomes()
    started: list[int] = []

    async def act() -> int:
        started.append(1)
        await asyncio.sleep(0)
        return len(started)

    together = await asyncio.gather(*(outcomes.once(ActionId("a"), act) for _ in range(3)))
    later = await outcomes.once(ActionId("a"), act)
    other = await outcomes.once(ActionId("b"), act)
    assert (together, later, other) == ([1, 1, 1], 1, 2)


async def test_who_stops_waiting_does_not_stop_the_action() -> None:
    outcomes: Outcomes[str] = Outcomes()
    go = asyncio.Event()

    async def act() -> str:
        await go.wait()
        return "done"

    impatient = asyncio.create_task(outcomes.once(ActionId("a"), act))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    go.set()
    assert await outcomes.once(ActionId("a"), act) == "done"


async def test_oldest_of_257_actions_is_forgotten() -> None:
    outcomes: Outcomes[int] = Outcomes()
    count = 0

    async def act() -> int:
        nonlocal count
        count += 1
        return count

    for number in range(257):
        await outcomes.once(ActionId(str(number)), act)
    assert await outcomes.once(ActionId("256"), act) == 257
    assert await outcomes.once(ActionId("0"), act) == 258
