"""A pump with a link that is a list, for tests that play HQ."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from terminal.ports.clock import Stamp
from terminal.uplink.disk import DiskThread
from terminal.uplink.hq_clock import HqClock
from terminal.uplink.pump import Progress, Pump, PumpLimits, Stage, ThreadedOutbox
from terminal.wire import topics
from terminal.wire.envelope import Acked, Answer, Batch, Birth, HqState, decode_birth, unpack_batch
from tests.integration.uplink.journals import TERMINAL, MemoryJournal

BATCHES = topics.up(TERMINAL, topics.Up.BATCH)
BIRTHS = topics.up(TERMINAL, topics.Up.BIRTH)
DEADLINE_S = 5.0
BIRTH_WAY_MS = 100


class HandClock:
    """Implements `terminal.ports.clock.Clock`: time stands until it is moved."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def stamp(self) -> Stamp:
        return Stamp(wall_ms=self.now_ms, mono_ms=self.now_ms, boot_id="test")

    def local_iso(self, wall_ms: int) -> str:
        return str(wall_ms)


class ListLink:
    """Implements `terminal.ports.uplink.Link`."""

    def __init__(self, *, qos: int = 1) -> None:
        self.is_up = True
        self._qos = qos
        self.sent: list[tuple[str, bytes]] = []
        self.drops: list[str] = []
        self.looks: list[str] = []

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        assert (qos, retain) == (self._qos, False)
        if self.is_up:
            self.sent.append((topic, payload))
        return self.is_up

    def look_again(self, topic: str) -> None:
        self.looks.append(topic)

    def drop(self, reason: str) -> None:
        self.drops.append(reason)


@dataclass
class Bench:
    """A pump that runs, and everything around it."""

    pump: Pump
    link: ListLink
    clock: HandClock
    hq_clock: HqClock
    journal: MemoryJournal
    progress: list[Progress]

    def batches(self) -> list[Batch]:
        return [unpack_batch(data, terminal=TERMINAL)[0] for topic, data in self.link.sent if topic == BATCHES]

    def sent(self) -> list[tuple[int, int]]:
        return [(batch.first_seq, batch.last_seq) for batch in self.batches()]

    def stage(self) -> Stage:
        return self.pump.stage

    def births(self) -> list[Birth]:
        return [decode_birth(data) for topic, data in self.link.sent if topic == BIRTHS]

    def say(self, answer: Answer) -> None:
        self.pump.answer(answer)

    def ack(self, seq: int, *, session: str = "", hq_ms: int | None = None, archived: int = 0) -> None:
        digest = self.journal.rows[seq - 1].hash if 0 < seq <= len(self.journal.rows) else b"h" * 32
        now_ms = self.clock.now_ms if hq_ms is None else hq_ms
        self.say(
            Acked(
                terminal=TERMINAL,
                epoch=self.journal.epoch,
                acked=seq,
                hash=digest,
                hq_ms=now_ms,
                session=session,
                archived=archived,
            )
        )

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                await asyncio.sleep(0.001)

    async def settled(self) -> None:
        """Wait until a turn of the pump that began after this moment is done: the second one to end from now on."""
        for _ in range(2):
            told = len(self.progress)
            self.pump.journal_grew()
            await self.until(lambda: len(self.progress) > told)  # noqa: B023 - awaited at once

    async def resumed(self, seq: int = 0) -> None:
        """Bring the link up and answer the birth."""
        self.pump.link_up()
        self.pump.hq_state(HqState(online=True, boot="one"))
        await self.until(lambda: len(self.births()) == 1)
        self.clock.now_ms += BIRTH_WAY_MS
        self.ack(seq, session=self.births()[-1].session)
        await self.settled()

    async def move(self, seconds: float) -> None:
        self.clock.now_ms += int(seconds * 1000)
        await self.settled()


def bench(journal: MemoryJournal, disk: DiskThread, *, limits: PumpLimits | None = None) -> Bench:
    link, clock, progress = ListLink(), HandClock(), list[Progress]()
    hq_clock = HqClock(clock)
    pump = Pump(
        TERMINAL,
        outbox=ThreadedOutbox(journal, disk),
        link=link,
        clock=hq_clock,
        limits=limits or PumpLimits(),
        on_progress=progress.append,
    )
    return Bench(pump=pump, link=link, clock=clock, hq_clock=hq_clock, journal=journal, progress=progress)
