"""The journal: what was acknowledged is there, in order, chained; what is wrong is named."""

import errno
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.domain.errors import ChainError, DiskFullError, JournalError, SchemaTooNewError
from terminal.domain.ids import Identity
from terminal.offline.chain import Verification
from terminal.offline.files import is_settled, journal_epochs, open_reader
from terminal.offline.journal import KEEP_MS, JournalOptions, SqliteJournal
from terminal.offline.reader import JournalReader
from terminal.wire.chain import Row, follows, genesis
from terminal.wire.events import decode_fact
from terminal.wire.sqlite_files import connect
from tests.unit.offline.tills import DAY, NOW_MS, PLAIN, SMALL, WHO, facts, fill, journal, line, stamp, started


def seqs(rows: Sequence[Row]) -> list[int]:
    return [row.seq for row in rows]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".db")


def test_a_new_journal_begins_at_the_genesis_of_its_till_and_epoch(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        assert (opened.head.epoch, opened.head.seq) == (1, 0)
        assert opened.head.hash == genesis(terminal="S01-T03", epoch=1)
        assert opened.read(0, limit=10) == ()
        assert opened.snapshot is None


def test_facts_come_back_in_order_with_their_stamp_and_chained(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        head = opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        rows = opened.read(0, limit=10)
    assert [decode_fact(row.body) for row in rows] == facts(3)
    assert seqs(rows) == [1, 2, 3]
    assert rows[0].kind == "SaleStarted"
    assert (rows[0].wall_ms, rows[0].mono_ms, rows[0].boot_id, rows[0].clk_off_ms, rows[0].clk_q, rows[0].biz_date) == (
        NOW_MS, 5, "boot", -3, 12, DAY,
    )  # fmt: skip
    prev = genesis(terminal="S01-T03", epoch=1)
    for row in rows:
        assert follows(row, prev=prev)
        prev = row.hash
    assert (head.seq, head.hash) == (3, rows[-1].hash)
    assert rows[0].id < rows[1].id < rows[2].id


def test_appending_nothing_changes_nothing(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        before = opened.append((started(),), stamp=stamp(), biz_date=DAY)
        assert opened.append((), stamp=stamp(), biz_date=DAY) == before


def test_a_reopened_journal_goes_on_where_it_ended(tmp_path: Path) -> None:
    head = fill(tmp_path, 5)
    with journal(tmp_path) as opened:
        assert opened.head == head
        assert opened.append((line(9),), stamp=stamp(), biz_date=DAY).seq == 6
        assert Verification(tmp_path, WHO, deep=True).run().faults == ()


def test_a_long_open_file_is_checked_at_its_tail_only(tmp_path: Path) -> None:
    head = fill(tmp_path, 20)
    with journal(tmp_path, options=replace(PLAIN, tail_rows=4)) as opened:
        assert opened.head == head


def test_reads_go_over_all_files(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    assert names(tmp_path) == [f"journal-1-{number}.db" for number in (1, 2, 3, 4)]
    with journal(tmp_path, options=SMALL) as opened:
        assert seqs(opened.read(0, limit=100)) == list(range(1, 11))
        assert seqs(opened.read(4, limit=4)) == [5, 6, 7, 8]
        assert seqs(opened.read(9, limit=5)) == [10]
        assert opened.read(10, limit=5) == ()
        assert Verification(tmp_path, WHO, deep=True).run().rows == 10


def test_a_file_begins_where_the_one_before_ends_and_with_the_record(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        head = opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        assert opened.rotate_if_large(b"record")
        assert (opened.head, opened.snapshot) == (head, (3, b"record"))
    with journal(tmp_path, options=SMALL) as opened:
        assert (opened.head, opened.snapshot) == (head, (3, b"record"))


def test_a_small_file_is_not_closed(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        assert not opened.rotate_if_large()
    assert names(tmp_path) == ["journal-1-1.db"]


def test_closed_files_leave_the_mode_of_writers_also_when_a_reader_was_in_the_way(tmp_path: Path) -> None:
    first = tmp_path / "journal-1-1.db"
    with journal(tmp_path, options=SMALL) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        with closing(open_reader(first)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM event").fetchone()
            opened.rotate_if_large()
            assert not is_settled(first)
        assert opened.rest(None) == ""
        assert is_settled(first)
        assert not first.with_name("journal-1-1.db-wal").exists()


@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'x' WHERE seq = 1", "DELETE FROM event WHERE seq = 2"])
def test_rows_can_be_neither_changed_nor_deleted(tmp_path: Path, statement: str) -> None:
    fill(tmp_path, 3)
    refused = pytest.raises(sqlite3.IntegrityError, match="append-only")
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection, refused:
        connection.execute(statement)
    assert len(JournalReader(tmp_path, epoch=1).read(0)) == 3


def test_a_second_process_is_refused_by_name(tmp_path: Path) -> None:
    with journal(tmp_path), pytest.raises(JournalError) as caught, journal(tmp_path):
        pass
    assert caught.value.code == "journal_busy"
    with journal(tmp_path) as opened:
        assert opened.head.seq == 0


def test_a_newer_schema_is_refused_by_name_and_gives_the_folder_free(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("PRAGMA user_version=2")
    with pytest.raises(SchemaTooNewError, match="schema 2, newer than 1"), journal(tmp_path):
        pass
    with pytest.raises(SchemaTooNewError):
        JournalReader(tmp_path, epoch=1).read(0)
    with journal(tmp_path, Identity(store="S01", till="T03", epoch=2)) as opened:
        assert opened.head.seq == 0
    assert journal_epochs(tmp_path) == (1, 2)


def test_a_file_of_another_till_is_refused(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    with (
        pytest.raises(ChainError, match="belongs to S01-T03, epoch 1"),
        journal(tmp_path, Identity(store="S02", till="T01", epoch=1)),
    ):
        pass


def test_a_database_of_another_kind_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "journal-1-1.db")) as connection:
        connection.execute("CREATE TABLE t(x)")
    with pytest.raises(ChainError, match="no journal"), journal(tmp_path):
        pass


# --- a full disk -----------------------------------------------------------------------------------------------------


def limit_pages(opened: object, pages: int) -> None:
    """Give a journal's file no more room than it has and a few pages."""
    connection: sqlite3.Connection = opened._connection  # type: ignore[attr-defined]
    (used,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={used + pages}")


def test_a_full_disk_refuses_the_event_whole_and_the_journal_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        assert not opened.low_space
        head = opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        limit_pages(opened, 2)
        with pytest.raises(DiskFullError):
            opened.append([line(number) for number in range(200)], stamp=stamp(), biz_date=DAY)
        assert opened.head == head
        assert seqs(opened.read(0, limit=100)) == [1, 2, 3]
        limit_pages(opened, 1000)
        assert opened.append((line(4),), stamp=stamp(), biz_date=DAY).seq == 4
        assert Verification(tmp_path, WHO, deep=True).run().faults == ()


def test_a_refused_row_takes_the_whole_append_back(tmp_path: Path) -> None:
    class SameIds:
        def uuid7(self, unix_ms: int) -> bytes:
            return unix_ms.to_bytes(16, "big")

    with closing(SqliteJournal(tmp_path, WHO, ids=SameIds(), options=PLAIN)) as opened:
        with pytest.raises(ChainError, match="UNIQUE"):
            opened.append(facts(2), stamp=stamp(), biz_date=DAY)
        assert opened.head.seq == 0
        assert opened.append((started(),), stamp=stamp(), biz_date=DAY).seq == 1


def test_without_room_no_ballast_is_laid(tmp_path: Path) -> None:
    with journal(tmp_path, options=JournalOptions(ballast_bytes=1 << 60)) as opened:
        assert opened.low_space
        assert opened.append((started(),), stamp=stamp(), biz_date=DAY).seq == 1


def test_the_ballast_is_thrown_away_once_and_laid_again_in_idle(tmp_path: Path) -> None:
    options = JournalOptions(ballast_bytes=1 << 20)
    ballast = tmp_path / "ballast"
    with journal(tmp_path, options=options) as opened:
        assert (ballast.stat().st_size, opened.low_space) == (1 << 20, False)
        limit_pages(opened, 0)
        with pytest.raises(DiskFullError):
            opened.append([line(number) for number in range(200)], stamp=stamp(), biz_date=DAY)
        assert (ballast.exists(), opened.low_space) == (False, True)
        assert opened.rest(None) == ""
        assert (ballast.exists(), opened.low_space) == (True, False)


# --- deleting what HQ has --------------------------------------------------------------------------------------------


def test_closed_files_go_when_acknowledged_archived_and_old(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    old_enough = NOW_MS + 10 + KEEP_MS
    with journal(tmp_path, options=SMALL) as opened:
        assert opened.prune(acked_seq=10, archived_seq=10, now_ms=NOW_MS + KEEP_MS - 1) == ()
        assert opened.prune(acked_seq=2, archived_seq=10, now_ms=old_enough) == ()
        assert opened.prune(acked_seq=10, archived_seq=2, now_ms=old_enough) == ()
        assert opened.prune(acked_seq=5, archived_seq=10, now_ms=old_enough) == ("journal-1-1.db",)
        assert Verification(tmp_path, WHO, deep=True).run().faults == ()
        assert opened.prune(acked_seq=10, archived_seq=10, now_ms=old_enough) == ("journal-1-2.db", "journal-1-3.db")
        opened.rotate_if_large()
        assert seqs(opened.read(9, limit=10)) == [10]
        assert Verification(tmp_path, WHO, deep=True).run().faults == ()
        with pytest.raises(ChainError, match="event 1 is missing"):
            opened.read(0, limit=10)


def test_files_of_an_earlier_epoch_go_by_the_same_rule_the_last_one_too(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    second = replace(WHO, epoch=2)
    old_enough = NOW_MS + 10 + KEEP_MS
    with journal(tmp_path, second) as opened:
        opened.append([line(1)], stamp=stamp(), biz_date=DAY)
        assert opened.prune_epoch(1, archived_seq=10, now_ms=NOW_MS + KEEP_MS - 1) == ()
        assert opened.prune_epoch(1, archived_seq=2, now_ms=old_enough) == ()
        assert opened.prune_epoch(2, archived_seq=10, now_ms=old_enough) == ()
        assert opened.prune_epoch(1, archived_seq=5, now_ms=old_enough) == ("journal-1-1.db",)
        assert [row.seq for row in JournalReader(tmp_path, epoch=1).read(3)] == [4, 5, 6, 7, 8, 9, 10]
        gone = opened.prune_epoch(1, archived_seq=10, now_ms=old_enough)
        assert gone == tuple(f"journal-1-{number}.db" for number in (2, 3, 4))
        assert list(tmp_path.glob("journal-1-*")) == []
        assert Verification(tmp_path, second, deep=True).run().rows == 1


def test_file_of_an_earlier_epoch_without_a_row_goes_with_the_others(tmp_path: Path) -> None:
    fill(tmp_path, 3, options=SMALL, per_file=3)
    with journal(tmp_path, replace(WHO, epoch=2)) as opened:
        gone = opened.prune_epoch(1, archived_seq=3, now_ms=NOW_MS + KEEP_MS)
    assert gone == ("journal-1-1.db", "journal-1-2.db")


# --- idle ------------------------------------------------------------------------------------------------------------


def test_rest_closes_a_large_file_only_between_sales(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        assert opened.rest(None) == ""
        assert names(tmp_path) == ["journal-1-1.db"]
        assert opened.rest(b"record") == ""
        assert names(tmp_path) == ["journal-1-1.db", "journal-1-2.db"]


def test_rest_tells_what_it_finds_wrong_with_old_rows(tmp_path: Path) -> None:
    fill(tmp_path, 6, options=SMALL, per_file=3)
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute("UPDATE event SET biz_date = '2026-11-24' WHERE seq = 2")
    with journal(tmp_path, options=SMALL) as opened:
        told = next(text for text in (opened.rest(None) for _ in range(50)) if text)
    assert told == "journal-1-1.db, event 2: changed"


def test_rest_tells_of_a_closed_file_that_cannot_be_read_and_the_till_sells_on(tmp_path: Path) -> None:
    fill(tmp_path, 6, options=SMALL, per_file=3)
    first = tmp_path / "journal-1-1.db"
    first.unlink()
    first.mkdir()
    with journal(tmp_path, options=SMALL) as opened:
        told = next(text for text in (opened.rest(None) for _ in range(50)) if text)
        assert opened.append((line(4),), stamp=stamp(), biz_date=DAY).seq == 7
    assert told.startswith("journal-1-1.db, event 1: damaged")


def test_rest_tells_that_the_size_of_the_open_file_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "stat", _medium_is_gone)
            told = opened.rest(b"record")
        assert opened.append((line(4),), stamp=stamp(), biz_date=DAY).seq == 4
    assert "Input/output error" in told


def _medium_is_gone(_path: Path, **_named: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_next_file_that_cannot_be_opened_is_taken_back(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        (tmp_path / "journal-1-2.db-wal").mkdir()
        assert "journal-1-2.db" in opened.rest(b"record")
        assert names(tmp_path) == ["journal-1-1.db"]
        assert opened.append((line(4),), stamp=stamp(), biz_date=DAY).seq == 4


def test_rest_tells_that_the_next_file_cannot_be_made(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        (tmp_path / "journal-1-2.db.part").mkdir()
        assert "journal-1-2.db.part" in opened.rest(b"record")
        assert opened.append((line(4),), stamp=stamp(), biz_date=DAY).seq == 4
