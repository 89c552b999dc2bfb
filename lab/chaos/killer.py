"""Kills processes at the places of a plan, and measures how long their work was away."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable

from lab.chaos.plan import Moment, Place, Strike, Victim
from lab.supervise import Supervisor

LOOK_S = 0.02


class Killer:
    """Waits for places. A victim that is just away is hit as soon as it is there again."""

    def __init__(self, supervisor: Supervisor, strikes: Iterable[Strike]) -> None:
        self._supervisor = supervisor
        self._due: dict[Place, list[Strike]] = defaultdict(list)
        for strike in strikes:
            self._due[strike.place].append(strike)
        self._firing: set[asyncio.Task[None]] = set()
        self._last: dict[Victim, int] = {}
        self._hit_s: dict[Victim, float] = {}
        self.kills: Counter[Victim] = Counter()
        self.moments: Counter[Moment] = Counter()
        self.recoveries: dict[Victim, list[float]] = defaultdict(list)

    def reached(self, place: Place) -> None:
        """The run comes to a place: its strikes begin to count down."""
        for strike in self._due.pop(place, ()):
            task = asyncio.create_task(self._strike(strike))
            self._firing.add(task)
            task.add_done_callback(self._firing.discard)

    def back(self, victim: Victim) -> None:
        """A victim does its work again."""
        hit_s = self._hit_s.pop(victim, None)
        if hit_s is not None:
            self.recoveries[victim].append(asyncio.get_running_loop().time() - hit_s)

    def is_away(self, victim: Victim) -> bool:
        """Whether it was hit and is not back yet."""
        return victim in self._hit_s

    async def finish(self) -> None:
        """Wait until every strike that counts down has hit."""
        while self._firing:
            await asyncio.gather(*self._firing)

    async def _strike(self, strike: Strike) -> None:
        victim = strike.victim
        await asyncio.sleep(strike.delay_s)
        while not self._supervisor.alive(victim) or self._supervisor.pid(victim) == self._last.get(victim):
            await asyncio.sleep(LOOK_S)
        self._last[victim] = self._supervisor.pid(victim)
        self._hit_s[victim] = asyncio.get_running_loop().time()
        self._supervisor.kill(victim)
        self.kills[victim] += 1
        self.moments[strike.place.moment] += 1
