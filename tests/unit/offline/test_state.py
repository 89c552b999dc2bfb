"""The record of a till: stored, and made anew from the journal whatever happened to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.domain.errors import ChainError, JournalError, SchemaTooNewError
from terminal.offline.state import SCHEMA, SqliteRecordStore, rebuild
from terminal.wire import events as ev
from terminal.wire.record import TillRecord, apply, encode_record
from tests.unit.offline.tills import DAY, SMALL, WHO, facts, fill, journal, stamp


def record_of(count: int) -> TillRecord:
    record = TillRecord()
    for fact in facts(count):
        record = apply(record, fact)
    return record


@contextmanager
def stored(folder: Path) -> Iterator[SqliteRecordStore]:
    with closing(SqliteRecordStore(folder, WHO)) as store:
        yield store


def rebuilt(folder: Path) -> TillRecord:
    with journal(folder) as opened, stored(folder) as store:
        return rebuild(opened, store)


def test_the_last_saved_record_comes_back(tmp_path: Path) -> None:
    with stored(tmp_path) as store:
        assert store.load() is None
        store.save(1, b"one")
        store.save(2, b"two")
        assert store.load() == (2, b"two")
    with stored(tmp_path) as store:
        assert store.load() == (2, b"two")


def test_the_record_of_another_epoch_is_none_of_ours(tmp_path: Path) -> None:
    with stored(tmp_path) as store:
        store.save(5, b"old")
    with closing(SqliteRecordStore(tmp_path, replace(WHO, epoch=2))) as store:
        assert store.load() is None
        store.save(1, b"new")
        assert store.load() == (1, b"new")


@pytest.mark.parametrize("content", [b"", b"garbage", b"g" * 9000])
def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.db").write_bytes(content)
    with stored(tmp_path) as store:
        assert store.load() is None
        store.save(3, b"x")
        assert store.load() == (3, b"x")
    assert not content or (tmp_path / "state.db.aside").read_bytes() == content


def test_a_damaged_page_puts_the_file_aside(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with stored(tmp_path) as store:
        store.save(3, b"x" * 10_000)
    raw = bytearray(path.read_bytes())
    raw[4096:4104] = b"\xff" * 8
    path.write_bytes(raw)
    with stored(tmp_path) as store:
        assert store.load() is None
    assert (tmp_path / "state.db.aside").exists()


def test_a_newer_file_is_put_aside(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA + 1}")
    with stored(tmp_path) as store:
        assert store.load() is None
    assert (tmp_path / "state.db.aside").exists()


def test_damage_that_shows_only_when_it_is_read_means_that_there_is_no_record(tmp_path: Path) -> None:
    with stored(tmp_path) as store:
        store.save(3, b"x")
        store._connection.execute("DROP TABLE record")
        assert store.load() is None
        with pytest.raises(JournalError):
            store.save(4, b"y")


def test_a_full_disk_keeps_the_record_that_was_there(tmp_path: Path) -> None:
    with stored(tmp_path) as store:
        store.save(3, b"x")
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count={pages}")
        store.save(4, b"y" * 100_000)
        assert store.load() == (3, b"x")


def test_a_till_without_events_has_an_empty_record(tmp_path: Path) -> None:
    assert rebuilt(tmp_path) == TillRecord()


def test_a_missing_record_is_made_from_all_events(tmp_path: Path) -> None:
    fill(tmp_path, 12)
    assert rebuilt(tmp_path) == record_of(12)


def test_only_the_tail_behind_the_stored_record_is_replayed(tmp_path: Path) -> None:
    fill(tmp_path, 12)
    with stored(tmp_path) as store:
        store.save(10, encode_record(replace_label(record_of(10))))
    record = rebuilt(tmp_path)
    assert record == replace_label(record_of(12))


def replace_label(record: TillRecord) -> TillRecord:
    """Return a record that is told from one that was replayed from the first event."""
    return apply(record, ev.BookActivated(version=7, sha256="", label="stored"))


def test_a_record_that_does_not_decode_is_made_anew(tmp_path: Path) -> None:
    fill(tmp_path, 12)
    with stored(tmp_path) as store:
        store.save(10, b"\x93nonsense")
    assert rebuilt(tmp_path) == record_of(12)


def test_a_missing_record_is_made_from_what_the_open_file_began_with(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened, stored(tmp_path) as store:
        opened.append(facts(12)[:10], stamp=stamp(), biz_date=DAY)
        opened.rotate_if_large(encode_record(replace_label(record_of(10))))
        opened.append(facts(12)[10:], stamp=stamp(), biz_date=DAY)
        assert rebuild(opened, store) == replace_label(record_of(12))


def test_a_record_ahead_of_the_journal_tells_that_rows_were_lost(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with stored(tmp_path) as store:
        store.save(6, encode_record(record_of(6)))
    with pytest.raises(ChainError) as caught:
        rebuilt(tmp_path)
    assert caught.value.code == "journal_behind"


def test_an_event_of_a_newer_version_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.offline.journal.encode_fact", lambda _: b"\x81\xa4type\xa6Future")
    fill(tmp_path, 2)
    with pytest.raises(SchemaTooNewError, match=r"event 1 \(SaleStarted\) is of a newer version"):
        rebuilt(tmp_path)
