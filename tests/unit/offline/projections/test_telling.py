"""The tables of ``state.db``: told once of each durable fact, whatever becomes of the file or of the process."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from terminal.offline.state import SqliteRecordStore, rebuild
from terminal.wire import events as ev
from terminal.wire.members.rows import MemberRow
from terminal.wire.record import TillRecord, encode_record
from tests.unit.offline.projections.done import entry, sold, topped_up
from tests.unit.offline.tills import DAY, SMALL, WHO, facts, journal, stamp
from tests.unit.wire_members.members import WANG

NOTHING = TillRecord()
ROW = MemberRow(member=WANG.member)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    with closing(SqliteRecordStore(tmp_path, WHO)) as opened:
        yield opened


def amounts(store: SqliteRecordStore) -> list[tuple[int, int]]:
    return [(own.seq, own.entry.amount) for own in store.ledger.entries(ROW)]


def sales(count: int) -> list[ev.Fact]:
    return [sold(entry(amount=number)) for number in range(1, count + 1)]


def test_each_fact_has_the_sequence_under_which_it_is_durable(store: SqliteRecordStore) -> None:
    store.take(7, [ev.TillStarted(version="1"), sold(entry(amount=5)), sold(entry(amount=6), entry(amount=7))], NOTHING)
    assert amounts(store) == [(8, 5), (9, 6), (9, 7)]


def test_what_is_told_again_counts_once(store: SqliteRecordStore) -> None:
    for _ in range(3):
        store.take(7, sales(2), NOTHING)
    assert amounts(store) == [(7, 1), (8, 2)]


def test_facts_that_no_table_is_about_write_nothing(store: SqliteRecordStore) -> None:
    before = store._connection.total_changes
    store.take(1, facts(5), NOTHING)
    assert store._connection.total_changes == before


def test_what_a_full_disk_did_not_take_is_taken_when_there_is_room(store: SqliteRecordStore) -> None:
    store.save(1, b"old")
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count={pages}")
    store.take(2, [sold(*(entry(amount=1) for _ in range(500)))], NOTHING)
    store.save(3, b"new")
    assert (amounts(store), store.load()) == ([], (1, b"old"))
    store._connection.execute("PRAGMA max_page_count=1000000")
    store.save(4, b"newer")
    assert (len(amounts(store)), store.load(), store.is_told(4)) == (500, (4, b"newer"), True)


def test_a_till_that_died_before_it_saved_is_told_of_the_tail(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        opened.append(sales(3), stamp=stamp(), biz_date=DAY)
        with closing(SqliteRecordStore(tmp_path, WHO)) as store:
            store.take(1, sales(3)[:1], NOTHING)
            store.save(1, encode_record(NOTHING))
        with closing(SqliteRecordStore(tmp_path, WHO)) as store:
            rebuild(opened, store)
            assert amounts(store) == [(1, 1), (2, 2), (3, 3)]


def test_tables_that_were_lost_are_told_of_all_that_the_journal_has(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        for fact in sales(3):
            opened.append([fact], stamp=stamp(), biz_date=DAY)
            opened.rotate_if_large(encode_record(NOTHING))
        with closing(SqliteRecordStore(tmp_path, WHO)) as store:
            rebuild(opened, store)
            assert amounts(store) == [(1, 1), (2, 2), (3, 3)]


def test_tables_of_an_older_version_are_told_anew_and_the_record_stays(tmp_path: Path) -> None:
    known = TillRecord(receipts_done=41)
    with journal(tmp_path) as opened:
        opened.append(sales(3), stamp=stamp(), biz_date=DAY)
        with closing(SqliteRecordStore(tmp_path, WHO)) as store:
            store.save(3, encode_record(known))
            store._connection.execute("UPDATE told SET name = 'ledger.0' WHERE name = 'ledger.2'")
        with closing(SqliteRecordStore(tmp_path, WHO)) as store:
            assert rebuild(opened, store) == known
            assert amounts(store) == [(1, 1), (2, 2), (3, 3)]


def test_rows_that_are_damaged_or_gone_leave_a_gap_and_end_nothing(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        for fact in sales(4):
            opened.append([fact], stamp=stamp(), biz_date=DAY)
            opened.rotate_if_large(encode_record(NOTHING))
        first, second, *_ = sorted(tmp_path.glob("journal-1-*.db"))
        second.write_bytes(b"garbage" * 2000)
        with closing(SqliteRecordStore(tmp_path, WHO)) as store:
            rebuild(opened, store)
            assert amounts(store) == []
        first.unlink()
        opened.append(sales(1), stamp=stamp(), biz_date=DAY)
        with closing(SqliteRecordStore(tmp_path / "other", WHO)) as store:
            rebuild(opened, store)
            assert amounts(store) == [(5, 1)]


def test_entries_of_the_epoch_before_stay(tmp_path: Path) -> None:
    with closing(SqliteRecordStore(tmp_path, WHO)) as store:
        store.take(900, [topped_up(1_000)], NOTHING)
    with closing(SqliteRecordStore(tmp_path, type(WHO)(store="S01", till="T03", epoch=2))) as store:
        store.take(3, sales(1), NOTHING)
        kept = [(own.epoch, own.seq, own.waits) for own in store.ledger.entries(ROW)]
        assert kept == [(1, 900, True), (1, 900, True), (2, 3, False)]
