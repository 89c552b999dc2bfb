"""The pump, with a test in HQ's place."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from terminal.ports.journal import Head
from terminal.uplink.disk import DiskThread
from terminal.uplink.pump import PumpLimits, Stage
from terminal.wire import topics
from terminal.wire.envelope import Acked, BatchRefused, ForkFound, GapFound, HqState
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.unit.uplink.pumps import Bench, bench


def filled(rows: int) -> MemoryJournal:
    journal = MemoryJournal()
    for _ in range(rows):
        journal.append_body("Fact", b"x")
    return journal


@asynccontextmanager
async def running(journal: MemoryJournal, *, limits: PumpLimits | None = None) -> AsyncIterator[Bench]:
    disk = DiskThread("test")
    made = bench(journal, disk, limits=limits)
    task = asyncio.create_task(made.pump.run())
    try:
        yield made
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        disk.close()


async def test_four_batches_leave_and_the_next_waits_for_an_acknowledgement() -> None:
    async with running(filled(1000)) as b:
        await b.resumed()
        assert b.sent() == [(1, 100), (101, 200), (201, 300), (301, 400)]
        b.ack(200)
        await b.settled()
        assert b.sent()[4:] == [(401, 500), (501, 600)]
        assert b.progress[-1].acked_seq == 200


async def test_resumes_behind_what_hq_has() -> None:
    async with running(filled(150)) as b:
        await b.resumed(120)
        assert b.sent() == [(121, 150)]
        assert (b.births()[0].head, b.births()[0].hash) == (150, b.journal.rows[-1].hash)


async def test_nothing_leaves_before_hq_has_answered_the_birth() -> None:
    async with running(filled(10)) as b:
        await b.settled()
        assert b.stage() is Stage.OFFLINE
        b.pump.hq_state(HqState(online=True, boot="early"))
        b.pump.link_up()
        await b.settled()
        assert b.stage() is Stage.HQ_ABSENT
        b.pump.hq_state(HqState(online=True, boot="one"))
        await b.until(lambda: len(b.births()) == 1)
        b.ack(0, session="of another birth")
        b.ack(10)
        await b.settled()
        assert b.stage() is Stage.GREETING
        assert b.sent() == []


async def test_hq_that_starts_anew_is_asked_anew() -> None:
    async with running(filled(10)) as b:
        await b.resumed()
        b.pump.hq_state(HqState(online=True, boot="one"))
        await b.settled()
        assert len(b.births()) == 1
        b.pump.hq_state(HqState(online=False))
        await b.settled()
        assert b.stage() is Stage.HQ_ABSENT
        b.pump.hq_state(HqState(online=True, boot="two"))
        await b.until(lambda: len(b.births()) == 2)
        b.ack(0, session=b.births()[1].session)
        await b.settled()
        assert b.sent() == [(1, 10), (1, 10)]


async def test_silence_after_a_batch_means_a_new_connection() -> None:
    async with running(filled(10), limits=PumpLimits(ack_timeout_s=10.0)) as b:
        await b.resumed()
        await b.move(9.9)
        assert b.link.drops == []
        await b.move(0.2)
        assert b.link.drops == ["HQ does not acknowledge"]
        b.pump.link_down()
        await b.settled()
        assert b.stage() is Stage.OFFLINE


async def test_silence_after_a_birth_means_a_new_connection() -> None:
    async with running(filled(10), limits=PumpLimits(ack_timeout_s=10.0)) as b:
        b.pump.link_up()
        b.pump.hq_state(HqState(online=True, boot="one"))
        await b.until(lambda: len(b.births()) == 1)
        await b.move(5)
        assert b.link.drops == []
        await b.move(5)
        assert b.link.drops == ["HQ does not answer"]


async def test_broker_is_asked_again_whether_an_absent_hq_is_there() -> None:
    async with running(filled(10), limits=PumpLimits(absent_s=60.0)) as b:
        b.pump.link_up()
        for minute in (1, 2, 3):
            await b.move(59)
            assert len(b.link.looks) == minute - 1
            await b.move(1.5)
            assert b.link.looks == [topics.HQ_STATE] * minute
            b.pump.hq_state(HqState(online=False))
            await b.settled()
        assert (b.link.drops, b.stage()) == ([], Stage.HQ_ABSENT)
        b.pump.hq_state(HqState(online=True, boot="one"))
        await b.until(lambda: len(b.births()) == 1)


async def test_broker_that_says_nothing_of_hq_when_it_is_asked_is_left() -> None:
    async with running(filled(10), limits=PumpLimits(absent_s=60.0)) as b:
        b.pump.link_up()
        await b.move(61)
        assert (b.link.looks, b.link.drops) == ([topics.HQ_STATE], [])
        await b.move(61)
        assert (b.link.looks, b.link.drops) == ([topics.HQ_STATE], ["the broker says nothing of HQ"])
        assert b.stage() is Stage.OFFLINE


async def test_gap_is_filled_once_though_every_batch_behind_it_names_it() -> None:
    async with running(filled(400)) as b:
        await b.resumed()
        b.ack(100)
        for _ in range(3):
            b.say(GapFound(terminal=TERMINAL, epoch=1, first_seq=101, last_seq=200))
            await b.settled()
        assert b.sent()[4:] == [(101, 200), (201, 300), (301, 400)]


@pytest.mark.parametrize("first_seq", [50, 100, 900])
async def test_gap_that_makes_no_sense_changes_nothing(first_seq: int) -> None:
    async with running(filled(400)) as b:
        await b.resumed()
        b.ack(100)
        await b.settled()
        b.say(GapFound(terminal=TERMINAL, epoch=1, first_seq=first_seq, last_seq=first_seq))
        await b.settled()
        assert len(b.sent()) == 4


async def test_refused_batches_become_smaller_then_rarer_and_whole_again() -> None:
    limits = PumpLimits(refused_wait_s=1.0, refused_max_s=4.0)
    async with running(filled(100), limits=limits) as b:
        await b.resumed()
        for _ in range(7):
            b.say(BatchRefused(terminal=TERMINAL, epoch=1, reason="batch_malformed"))
            await b.settled()
        firsts = [batch.last_seq for batch in b.batches() if batch.first_seq == 1]
        assert firsts == [100, 50, 25, 12, 6, 3, 1]
        await b.move(1.9)
        assert len([batch for batch in b.batches() if batch.first_seq == 1]) == 7
        await b.move(0.2)
        assert len([batch for batch in b.batches() if batch.first_seq == 1]) == 8
        b.ack(1)
        await b.settled()
        assert b.sent()[-1][1] == 100


async def test_old_and_foreign_answers_change_nothing() -> None:
    async with running(filled(300)) as b:
        await b.resumed()
        b.ack(200)
        await b.settled()
        sent = b.sent()
        b.ack(100)
        b.say(Acked(terminal="S01-T04", epoch=1, acked=300, hash=b"h" * 32, hq_ms=0))
        b.say(Acked(terminal=TERMINAL, epoch=2, acked=300, hash=b"h" * 32, hq_ms=0))
        b.ack(0, session=b.births()[0].session)
        await b.settled()
        assert b.sent() == sent
        assert b.progress[-1].acked_seq == 200


async def test_fork_stops_the_sending_until_the_next_connection() -> None:
    async with running(filled(300)) as b:
        await b.resumed()
        sent = len(b.sent())
        b.say(ForkFound(terminal=TERMINAL, epoch=1, fork_at=3))
        b.ack(100)
        b.say(GapFound(terminal=TERMINAL, epoch=1, first_seq=1, last_seq=2))
        b.say(BatchRefused(terminal=TERMINAL, epoch=1, reason="late"))
        await b.settled()
        assert b.stage() is Stage.FORKED
        assert len(b.sent()) == sent
        b.pump.link_up()
        assert b.stage() is Stage.HQ_ABSENT


async def test_hq_that_has_more_than_the_journal_or_other_rows_stops_it() -> None:
    async with running(filled(5)) as b:
        await b.resumed(9)
        assert b.stage() is Stage.BEHIND
    async with running(filled(5)) as b:
        b.pump.link_up()
        b.pump.hq_state(HqState(online=True, boot="one"))
        await b.until(lambda: len(b.births()) == 1)
        b.say(Acked(terminal=TERMINAL, epoch=1, acked=5, hash=b"o" * 32, hq_ms=0, session=b.births()[0].session))
        await b.settled()
        assert b.stage() is Stage.FORKED


async def test_epoch_of_which_hq_has_more_is_left_for_the_one_that_a_recovery_began() -> None:
    old, new = filled(3), MemoryJournal(epoch=2)
    new.append_body("Fact", b"x")
    old.following = new
    async with running(old) as b:
        await b.resumed(9)
        await b.until(lambda: len(b.births()) == 2)
        assert b.births()[1].epoch == 2
        assert (b.progress[-1].epoch, b.progress[-1].acked_seq, b.progress[-1].head_seq) == (2, 0, 1)
        b.ack(0, session=b.births()[1].session)
        await b.settled()
        assert [(batch.epoch, batch.first_seq, batch.last_seq) for batch in b.batches()] == [(2, 1, 1)]


async def test_epoch_that_differs_at_hq_is_left_for_the_one_that_a_recovery_began() -> None:
    old, new = filled(3), MemoryJournal(epoch=2)
    old.following = new
    async with running(old) as b:
        await b.resumed()
        b.say(ForkFound(terminal=TERMINAL, epoch=1, fork_at=2))
        await b.until(lambda: len(b.births()) == 2)
        assert (b.births()[1].epoch, b.stage()) == (2, Stage.GREETING)
        assert b.progress[-1].drained == ()


async def test_what_hq_keeps_for_good_is_told_of_its_epoch_and_never_beyond_what_it_acknowledged() -> None:
    old = filled(10)
    old.following = MemoryJournal(epoch=2)
    async with running(old) as b:
        await b.resumed()
        b.ack(6, archived=4)
        await b.settled()
        assert (b.progress[-1].acked_seq, b.progress[-1].archived_seq) == (6, 4)
        b.ack(8, archived=9)
        await b.settled()
        assert (b.progress[-1].acked_seq, b.progress[-1].archived_seq, b.progress[-1].drained) == (8, 8, ())
        b.ack(10, archived=9)
        await b.until(lambda: b.progress[-1].epoch == 2)
        assert (b.progress[-1].acked_seq, b.progress[-1].archived_seq, b.progress[-1].drained) == (0, 0, ((1, 9),))


async def test_link_that_takes_nothing_is_not_believed_to_have_taken_it() -> None:
    async with running(filled(10)) as b:
        b.link.is_up = False
        b.pump.link_up()
        b.pump.hq_state(HqState(online=True, boot="one"))
        await b.settled()
        b.link.is_up = True
        await b.resumed()
        b.ack(10)
        b.journal.append_body("Fact", b"y")
        b.link.is_up = False
        await b.settled()
        b.link.is_up = True
        await b.settled()
        assert b.sent() == [(1, 10), (11, 11)]


async def test_oldest_row_that_hq_lacks_is_told() -> None:
    async with running(filled(150)) as b:
        await b.resumed()
        assert b.progress[-1].oldest_unacked_ms == b.journal.rows[0].wall_ms
        b.ack(100)
        await b.settled()
        assert b.progress[-1].oldest_unacked_ms == b.journal.rows[100].wall_ms
        b.ack(150)
        await b.settled()
        assert b.progress[-1].oldest_unacked_ms == 0


async def test_every_exact_acknowledgement_measures_hq_clock() -> None:
    async with running(filled(250)) as b:
        await b.resumed()
        b.clock.now_ms += 40
        b.ack(100, hq_ms=b.clock.now_ms - 20 + 5000)
        assert (b.hq_clock.offset_ms, b.hq_clock.quality_ms) == (5000, 20)
        b.ack(150, hq_ms=1)
        assert b.hq_clock.offset_ms == 5000


async def test_journal_that_fails_is_tried_again() -> None:
    journal = BrokenJournal()
    async with running(journal, limits=PumpLimits(poll_s=0.001)) as b:
        await b.until(lambda: journal.failures == 3)
        assert b.progress[-1].stage is Stage.FAILING
        await b.settled()
    assert journal.failures == 3


class BrokenJournal(MemoryJournal):
    """There is none at first, then it cannot be read, and then it can."""

    failures = 0
    looks = 0

    def head(self) -> Head | None:
        self.looks += 1
        if self.looks <= 2:
            return None
        if self.failures < 3:
            self.failures += 1
            raise OSError("torn")
        return super().head()


async def test_a_new_epoch_is_sent_when_hq_has_all_of_the_old_one() -> None:
    old, new = filled(3), MemoryJournal(epoch=2)
    new.append_body("Fact", b"x")
    old.following = new
    async with running(old) as b:
        await b.resumed()
        await b.settled()
        assert [birth.epoch for birth in b.births()] == [1]
        b.ack(3)
        await b.until(lambda: len(b.births()) == 2)
        assert b.births()[1].epoch == 2
        assert (b.progress[-1].epoch, b.progress[-1].acked_seq, b.progress[-1].head_seq) == (2, 0, 1)
        b.ack(0, session=b.births()[1].session)
        await b.settled()
        assert [(batch.epoch, batch.first_seq, batch.last_seq) for batch in b.batches()] == [(1, 1, 3), (2, 1, 1)]


async def test_an_answer_of_hq_is_no_reason_to_look_for_new_rows() -> None:
    """Else each answer sends what was sold since: many small batches, which cost more than the till itself."""
    async with running(filled(3)) as b:
        await b.resumed()
        assert b.sent() == [(1, 3)]
        b.journal.append_body("Fact", b"y")
        told = len(b.progress)
        b.ack(3)
        await b.until(lambda: len(b.progress) > told)
        assert (b.progress[-1].acked_seq, b.sent()) == (3, [(1, 3)])
        b.pump.journal_grew()
        await b.settled()
        assert b.sent() == [(1, 3), (4, 4)]
