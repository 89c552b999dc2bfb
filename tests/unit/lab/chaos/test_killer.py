"""Strikes hit running processes at their places, each process once in each of its lives."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lab.chaos.killer import Killer
from lab.chaos.plan import Moment, Place, Strike, Victim
from lab.supervise import Program, Supervisor

HERE = Place(moment=Moment.PAYMENT, index=3)
STRIKE = Strike(victim=Victim.TILL, place=HERE, delay_s=0)


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor()
    await supervisor.start(Program(name=Victim.TILL, arguments=("60",), log=tmp_path / "log", executable="sleep"))
    yield supervisor
    await supervisor.stop()


async def test_two_strikes_of_one_place_hit_two_lives(supervisor: Supervisor) -> None:
    killer = Killer(supervisor, (STRIKE, STRIKE))
    killer.reached(HERE)
    async with asyncio.timeout(10):
        await killer.finish()
        while supervisor.starts(Victim.TILL) < 3:
            await asyncio.sleep(0.01)
    assert killer.kills == {Victim.TILL: 2}
    assert killer.moments == {Moment.PAYMENT: 2}


async def test_a_place_strikes_once_and_another_place_not_at_all(supervisor: Supervisor) -> None:
    killer = Killer(supervisor, (STRIKE,))
    killer.reached(Place(moment=Moment.PAYMENT, index=4))
    await killer.finish()
    assert killer.kills.total() == 0
    killer.reached(HERE)
    killer.reached(HERE)
    await killer.finish()
    assert killer.kills.total() == 1


async def test_the_time_until_it_is_back_is_measured_once(supervisor: Supervisor) -> None:
    killer = Killer(supervisor, (STRIKE,))
    killer.back(Victim.TILL)
    killer.reached(HERE)
    await killer.finish()
    assert killer.is_away(Victim.TILL)
    killer.back(Victim.TILL)
    killer.back(Victim.TILL)
    assert not killer.is_away(Victim.TILL)
    assert len(killer.recoveries[Victim.TILL]) == 1
