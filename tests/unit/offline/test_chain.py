"""Every way to tamper with a journal, or to lose a part of it, is found and named."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.domain.errors import ChainError
from terminal.domain.ids import Identity
from terminal.offline.chain import MAX_FAULTS, Fault, FaultKind, Verification
from terminal.ports.journal import Head
from terminal.wire.sqlite_files import connect
from tests.unit.offline.tills import DAY, SMALL, WHO, damage_index, facts, fill, flip, journal, stamp


def change(path: Path, *statements: str) -> None:
    """Change a file as somebody would who knows SQLite."""
    with closing(connect(path, "rw")) as connection:
        connection.execute("DROP TRIGGER IF EXISTS event_is_never_changed")
        connection.execute("DROP TRIGGER IF EXISTS event_is_never_deleted")
        for statement in statements:
            connection.execute(statement)


def found(
    folder: Path, who: Identity = WHO, *, acked: Head | None = None, deep: bool = True
) -> list[tuple[str, int, str]]:
    report = Verification(folder, who, deep=deep).run(acked)
    return [(fault.kind.value, fault.seq, fault.file) for fault in report.faults]


def test_a_whole_journal_has_no_faults(tmp_path: Path) -> None:
    head = fill(tmp_path, 10, options=SMALL, per_file=4)
    report = Verification(tmp_path, WHO, deep=True).run(head)
    assert (report.files, report.rows, report.head, report.faults) == (3, 10, head, ())


def test_an_empty_folder_has_no_head(tmp_path: Path) -> None:
    report = Verification(tmp_path, WHO).run()
    assert (report.files, report.rows, report.head, report.faults) == (0, 0, None, ())


def test_a_pass_in_slices_finds_the_same(tmp_path: Path) -> None:
    head = fill(tmp_path, 600)
    verification = Verification(tmp_path, WHO)
    steps = 1
    while (report := verification.step()) is None:
        steps += 1
    assert (report.rows, report.head, report.faults) == (600, head, ())
    assert steps == 1 + 3 + 1


def test_a_flipped_byte_of_a_body_is_found(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    assert [kind for kind, _, _ in found(tmp_path)] == ["changed"]


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("UPDATE event SET wall_ms = wall_ms + 1 WHERE seq = 2", [("changed", 2)]),
        ("UPDATE event SET kind = 'SaleVoided' WHERE seq = 3", [("changed", 3)]),
        ("UPDATE event SET hash = zeroblob(32) WHERE seq = 2", [("changed", 2), ("broken", 3)]),
        ("UPDATE event SET prev = zeroblob(32) WHERE seq = 2", [("broken", 2)]),
        ("DELETE FROM event WHERE seq = 3", [("missing", 4)]),
        ("UPDATE meta SET v = 'S09-T09' WHERE k = 'terminal'", [("foreign", 0)]),
        ("UPDATE meta SET v = zeroblob(32) WHERE k = 'first_prev'", [("broken", 1), ("broken", 1)]),
        ("DELETE FROM meta WHERE k = 'first_seq'", [("damaged", 1), ("missing", 5)]),
        ("UPDATE meta SET v = 2 WHERE k = 'first_seq'", [("missing", 2), ("broken", 2)]),
    ],
)
def test_what_was_changed_in_a_closed_file_is_found(
    tmp_path: Path, statement: str, faults: list[tuple[str, int]]
) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    change(tmp_path / "journal-1-1.db", statement)
    assert [(kind, seq) for kind, seq, _ in found(tmp_path)] == faults


def test_a_row_that_was_forged_with_a_right_hash_breaks_the_one_behind_it(tmp_path: Path) -> None:
    fill(tmp_path, 4)
    other = tmp_path / "other"
    fill(other, 4)
    columns = "id, kind, biz_date, wall_ms, mono_ms, boot_id, clk_off_ms, clk_q, body, hash"
    with closing(connect(other / "journal-1-1.db", "ro")) as connection:
        row = connection.execute(f"SELECT {columns} FROM event WHERE seq = 1").fetchone()  # noqa: S608 - a constant
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute(f"UPDATE event SET ({columns}) = ({', '.join('?' * 10)}) WHERE seq = 1", row)  # noqa: S608 - a constant
    assert found(tmp_path) == [("broken", 2, "journal-1-1.db")]


def test_a_missing_file_in_the_middle_is_found(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    (tmp_path / "journal-1-2.db").unlink()
    assert found(tmp_path) == [("missing", 7, "journal-1-3.db")]


def test_a_missing_first_file_is_found_unless_it_was_deleted_on_purpose(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    (tmp_path / "journal-1-1.db").unlink()
    assert found(tmp_path) == [("missing", 4, "journal-1-2.db")]
    change(tmp_path / "journal-1-4.db", "UPDATE meta SET v = 3 WHERE k = 'pruned_seq'")
    assert found(tmp_path) == []


def test_a_cut_tail_and_an_old_copy_are_told_by_what_hq_has(tmp_path: Path) -> None:
    fill(tmp_path, 4)
    shutil.copytree(tmp_path, tmp_path / "old")
    with journal(tmp_path) as opened:
        acked = opened.append(facts(3), stamp=stamp(), biz_date=DAY)
        assert found(tmp_path, acked=acked) == []
    assert found(tmp_path / "old") == []
    assert found(tmp_path / "old", acked=acked) == [("short", 7, "journal-1-1.db")]
    assert found(tmp_path / "nothing", acked=acked) == [("short", 7, str(tmp_path / "nothing"))]


def test_a_fork_is_told_by_what_hq_has(tmp_path: Path) -> None:
    head = fill(tmp_path, 10, options=SMALL, per_file=4)
    acked = Head(epoch=1, seq=6, hash=bytes(32))
    assert found(tmp_path, acked=acked) == [("forked", 6, "journal-1-2.db")]
    assert found(tmp_path, acked=head) == []


def test_what_hq_has_of_deleted_files_is_not_compared(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    (tmp_path / "journal-1-1.db").unlink()
    change(tmp_path / "journal-1-4.db", "UPDATE meta SET v = 3 WHERE k = 'pruned_seq'")
    assert found(tmp_path, acked=Head(epoch=1, seq=2, hash=bytes(32))) == []


@pytest.mark.parametrize("length", [0, 100, 5000])
def test_a_cut_file_is_found(tmp_path: Path, length: int) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    path = tmp_path / "journal-1-1.db"
    path.write_bytes(path.read_bytes()[:length])
    kinds = [(kind, name) for kind, _, name in found(tmp_path)]
    assert kinds[0] == ("damaged", "journal-1-1.db")


def test_a_damaged_newest_file_is_found(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    (tmp_path / "journal-1-3.db").write_bytes(b"x" * 9000)
    assert found(tmp_path) == [("damaged", 9, "journal-1-3.db")]


def test_a_damaged_index_is_found_by_a_deep_check(tmp_path: Path) -> None:
    fill(tmp_path, 10)
    damage_index(tmp_path / "journal-1-1.db")
    assert found(tmp_path, deep=False) == []
    assert [kind for kind, _, _ in found(tmp_path)] == ["damaged"]


def test_faults_are_counted_to_a_limit(tmp_path: Path) -> None:
    fill(tmp_path, 2 * MAX_FAULTS)
    change(tmp_path / "journal-1-1.db", "UPDATE event SET mono_ms = 0")
    assert len(found(tmp_path)) == MAX_FAULTS


def test_faults_read_as_sentences() -> None:
    whole = Fault(kind=FaultKind.DAMAGED, file="journal-1-1.db", detail="page 3")
    assert str(whole) == "journal-1-1.db: damaged: page 3"
    assert str(replace(whole, seq=4, detail="")) == "journal-1-1.db, event 4: damaged"


def test_a_changed_tail_is_found_before_anything_is_written_behind_it(tmp_path: Path) -> None:
    fill(tmp_path, 6)
    change(tmp_path / "journal-1-1.db", "UPDATE event SET biz_date = '2026-11-24' WHERE seq = 5")
    with pytest.raises(ChainError, match="event 5: changed"), journal(tmp_path):
        pass


def test_a_damaged_open_file_is_found_at_start(tmp_path: Path) -> None:
    fill(tmp_path, 60)
    damage_index(tmp_path / "journal-1-1.db")
    with pytest.raises(ChainError, match="is damaged"), journal(tmp_path):
        pass
