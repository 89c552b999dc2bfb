"""Backup and restore of a till's data."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from terminal.domain.errors import ChainError, JournalError
from terminal.offline import backup as backup_module
from terminal.offline.backup import MANIFEST_NAME, Backup, BackupFile, back_up, restore
from terminal.offline.chain import Verification
from terminal.offline.clock import SystemIds
from terminal.offline.recovery import open_till
from terminal.offline.state import SqliteRecordStore
from terminal.wire.record import encode_record
from tests.unit.offline.tills import DAY, NOW_MS, PLAIN, SMALL, WHO, fill, journal, line, stamp


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_made_while_the_till_sells_and_holds_all_that_was_durable(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", tmp_path / "copy"
    fill(state, 10, options=SMALL, per_file=4)
    with journal(state, options=SMALL) as opened, closing(SqliteRecordStore(state, WHO)) as store:
        store.save(10, b"record")
        backup = back_up(state, copy, WHO, now_ms=NOW_MS)
        assert (backup.head_seq, backup.head_hash) == (10, opened.head.hash.hex())
        opened.append((line(11),), stamp=stamp(), biz_date=DAY)
    assert names(copy) == [MANIFEST_NAME, "journal-1-1.db", "journal-1-2.db", "journal-1-3.db", "state.db"]
    assert Verification(copy, WHO, deep=True).run().rows == 10


def test_a_restored_till_goes_on_where_the_backup_was_made(tmp_path: Path) -> None:
    head = fill(tmp_path / "state", 10, options=SMALL, per_file=4)
    with closing(SqliteRecordStore(tmp_path / "state", WHO)) as store:
        store.save(10, b"record")
    back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    backup = restore(tmp_path / "copy", tmp_path / "new")
    assert (backup.terminal, backup.epoch, backup.head_seq, backup.made_ms) == ("S01-T03", 1, 10, NOW_MS)
    with journal(tmp_path / "new") as opened, closing(SqliteRecordStore(tmp_path / "new", WHO)) as store:
        assert opened.head == head
        assert store.load() == (10, b"record")
        assert Verification(tmp_path / "new", WHO, deep=True).run(head).faults == ()


def test_what_happens_between_two_copies_does_not_make_the_backup_look_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    fill(state, 1)
    with closing(open_till(state, WHO, ids=SystemIds(), now_ms=NOW_MS, options=PLAIN)) as till:
        copy_file = backup_module._back_up_file

        def copy_and_sell(path: Path, target: Path, known: BackupFile | None) -> BackupFile:
            copied = copy_file(path, target, known)
            seq = till.journal.append((line(2),), stamp=stamp(), biz_date=DAY).seq
            till.store.save(seq, encode_record(till.record))
            return copied

        monkeypatch.setattr(backup_module, "_back_up_file", copy_and_sell)
        back_up(state, tmp_path / "copy", WHO, now_ms=NOW_MS)
    restore(tmp_path / "copy", tmp_path / "new")
    with closing(open_till(tmp_path / "new", WHO, ids=SystemIds(), now_ms=NOW_MS, options=PLAIN)) as restored:
        assert (restored.who, restored.beginning) == (WHO, None)


def test_closed_files_are_copied_once(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", tmp_path / "copy"
    fill(state, 10, options=SMALL, per_file=4)
    back_up(state, copy, WHO, now_ms=NOW_MS)
    before = {path.name: path.stat().st_ino for path in copy.iterdir()}
    with journal(state, options=SMALL) as opened:
        opened.append((line(11),), stamp=stamp(), biz_date=DAY)
        backup = back_up(state, copy, WHO, now_ms=NOW_MS)
    after = {path.name: path.stat().st_ino for path in copy.iterdir()}
    assert backup.head_seq == 11
    assert [name for name in sorted(after) if after[name] == before[name]] == ["journal-1-1.db", "journal-1-2.db"]


def test_a_copy_that_went_is_made_again(tmp_path: Path) -> None:
    fill(tmp_path / "state", 10, options=SMALL, per_file=4)
    first = back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    (tmp_path / "copy" / "journal-1-1.db").unlink()
    assert back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS).files == first.files
    restore(tmp_path / "copy", tmp_path / "new")


def test_a_till_without_a_journal_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    assert caught.value.code == "journal_absent"
    assert names(tmp_path / "copy") == []


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    fill(tmp_path / "state", 3)
    (tmp_path / "copy").write_text("a file")
    with pytest.raises(JournalError, match="File exists"):
        back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)


def test_a_folder_that_has_a_journal_is_not_overwritten(tmp_path: Path) -> None:
    fill(tmp_path / "state", 3)
    back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    with pytest.raises(JournalError) as caught:
        restore(tmp_path / "copy", tmp_path / "state")
    assert caught.value.code == "not_empty"


def test_a_running_till_is_not_restored_over(tmp_path: Path) -> None:
    fill(tmp_path / "state", 3)
    back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    with journal(tmp_path / "new"), pytest.raises(JournalError) as caught:
        restore(tmp_path / "copy", tmp_path / "new")
    assert caught.value.code == "journal_busy"


def test_a_changed_file_is_refused_before_anything_is_put_back(tmp_path: Path) -> None:
    fill(tmp_path / "state", 10, options=SMALL, per_file=4)
    back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    with (tmp_path / "copy" / "journal-1-2.db").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ChainError, match=r"journal-1-2\.db is not the file"):
        restore(tmp_path / "copy", tmp_path / "new")
    (tmp_path / "copy" / "journal-1-2.db").unlink()
    with pytest.raises(ChainError, match=r"journal-1-2\.db is not the file"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert names(tmp_path / "new") == ["journal.lock"]


@pytest.mark.parametrize("manifest", [None, b"", b"{}", b"[1"])
def test_a_folder_without_a_list_is_no_backup(tmp_path: Path, manifest: bytes | None) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST_NAME).write_bytes(manifest)
    with pytest.raises(JournalError) as caught:
        restore(tmp_path, tmp_path / "new")
    assert caught.value.code == "backup_invalid"


@pytest.mark.parametrize("name", ["../evil.db", "/etc/passwd", "journal-1-1.db/..", ""])
def test_a_list_that_names_files_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    fill(tmp_path / "state", 3)
    backup = back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    evil = msgspec.structs.replace(backup, files=(msgspec.structs.replace(backup.files[0], name=name),))
    (tmp_path / "copy" / MANIFEST_NAME).write_bytes(msgspec.json.encode(evil))
    with pytest.raises(JournalError) as caught:
        restore(tmp_path / "copy", tmp_path / "new")
    assert caught.value.code == "backup_invalid"


def test_the_list_is_readable_by_people_and_machines(tmp_path: Path) -> None:
    fill(tmp_path / "state", 3)
    backup = back_up(tmp_path / "state", tmp_path / "copy", WHO, now_ms=NOW_MS)
    text = (tmp_path / "copy" / MANIFEST_NAME).read_text()
    assert text.startswith('{\n  "terminal": "S01-T03",\n')
    assert msgspec.json.decode(text, type=Backup) == backup
