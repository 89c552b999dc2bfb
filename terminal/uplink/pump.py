"""From the journal to HQ: reads rows, sends batches, and goes on when HQ says that it has committed them.

The journal is the outbox; nothing is kept here but sequence numbers. After every connection, and after every start of
HQ, a `Birth` asks HQ how far it is, and its answer alone decides where to go on.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog

from terminal.ports.clock import Stamp
from terminal.ports.journal import Head
from terminal.ports.uplink import Link, Outbox
from terminal.uplink.disk import DiskThread
from terminal.uplink.hq_clock import HqClock
from terminal.uplink.window import Window
from terminal.wire import envelope, topics
from terminal.wire.chain import Row

log = structlog.get_logger("pump")


class Stage(StrEnum):
    """How far the way to HQ is open."""

    OFFLINE = "offline"
    HQ_ABSENT = "hq_absent"
    GREETING = "greeting"
    SENDING = "sending"
    BEHIND = "behind"
    """HQ has more of this epoch than the journal: an old copy was restored. Needs a new epoch."""
    FORKED = "forked"
    """HQ has other rows under the same numbers. Needs a new epoch too, and a person."""
    FAILING = "failing"
    """The journal cannot be read; it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpLimits:
    """``window`` batches on their way, ``ack_timeout_s`` until a silent HQ means a new connection."""

    window: int = 4
    ack_timeout_s: float = 10.0
    absent_s: float = 60.0
    """How often the broker is asked whether an HQ that was not there is there now."""
    poll_s: float = 5.0
    """How often the journal is looked at when nobody rings."""
    refused_wait_s: float = 1.0
    refused_max_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the pump knows: for the till's status line and the cursor."""

    stage: Stage = Stage.OFFLINE
    epoch: int = 0
    acked_seq: int = 0
    archived_seq: int = 0
    head_seq: int = 0
    oldest_unacked_ms: int = 0
    drained: tuple[tuple[int, int], ...] = ()
    """Earlier epochs of which HQ has every row, each with the last row that HQ keeps for good."""


_STUCK = (Stage.BEHIND, Stage.FORKED)
"""HQ takes no more of this epoch: the next one is all that helps."""


class ThreadedOutbox:
    """The journal, read on the disk's thread."""

    def __init__(self, outbox: Outbox, disk: DiskThread) -> None:
        self._outbox = outbox
        self._disk = disk

    async def head(self) -> Head | None:
        """Return the last durable row; None while there is no journal."""
        return await self._disk.run(self._outbox.head)

    async def read(self, after_seq: int, *, limit: int) -> tuple[Row, ...]:
        """Return at most ``limit`` rows after a sequence."""
        return await self._disk.run(self._outbox.read, after_seq, limit=limit)

    async def next_epoch(self) -> bool:
        """Go on to the next epoch; False when there is none."""
        return await self._disk.run(self._outbox.next_epoch)


class Pump:
    """Sends the journal of one terminal. Its methods are called on the loop; `run` does the work."""

    def __init__(
        self,
        terminal: str,
        *,
        outbox: ThreadedOutbox,
        link: Link,
        clock: HqClock,
        limits: PumpLimits,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._terminal = terminal
        self._outbox = outbox
        self._link = link
        self._clock = clock
        self._limits = limits
        self._on_progress = on_progress
        self._window = Window(size=limits.window, timeout_ms=int(limits.ack_timeout_s * 1000))
        self._wake = asyncio.Event()
        self._is_linked = False
        self._hq_boot = ""
        self._is_told_of_hq = True
        """Whether the broker said anything of HQ since it was asked."""
        self._looked_ms = 0
        self._stage = Stage.OFFLINE
        self._session = ""
        self._greeted: Stamp | None = None
        self._head: Head | None = None
        self._may_have_grown = True
        self._archived = 0
        self._drained: tuple[tuple[int, int], ...] = ()
        self._refilled = 0
        self._refusals = 0
        self._hold_until_ms = 0
        self._oldest: tuple[int, int] = (0, 0)
        self._progress = Progress()

    @property
    def stage(self) -> Stage:
        """How far the way to HQ is open."""
        return self._stage

    def link_up(self) -> None:
        """The broker took us. HQ's state is retained there; until it comes, HQ counts as absent."""
        self._is_linked = True
        self._hq_boot = ""
        self._is_told_of_hq = True
        self._enter(Stage.HQ_ABSENT)

    def link_down(self) -> None:
        """The connection is gone, and with it everything that was on its way."""
        self._is_linked = False
        self._enter(Stage.OFFLINE)

    def hq_state(self, state: envelope.HqState) -> None:
        """HQ came, went, or started anew: a new ``boot`` may know less than the one before."""
        if not self._is_linked:
            return
        self._is_told_of_hq = True
        boot = state.boot if state.online else ""
        if not boot:
            self._enter(Stage.HQ_ABSENT)
        elif boot != self._hq_boot:
            self._enter(Stage.GREETING)
        self._hq_boot = boot

    def journal_grew(self) -> None:
        """There are new rows.

        An answer of HQ alone is no reason to look: what is sold until the next ring makes a fuller batch.
        """
        self._may_have_grown = True
        self._wake.set()

    def answer(self, answer: envelope.Answer) -> None:
        """HQ answered. Answers to other epochs, other sessions, and older ones change nothing."""
        if self._head is None or answer.epoch != self._head.epoch or answer.terminal != self._terminal:
            return
        match answer:
            case envelope.Acked():
                self._acked(answer, self._head)
            case envelope.GapFound(first_seq=first_seq) if self._stage is Stage.SENDING:
                self._refill(first_seq)
            case envelope.ForkFound(fork_at=fork_at):
                log.error("journal_forked", seq=fork_at)
                self._enter(Stage.FORKED)
            case envelope.BatchRefused(reason=reason) if self._stage is Stage.SENDING:
                self._refused(reason)
            case _:
                pass
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled. What goes wrong is logged, and tried again."""
        while True:
            try:
                await self._turn()
            except Exception:  # the pump is what must go on whatever happens (STYLE, Errors)
                log.exception("pump_failed")
                self._may_have_grown = True
                self._on_progress(replace(self._progress, stage=Stage.FAILING))
            await self._rest()

    async def _turn(self) -> None:
        if self._may_have_grown:
            self._may_have_grown = False
            self._head = await self._outbox.head()
        if self._head is not None:
            if self._stage is Stage.HQ_ABSENT:
                self._look_for_hq()
            elif self._stage is Stage.GREETING:
                self._greet(self._head)
            elif self._stage is Stage.SENDING:
                await self._send(self._head)
                await self._go_on(self._head)
            elif self._stage in _STUCK:
                await self._leave(self._head)
        if self._head is not None:
            await self._tell(self._head)

    async def _go_on(self, head: Head) -> None:
        """Greet HQ with the next epoch when it has all of this one."""
        if self._stage is Stage.SENDING and self._window.acked >= head.seq and await self._outbox.next_epoch():
            log.info("epoch_drained", epoch=head.epoch)
            self._drained += ((head.epoch, min(self._archived, self._window.acked)),)
            await self._begin_epoch()

    async def _leave(self, head: Head) -> None:
        """Greet HQ with the next epoch when a recovery began one: of this one HQ takes no more."""
        if await self._outbox.next_epoch():
            log.info("epoch_left", epoch=head.epoch)
            await self._begin_epoch()

    async def _begin_epoch(self) -> None:
        """Turn to the next epoch, of which HQ has nothing until it says otherwise."""
        self._window.resume(0)
        self._archived = 0
        self._head = await self._outbox.head()
        self._enter(Stage.GREETING)

    async def _rest(self) -> None:
        now_ms = self._clock.stamp().mono_ms
        try:
            async with asyncio.timeout((min(self._dues(now_ms)) - now_ms) / 1000):
                await self._wake.wait()
        except TimeoutError:
            self._may_have_grown = True
        self._wake.clear()

    def _dues(self, now_ms: int) -> Iterator[int]:
        """Monotonic times at which something is to be done though nobody rings."""
        yield now_ms + int(self._limits.poll_s * 1000)
        if self._greeted is not None:
            yield self._greeted.mono_ms + int(self._limits.ack_timeout_s * 1000)
        if self._stage is Stage.SENDING and self._window.due_ms is not None:
            yield self._window.due_ms
        if self._hold_until_ms > now_ms:
            yield self._hold_until_ms

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self._may_have_grown = True
        self._greeted = None
        self._looked_ms = self._clock.stamp().mono_ms
        self._window.go_back(self._window.acked)
        self._wake.set()

    def _start_over(self, reason: str) -> None:
        self._link.drop(reason)
        self.link_down()

    def _look_for_hq(self) -> None:
        """Ask the broker again whether HQ is there: its coming may be lost. A broker that says nothing is left."""
        now_ms = self._clock.stamp().mono_ms
        if now_ms - self._looked_ms < self._limits.absent_s * 1000:
            return
        if not self._is_told_of_hq:
            self._start_over("the broker says nothing of HQ")
            return
        self._is_told_of_hq = False
        self._looked_ms = now_ms
        self._link.look_again(topics.HQ_STATE)

    def _greet(self, head: Head) -> None:
        now = self._clock.stamp()
        if self._greeted is not None:
            if now.mono_ms - self._greeted.mono_ms >= self._limits.ack_timeout_s * 1000:
                self._start_over("HQ does not answer")
            return
        self._session = secrets.token_hex(8)
        birth = envelope.Birth(
            terminal=self._terminal,
            epoch=head.epoch,
            session=self._session,
            head=head.seq,
            hash=head.hash,
            sent_ms=now.wall_ms,
        )
        if self._link.publish(topics.up(self._terminal, topics.Up.BIRTH), envelope.encode(birth)):
            self._greeted = now

    async def _send(self, head: Head) -> None:
        now_ms = self._clock.stamp().mono_ms
        if self._window.is_overdue(now_ms):
            self._start_over("HQ does not acknowledge")
            return
        while self._stage is Stage.SENDING and now_ms >= self._hold_until_ms and self._window.has_room:
            after = self._window.sent
            if after >= head.seq:
                return
            rows = await self._outbox.read(after, limit=self._window.limit)
            if not rows or after != self._window.sent or not self._publish(envelope.take_batch(rows), head):
                return

    def _publish(self, rows: Sequence[Row], head: Head) -> bool:
        now = self._clock.stamp()
        clock = (self._clock.offset_ms, self._clock.quality_ms)
        message = envelope.pack_batch(
            rows, terminal=self._terminal, epoch=head.epoch, head=head.seq, sent_ms=now.wall_ms, clock=clock
        )
        is_sent = self._link.publish(topics.up(self._terminal, topics.Up.BATCH), message)
        if is_sent:
            self._window.left(rows[-1].seq, now)
        return is_sent

    def _acked(self, answer: envelope.Acked, head: Head) -> None:
        self._archived = answer.archived
        if answer.session:
            if self._stage is Stage.GREETING and answer.session == self._session and self._greeted is not None:
                self._clock.measured(hq_ms=answer.hq_ms, sent=self._greeted)
                self._resume(answer, head)
            return
        if self._stage is not Stage.SENDING:
            return
        flight = self._window.acknowledged(answer.acked)
        self._refusals = 0
        if flight is not None:
            self._clock.measured(hq_ms=answer.hq_ms, sent=flight.sent)

    def _resume(self, answer: envelope.Acked, head: Head) -> None:
        if answer.acked > head.seq:
            log.error("journal_behind_hq", acked=answer.acked, head=head.seq)
            self._enter(Stage.BEHIND)
        elif answer.acked == head.seq and answer.acked and answer.hash != head.hash:
            log.error("journal_forked", seq=head.seq)
            self._enter(Stage.FORKED)
        else:
            log.info("resumed", acked=answer.acked, head=head.seq)
            self._enter(Stage.SENDING)
            self._window.resume(answer.acked)

    def _refill(self, first_seq: int) -> None:
        """Go back once for a gap: every batch behind it makes HQ say so again."""
        if self._refilled != first_seq and self._window.acked < first_seq <= self._window.sent:
            self._refilled = first_seq
            self._window.go_back(first_seq - 1)

    def _refused(self, reason: str) -> None:
        """Send again in smaller batches; a single row that is refused is tried again ever more rarely."""
        log.error("batch_refused", reason=reason, acked=self._window.acked)
        self._window.go_back(self._window.acked)
        if not self._window.halve():
            self._refusals += 1
            wait_s = min(self._limits.refused_max_s, self._limits.refused_wait_s * 2 ** min(self._refusals, 16))
            self._hold_until_ms = self._clock.stamp().mono_ms + int(wait_s * 1000)

    async def _tell(self, head: Head) -> None:
        acked = self._window.acked
        if acked >= head.seq:
            self._oldest = (0, 0)
        elif self._oldest[0] != acked + 1:
            rows = await self._outbox.read(acked, limit=1)
            self._oldest = (acked + 1, rows[0].wall_ms if rows else 0)
        self._progress = Progress(
            stage=self._stage,
            epoch=head.epoch,
            acked_seq=acked,
            archived_seq=min(self._archived, acked),
            head_seq=head.seq,
            oldest_unacked_ms=self._oldest[1],
            drained=self._drained,
        )
        self._on_progress(self._progress)
