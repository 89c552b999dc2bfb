"""The uplink's view of the journal: read-only, over rotations, and patient."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.domain.errors import ChainError
from terminal.offline.reader import BATCH_ROWS, EpochReader, JournalReader
from terminal.ports.journal import Head
from terminal.wire.sqlite_files import connect
from tests.unit.offline.tills import DAY, SMALL, WHO, facts, fill, journal, line, stamp


def seqs(reader: JournalReader, after_seq: int, limit: int = BATCH_ROWS) -> list[int]:
    return [row.seq for row in reader.read(after_seq, limit=limit)]


def test_where_no_writer_ever_was_there_is_nothing_yet(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path / "absent", epoch=1)
    assert (reader.read(0), reader.head()) == ((), None)


def test_rows_are_seen_as_soon_as_they_are_durable(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path, epoch=1)
    with journal(tmp_path) as opened:
        assert (reader.read(0), reader.head()) == ((), opened.head)
        head = opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        assert (seqs(reader, 0), reader.head()) == ([1, 2, 3], head)
    assert (seqs(reader, 1), reader.head()) == ([2, 3], head)


def test_a_read_is_at_most_one_batch(tmp_path: Path) -> None:
    fill(tmp_path, 130)
    reader = JournalReader(tmp_path, epoch=1)
    assert seqs(reader, 0, 1000) == list(range(1, 101))
    assert seqs(reader, 100) == list(range(101, 131))
    assert seqs(reader, 3, 2) == [4, 5]


def test_a_drain_goes_over_rotations_that_happen_meanwhile(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path, epoch=1)
    seen: list[int] = []
    with journal(tmp_path, options=SMALL) as opened:
        for number in range(1, 13):
            opened.append((line(number),), stamp=stamp(), biz_date=DAY)
            if number % 5 == 0:
                opened.rotate_if_large()
            seen += seqs(reader, len(seen), 2)
        while rows := seqs(reader, len(seen), 4):
            seen += rows
    assert seen == list(range(1, 13))


def test_a_read_leaves_no_lock_behind(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path, epoch=1)
    with journal(tmp_path) as opened:
        opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        reader.read(0)
        with closing(connect(tmp_path / "journal-1-1.db", "rw")) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)


def test_a_reader_never_writes(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    path = tmp_path / "journal-1-1.db"
    before = path.read_bytes()
    JournalReader(tmp_path, epoch=1).read(0)
    assert path.read_bytes() == before


def test_only_the_asked_epoch_is_read(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    assert JournalReader(tmp_path, epoch=2).head() is None


def test_a_locked_file_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 3)
    path = tmp_path / "journal-1-1.db"
    monkeypatch.setattr("terminal.wire.sqlite_files.BUSY_S", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=DELETE")
        writer.execute("BEGIN EXCLUSIVE")
        reader = JournalReader(tmp_path, epoch=1)
        assert (reader.read(0), reader.head()) == ((), None)
        writer.execute("ROLLBACK")
        assert seqs(reader, 0) == [1, 2, 3]


def test_a_file_that_goes_while_it_is_looked_at_is_tried_again_later(tmp_path: Path) -> None:
    fill(tmp_path, 6, options=SMALL, per_file=3)
    reader = JournalReader(tmp_path, epoch=1)
    (tmp_path / "journal-1-3.db").rename(tmp_path / "kept")
    (tmp_path / "journal-1-3.db").symlink_to(tmp_path / "absent")
    assert (reader.read(0), reader.head()) == ((), None)
    (tmp_path / "kept").replace(tmp_path / "journal-1-3.db")
    assert seqs(reader, 0) == [1, 2, 3, 4, 5, 6]
    assert reader.head() is not None


def test_a_damaged_file_is_an_error_not_patience(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    (tmp_path / "journal-1-1.db").write_bytes(b"x" * 8192)
    with pytest.raises(ChainError, match="is damaged"):
        JournalReader(tmp_path, epoch=1).read(0)
    with pytest.raises(ChainError):
        JournalReader(tmp_path, epoch=1).head()


def test_a_missing_row_is_an_error(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("DROP TRIGGER event_is_never_deleted")
        connection.execute("DELETE FROM event WHERE seq = 3")
    with pytest.raises(ChainError, match="event 3 is missing"):
        JournalReader(tmp_path, epoch=1).read(0)


def test_an_empty_new_file_has_the_head_of_the_one_before(tmp_path: Path) -> None:
    head = fill(tmp_path, 3, options=SMALL, per_file=3)
    assert JournalReader(tmp_path, epoch=1).head() == Head(epoch=1, seq=3, hash=head.hash)


def test_epochs_are_read_one_after_the_other(tmp_path: Path) -> None:
    reader = EpochReader(tmp_path)
    assert (reader.head(), reader.read(0), reader.next_epoch()) == (None, (), False)
    with journal(tmp_path, WHO) as opened:
        old = opened.append(facts(2), stamp=stamp(), biz_date=DAY)
    with journal(tmp_path, replace(WHO, epoch=2)) as opened:
        new = opened.append(facts(1), stamp=stamp(), biz_date=DAY)
    assert (reader.head(), len(reader.read(0))) == (old, 2)
    assert reader.next_epoch()
    assert (reader.head(), len(reader.read(0))) == (new, 1)
    assert not reader.next_epoch()
