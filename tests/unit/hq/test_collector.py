"""The collector: every row once, whatever order and however often it comes."""

import functools
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.config import Bounds
from hq.examiner import Examiner
from hq.keys import make_key
from hq.publisher import Publisher
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.errors import InputError
from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.watching import WatchKind
from terminal.wire.book.building import BookContent
from terminal.wire.chain import Row
from terminal.wire.clock_events import ClockDoubted, ClockMended
from terminal.wire.envelope import Acked, Answer, BatchRefused, Birth, ForkFound, GapFound, encode, pack_batch
from terminal.wire.events import EpochBegan, Fact, InTraining, OfWork
from terminal.wire.record import TillRecord, apply, encode_record
from terminal.wire.store_events import TrainingBegan, TrainingEnded
from terminal.wire.watch_events import MisuseNoticed
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts, sold_goods

NOW_MS = 77
DEEP = b"\x83\xa4type\xaeStaffSignedOut\xa5staff\xa11\xa1x" + b"\x91" * 100_000 + b"\0"
"""A field of the future, nested without end."""


def filled(sales: int, *, seed: int = 0, epoch: int = 1) -> MemoryJournal:
    journal = MemoryJournal(seed=seed, epoch=epoch)
    for number in range(1, sales + 1):
        journal.append(*sale_facts(number))
    return journal


def continued(*facts: Fact, record: TillRecord | None = None, epoch: int = 2) -> MemoryJournal:
    """An epoch that begins with what the till knew."""
    journal = MemoryJournal(epoch=epoch)
    journal.append(EpochBegan(record=encode_record(record or TillRecord())), *facts)
    return journal


def message(rows: list[Row], *, epoch: int = 1) -> bytes:
    return pack_batch(rows, terminal=TERMINAL, epoch=epoch, head=rows[-1].seq, sent_ms=1)


def give(store: SqliteStore, collector: Collector, payload: bytes) -> Answer:
    with store.transaction():
        return collector.batch(TERMINAL, payload, now_ms=NOW_MS)


def totals(store: SqliteStore) -> tuple[int, int]:
    days = store.sales.days(terminal=None)
    return sum(day.sales for day in days), sum(day.total_fen for day in days)


def test_batch_is_acknowledged_with_the_hash_at_its_end(store: SqliteStore) -> None:
    rows = filled(2).rows
    answer = give(store, Collector(store), message(rows))
    assert answer == Acked(terminal=TERMINAL, epoch=1, acked=8, hash=rows[-1].hash, hq_ms=NOW_MS, archived=8)


def test_acknowledgement_that_is_lost_a_thousand_times_makes_one_sale(store: SqliteStore) -> None:
    collector, payload = Collector(store), message(filled(1).rows)
    answers = {give(store, collector, payload) for _ in range(1000)}
    assert len(answers) == 1
    assert totals(store) == (1, 1600)


def begun_and_completed() -> tuple[list[Fact], list[Fact]]:
    *begun, completed = sale_facts(1)
    return begun, [completed]


def test_sale_that_was_open_when_an_epoch_was_recovered_is_there_with_its_lines(store: SqliteStore) -> None:
    begun, completed = begun_and_completed()
    record = functools.reduce(apply, begun, TillRecord())
    collector, lost = Collector(store), MemoryJournal()
    lost.append(*begun)
    give(store, collector, message(lost.rows))
    journal = continued(*completed, record=record)
    give(store, collector, message(journal.rows, epoch=2))
    assert totals(store) == (1, 1600)
    assert store.tills.alarms() == []


def test_sale_without_a_beginning_is_told(store: SqliteStore) -> None:
    _, completed = begun_and_completed()
    journal = MemoryJournal()
    journal.append(*completed)
    give(store, Collector(store), message(journal.rows))
    (alarm,) = store.tills.alarms()
    assert (alarm.kind, totals(store)) == (AlarmKind.FACT, (0, 0))
    assert "over 1600 fen has no beginning" in alarm.detail


def test_batch_behind_a_gap_is_kept_and_the_gap_is_named(store: SqliteStore) -> None:
    collector, rows = Collector(store), filled(3).rows
    give(store, collector, message(rows[:2]))
    gap = give(store, collector, message(rows[5:]))
    assert gap == GapFound(terminal=TERMINAL, epoch=1, first_seq=3, last_seq=5)
    filler = give(store, collector, message(rows[2:5]))
    assert isinstance(filler, Acked)
    assert filler.acked == 12
    assert totals(store) == (3, 4800)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_any_order_and_any_repetition_of_batches_comes_to_the_same(tmp_path: Path, data: st.DataObject) -> None:
    rows = filled(6).rows
    cuts = data.draw(st.lists(st.tuples(st.integers(0, 23), st.integers(1, 24)), max_size=10))
    parts = [rows[start : start + length] for start, length in cuts]
    whole = [rows[start : start + 5] for start in range(0, len(rows), 5)]
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    store = SqliteStore(path)
    try:
        collector = Collector(store)
        for part in data.draw(st.permutations(parts + whole)):
            assert isinstance(give(store, collector, message(part)), Acked | GapFound)
        assert store.journals.read(TERMINAL, 1, after=0, limit=99) == rows
        assert totals(store) == (6, 9600)
    finally:
        store.close()
        for leftover in tmp_path.glob("any.db*"):
            leftover.unlink()


def test_other_row_under_a_known_number_is_a_fork_and_changes_nothing(store: SqliteStore) -> None:
    collector, first, clone = Collector(store), filled(2), filled(3, seed=1)
    give(store, collector, message(first.rows))
    answer = give(store, collector, message(clone.rows))
    assert answer == ForkFound(terminal=TERMINAL, epoch=1, fork_at=1)
    assert store.journals.read(TERMINAL, 1, after=0, limit=99) == first.rows
    assert totals(store) == (2, 3200)
    assert [alarm.kind for alarm in store.tills.alarms()] == [AlarmKind.FORK]
    assert [reason for _, reason, _ in store.tills.quarantined()] == ["fork"]


def test_continuation_of_another_journal_is_a_fork(store: SqliteStore) -> None:
    collector, first, clone = Collector(store), filled(2), filled(3, seed=1)
    give(store, collector, message(first.rows))
    assert give(store, collector, message(clone.rows[8:])) == ForkFound(terminal=TERMINAL, epoch=1, fork_at=8)


def test_first_row_that_does_not_follow_from_the_identity_is_a_fork(store: SqliteStore) -> None:
    foreign = MemoryJournal(terminal="S01-T04")
    foreign.append(*sale_facts(1))
    assert give(store, Collector(store), message(foreign.rows)) == ForkFound(terminal=TERMINAL, epoch=1, fork_at=0)


def test_rows_behind_a_gap_that_do_not_fit_when_it_is_filled_are_put_aside(store: SqliteStore) -> None:
    collector, first, clone = Collector(store), filled(3), filled(3, seed=1)
    give(store, collector, message(clone.rows[8:]))
    answer = give(store, collector, message(first.rows[:8]))
    assert answer == ForkFound(terminal=TERMINAL, epoch=1, fork_at=9)
    assert store.journals.read(TERMINAL, 1, after=0, limit=99) == first.rows[:8]
    answer = give(store, collector, message(first.rows[8:]))
    assert isinstance(answer, Acked)
    assert answer.acked == 12


def test_id_that_is_known_under_another_number_is_a_fork_and_leaves_nothing(store: SqliteStore) -> None:
    collector = Collector(store)
    give(store, collector, message(filled(1).rows))
    other = MemoryJournal(epoch=2)
    other.append_body("TillStarted", b"new")
    other.append(*sale_facts(1))
    with store.transaction():
        store.journals.add("S09-T09", 1, [msgspec.structs.replace(other.rows[2], seq=9)], recv_ms=1)
    assert isinstance(give(store, collector, message(other.rows, epoch=2)), ForkFound)
    assert store.journals.read(TERMINAL, 2, after=0, limit=9) == []


def test_same_numbers_of_a_new_epoch_are_other_rows(store: SqliteStore) -> None:
    collector = Collector(store)
    give(store, collector, message(filled(1).rows))
    answer = give(store, collector, message(filled(1, epoch=2).rows, epoch=2))
    assert isinstance(answer, Acked)
    assert [(chain.epoch, chain.acked) for chain in store.journals.chains()] == [(1, 4), (2, 4)]
    assert totals(store) == (1, 1600)


def test_sale_that_another_row_completes_otherwise_is_kept_counted_and_told_with_both(store: SqliteStore) -> None:
    collector = Collector(store)
    give(store, collector, message(filled(1).rows))
    other = continued(*sale_facts(1, prices=(350, 1250, 1250)))
    for _ in range(2):
        give(store, collector, message(other.rows, epoch=2))
    assert totals(store) == (2, 4450)
    sales = store.sales.of_id(f"{1:032x}")
    assert [(sale.place, sale.total_fen, sale.others) for sale in sales] == [
        ((TERMINAL, 1, 4), 1600, 1),
        ((TERMINAL, 2, 6), 2850, 1),
    ]
    assert store.sales.conflicts() == sales
    (alarm,) = store.tills.alarms()
    assert alarm.kind is AlarmKind.CONFLICT
    assert alarm.detail == (
        f"sale {1:032x} has 2 documents:"
        " S01-T03-1-000001 over 2850 fen (S01-T03 epoch 2 row 6),"
        " S01-T03-1-000001 over 1600 fen (S01-T03 epoch 1 row 4)"
    )


def test_sale_that_another_row_completes_alike_is_the_same_sale_and_no_conflict(store: SqliteStore) -> None:
    collector = Collector(store)
    give(store, collector, message(filled(1).rows))
    give(store, collector, message(continued(*sale_facts(1)).rows, epoch=2))
    assert totals(store) == (1, 1600)
    assert store.sales.conflicts() == []
    assert store.tills.alarms() == []


def epoch_alarms(store: SqliteStore) -> list[str]:
    return [alarm.detail for alarm in store.tills.alarms() if alarm.kind is AlarmKind.EPOCH]


def test_epoch_that_jumps_is_taken_and_told_once(store: SqliteStore) -> None:
    collector = Collector(store)
    give(store, collector, message(filled(1).rows))
    rows = continued(*sale_facts(2), epoch=999).rows
    for part in (rows[2:], rows[:2], rows):
        give(store, collector, message(part, epoch=999))
    assert totals(store) == (2, 3200)
    assert epoch_alarms(store) == ["epoch 999 follows 1: those between never came"]


def test_epoch_of_a_till_that_hq_never_saw_before_is_told_unless_it_is_the_first(store: SqliteStore) -> None:
    give(store, Collector(store), message(filled(1, epoch=3).rows, epoch=3))
    assert epoch_alarms(store) == ["epoch 3 follows 0: those between never came"]


def test_epoch_that_begins_without_what_the_till_knew_is_told(store: SqliteStore) -> None:
    collector = Collector(store)
    for journal in (filled(1), continued(*sale_facts(2)), filled(3, epoch=3)):
        give(store, collector, message(journal.rows, epoch=journal.epoch))
    assert epoch_alarms(store) == ["epoch 3 begins without what the till knew in epoch 2"]


def test_sale_beyond_the_bound_is_kept_and_told_and_is_right(store: SqliteStore) -> None:
    collector = Collector(store, Examiner(Bounds(sale_fen=100_000)))
    journal = MemoryJournal()
    journal.append(*sale_facts(1, prices=(100_000,)), *sale_facts(2, prices=(99_999_900,)))
    give(store, collector, message(journal.rows))
    assert totals(store) == (2, 100_099_900)
    assert all(sale.is_right for sale in store.sales.newest(terminal=None, biz_date=None, limit=9))
    assert [(alarm.kind, alarm.detail) for alarm in store.tills.alarms()] == [
        (AlarmKind.AMOUNT, f"row 6 (SaleCompleted): sale {2:032x}: {name} 999999.00 is beyond 1000.00")
        for name in ("gross", "total")
    ]


def test_message_that_cannot_be_read_is_put_aside_once_and_answered(store: SqliteStore) -> None:
    collector = Collector(store)
    give(store, collector, message(filled(1).rows))
    for _ in range(3):
        answer = give(store, collector, b"nonsense")
    assert answer == BatchRefused(terminal=TERMINAL, epoch=1, reason="batch_malformed")
    assert store.tills.quarantined() == [(TERMINAL, "batch_malformed", b"nonsense")]


def test_fact_that_cannot_be_read_stops_nothing_and_is_named(store: SqliteStore) -> None:
    journal = MemoryJournal()
    journal.append_body("LineAdded", b"\xc1")
    journal.append_body("LineVoided", msgspec.msgpack.encode({"type": "LineVoided", "number": 7}))
    journal.append_body("FromTheFuture", b"anything")
    journal.append_body("StaffSignedOut", DEEP)
    journal.append(*sale_facts(1))
    answer = give(store, Collector(store), message(journal.rows))
    assert isinstance(answer, Acked)
    assert answer.acked == 8
    assert totals(store) == (1, 1600)
    assert [(alarm.kind, alarm.detail.partition(":")[0]) for alarm in store.tills.alarms()] == [
        (AlarmKind.FACT, "row 1 (LineAdded)"),
        (AlarmKind.FACT, "row 4 (StaffSignedOut)"),
    ]


def test_sale_whose_document_hq_computes_otherwise_is_kept_and_named(store: SqliteStore) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1, tampered=True))
    give(store, Collector(store), message(journal.rows))
    sale = store.sales.newest(terminal=None, biz_date=None, limit=1)[0]
    assert (sale.total_fen, sale.cash_fen, sale.is_right) == (1601, 1600, False)
    assert {alarm.kind for alarm in store.tills.alarms()} == {AlarmKind.DIGEST, AlarmKind.TOTALS}


def test_sale_at_another_price_than_its_book_is_kept_as_it_is_and_told(store: SqliteStore, tmp_path: Path) -> None:
    publisher = Publisher(store, make_key(tmp_path / "key.pem"), tmp_path / "books", now_ms=lambda: NOW_MS)
    publisher.publish(BookContent(label="", articles=sold_goods()), audience="all")
    journal = MemoryJournal()
    journal.append(*sale_facts(1), *sale_facts(2, prices=(35, 1250)))
    with closing(Bookcase(store, tmp_path / "books")) as bookcase:
        give(store, Collector(store, Examiner(bookcase=bookcase)), message(journal.rows))
    cheap, right = store.sales.newest(terminal=None, biz_date=None, limit=2)
    assert (right.is_right, cheap.is_right, cheap.total_fen) == (True, False, 1285)
    assert totals(store) == (2, 2885)
    (alarm,) = store.tills.alarms()
    assert (alarm.kind, alarm.detail) == (
        AlarmKind.PRICE,
        f"row 8 (SaleCompleted): sale {2:032x}: line 1 (100001): price 35 instead of 350 (book 1)",
    )


def test_book_that_hq_does_not_have_is_told_once_for_all_its_sales(store: SqliteStore, tmp_path: Path) -> None:
    with closing(Bookcase(store, tmp_path / "books")) as bookcase:
        give(store, Collector(store, Examiner(bookcase=bookcase)), message(filled(5).rows))
    assert [(alarm.kind, alarm.detail) for alarm in store.tills.alarms()] == [
        (AlarmKind.BOOK, "HQ has no book 1 for it: the prices of its sales are not checked")
    ]
    assert totals(store) == (5, 8000)


def test_sale_that_begins_in_one_batch_and_ends_in_another_is_whole(store: SqliteStore) -> None:
    rows = filled(1).rows
    for row in rows:
        give(store, Collector(store), message([row]))
    assert totals(store) == (1, 1600)


def test_record_of_another_shape_is_folded_anew(store: SqliteStore) -> None:
    rows = filled(2).rows
    give(store, Collector(store), message(rows[:6]))
    chain = store.journals.chain(TERMINAL, 1)
    assert chain is not None
    with store.transaction():
        store.journals.save_chain(msgspec.structs.replace(chain, record=b"of another HQ"))
    give(store, Collector(store), message(rows[6:]))
    assert totals(store) == (2, 3200)


def test_birth_is_answered_with_what_hq_has(store: SqliteStore) -> None:
    collector, rows = Collector(store), filled(1).rows
    birth = Birth(terminal=TERMINAL, epoch=1, session="abc", head=4, hash=rows[-1].hash)
    with store.transaction():
        fresh = collector.birth(TERMINAL, encode(birth), now_ms=NOW_MS)
    assert isinstance(fresh, Acked)
    assert (fresh.acked, fresh.session) == (0, "abc")
    give(store, collector, message(rows))
    with store.transaction():
        known = collector.birth(TERMINAL, encode(birth), now_ms=NOW_MS)
    assert known == Acked(
        terminal=TERMINAL, epoch=1, acked=4, hash=rows[-1].hash, hq_ms=NOW_MS, session="abc", archived=4
    )
    assert [(till.terminal, till.store, till.head, till.acked) for till in store.tills.overview()] == [
        (TERMINAL, "S01", 4, 4)
    ]


def test_birth_of_somebody_else_is_refused(store: SqliteStore) -> None:
    birth = Birth(terminal="S01-T04", epoch=1, session="abc", head=0, hash=b"h" * 32)
    with pytest.raises(InputError) as caught:
        Collector(store).birth(TERMINAL, encode(birth), now_ms=NOW_MS)
    assert caught.value.code == "batch_foreign"


def test_clock_that_cannot_be_right_and_times_that_were_set_back_are_named(store: SqliteStore) -> None:
    journal = MemoryJournal()
    november_ms, years_ms = 1_795_000_000_000, 400_000_000_000
    journal.append(ClockDoubted(machine_ms=november_ms + years_ms, last_ms=0))
    journal.append(ClockMended(machine_ms=0, was_ms=november_ms, now_ms=november_ms + 1))
    journal.append(ClockMended(machine_ms=0, was_ms=november_ms + years_ms, now_ms=november_ms))
    give(store, Collector(store), message(journal.rows))
    assert [(alarm.kind, alarm.detail) for alarm in store.tills.alarms()] == [
        (AlarmKind.CLOCK, "row 1 (ClockDoubted): the clock says 2039-07-23 02:13, the last fact is of nothing"),
        (
            AlarmKind.CLOCK,
            "row 3 (ClockMended): sales up to 2039-07-23 02:13 are of a wrong day: times go on from 2026-11-18 11:06",
        ),
    ]


def test_what_is_practised_is_kept_and_counts_for_nothing(tmp_path: Path) -> None:
    trainee = StaffNumber("1001")
    practised = [InTraining(fact=fact) for fact in sale_facts(2) if isinstance(fact, OfWork)]
    journal = MemoryJournal()
    journal.append(TrainingBegan(staff=trainee), *practised, TrainingEnded(staff=trainee), *sale_facts(1))
    with closing(SqliteStore(tmp_path / "hq.db")) as store:
        give(store, Collector(store), message(journal.rows))
        assert totals(store) == (1, store.sales.newest(terminal=None, biz_date=None, limit=9)[0].total_fen)
        assert len(store.journals.read(TERMINAL, 1, after=0, limit=99)) == len(journal.rows)
        assert store.tills.alarms() == []


@pytest.mark.parametrize(
    ("kind", "count", "told"),
    [
        (WatchKind.REDEMPTIONS, 6, "sale s1, cashier 1001, member m1: redeemed 6 times in 10 minutes"),
        (WatchKind.NO_RECEIPT, 4, "return R1, cashier 1001: no. 4 without a receipt in 10 minutes"),
        (WatchKind.OWN_CARD, 0, "sale s1, cashier 1001, member m1: the cashier's own card"),
    ],
)
def test_what_a_till_found_odd_is_an_alarm_unless_it_was_practised(
    store: SqliteStore, kind: WatchKind, count: int, told: str
) -> None:
    odd = MisuseNoticed(
        kind=kind,
        sale_id=SaleId("s1"),
        number="R1",
        staff=StaffNumber("1001"),
        member=MemberId("m1"),
        count=count,
        minutes=10,
    )
    journal = MemoryJournal()
    journal.append(odd, InTraining(fact=odd))
    give(store, Collector(store), message(journal.rows))
    (alarm,) = store.tills.alarms()
    assert alarm.kind is AlarmKind.MISUSE
    assert alarm.detail.endswith(told)
