"""The ladder at start: whatever happened to the files, the till stands again and nothing is thrown away."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.errors import DiskFullError, JournalError, SchemaTooNewError
from terminal.domain.ids import HoldId, Identity, StaffNumber
from terminal.offline import files, recovery, salvage
from terminal.offline.chain import Verification
from terminal.offline.clock import SystemIds
from terminal.offline.files import open_reader
from terminal.offline.journal import JournalOptions
from terminal.offline.reader import JournalReader
from terminal.offline.recovery import Beginning, OpenTill, open_till
from terminal.offline.state import SqliteRecordStore
from terminal.wire import disk
from terminal.wire.held_sale import HeldSale
from terminal.wire.lockouts import Lockout
from terminal.wire.record import TillRecord, encode_record
from terminal.wire.sqlite_files import connect
from tests.unit.offline.test_state import record_of
from tests.unit.offline.tills import DAY, NOW_MS, PLAIN, SMALL, WHO, damage_index, fill, flip, journal, line, stamp


@contextmanager
def till(folder: Path, *, who: Identity = WHO, options: JournalOptions = PLAIN) -> Iterator[OpenTill]:
    with closing(open_till(folder, who, ids=SystemIds(), now_ms=NOW_MS, options=options)) as opened:
        yield opened


def lines_of(record: TillRecord) -> int:
    return len(record.sale.lines) if record.sale is not None else -1


def test_a_whole_till_opens_as_it_was(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    with till(tmp_path) as opened:
        assert (opened.who, opened.beginning) == (WHO, None)
        assert opened.record == record_of(8)


def test_a_changed_row_begins_a_new_epoch_with_the_basket_as_far_as_it_verifies(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("DROP TRIGGER event_is_never_changed")
        connection.execute("UPDATE event SET mono_ms = 6 WHERE seq = 6")
    with till(tmp_path) as opened:
        assert opened.who.epoch == 2
        assert (opened.journal.head.epoch, opened.journal.head.seq) == (2, 0)
        assert opened.record == record_of(5)
        assert opened.beginning is not None
        assert opened.beginning.salvaged.seq == 5
        assert opened.beginning.reason == "journal-1-1.db, event 6: changed"
        assert opened.beginning.aside == (f"journal-1-1.db.damaged-{NOW_MS}",)
    assert len(JournalReader(tmp_path, epoch=1).read(0)) == 5
    assert Verification(tmp_path, WHO, deep=True).run().faults == ()


def test_the_next_start_goes_on_in_the_new_epoch(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    with till(tmp_path) as opened:
        opened.journal.append((line(20),), stamp=stamp(), biz_date=DAY)
        basket = lines_of(opened.record) + 1
    with till(tmp_path) as opened:
        assert (opened.who.epoch, opened.beginning) == (2, None)
        assert lines_of(opened.record) == basket


def known() -> TillRecord:
    """Return what a till knows that has an open and a held sale, a lock-out and many receipts."""
    sale = record_of(3).sale
    assert sale is not None
    held = HeldSale(hold_id=HoldId("h"), label="G01", owner=StaffNumber("1001"), held_ms=1, sale=sale)
    return msgspec.structs.replace(
        record_of(5), held=(held,), holds_made=1, receipts_done=41, lockouts={"1001": Lockout(failures=5, until_ms=9)}
    )


SECOND = replace(WHO, epoch=2)


def test_an_epoch_that_the_site_file_begins_knows_what_the_till_knew(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with closing(SqliteRecordStore(tmp_path, WHO)) as store:
        store.save(5, encode_record(known()))
    for _ in range(2):
        with till(tmp_path, who=SECOND) as opened:
            assert (opened.who.epoch, opened.journal.head.seq) == (2, 0)
            assert opened.record == msgspec.structs.replace(known(), receipts_done=0)
    assert [row.seq for row in JournalReader(tmp_path, epoch=1).read(0)] == [1, 2, 3, 4, 5]
    assert list(tmp_path.glob("recovering-*")) == []


def test_a_planned_epoch_renames_nothing_that_is_whole_and_only_once_begins(tmp_path: Path) -> None:
    head = fill(tmp_path, 5)
    with till(tmp_path, who=SECOND) as opened:
        assert opened.beginning == Beginning(reason="", aside=(), salvaged=head)
        opened.journal.append((line(20),), stamp=stamp(), biz_date=DAY)
    with till(tmp_path, who=SECOND) as opened:
        assert (opened.beginning, lines_of(opened.record)) == (None, 5)


def test_a_planned_epoch_behind_a_damaged_one_saves_what_can_be_trusted(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    with till(tmp_path, who=SECOND) as opened:
        assert opened.who.epoch == 2
        assert lines_of(opened.record) > 0
    assert (tmp_path / f"journal-1-1.db.damaged-{NOW_MS}").exists()
    assert Verification(tmp_path, WHO, deep=True).run().faults == ()


def test_a_planned_epoch_waits_until_the_running_till_has_ended(tmp_path: Path) -> None:
    with till(tmp_path), pytest.raises(JournalError, match="in use"), till(tmp_path, who=SECOND):
        pass
    assert [path.name for path in tmp_path.glob("journal-2-*")] == []
    assert [path.name for path in tmp_path.glob("recovering-*")] == []


@pytest.mark.parametrize("steps", range(6))
def test_a_planned_epoch_that_a_power_cut_interrupts_begins_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    fill(tmp_path, 5)
    with monkeypatch.context() as patch, suppress(PowerCutError):
        Power(patch, steps)
        with till(tmp_path, who=SECOND):
            pass
    with till(tmp_path, who=SECOND) as opened:
        assert (opened.who.epoch, opened.record) == (2, record_of(5))
    assert list(tmp_path.glob("recovering-*")) == []


def test_a_stored_record_that_knows_more_than_the_salvaged_rows_is_carried_over(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    with closing(SqliteRecordStore(tmp_path, WHO)) as store:
        store.save(8, encode_record(record_of(8)))
    (tmp_path / "journal-1-1.db").write_bytes(b"garbage" * 3000)
    with till(tmp_path) as opened:
        assert opened.record == record_of(8)
        assert opened.beginning is not None
        assert opened.beginning.salvaged.seq == 0
    assert (tmp_path / f"journal-1-1.db.damaged-{NOW_MS}").read_bytes() == b"garbage" * 3000


def test_a_journal_that_lost_its_tail_begins_a_new_epoch_and_loses_no_line(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with closing(SqliteRecordStore(tmp_path, WHO)) as store:
        store.save(8, encode_record(record_of(8)))
    with till(tmp_path) as opened:
        assert (opened.who.epoch, opened.record) == (2, record_of(8))
        assert opened.beginning is not None
        assert (opened.beginning.aside, opened.beginning.salvaged.seq) == ((), 5)
    assert len(JournalReader(tmp_path, epoch=1).read(0)) == 5


def test_a_damaged_index_loses_no_row(tmp_path: Path) -> None:
    fill(tmp_path, 60)
    damage_index(tmp_path / "journal-1-1.db")
    with till(tmp_path) as opened:
        assert opened.record == record_of(60)
        assert opened.beginning is not None
        assert opened.beginning.salvaged.seq == 60
    assert Verification(tmp_path, WHO, deep=True).run().rows == 60


def test_only_damaged_files_are_touched(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    whole = (tmp_path / "journal-1-1.db").read_bytes()
    (tmp_path / "journal-1-3.db").write_bytes(b"")
    with till(tmp_path) as opened:
        assert opened.record == record_of(8)
        assert opened.beginning is not None
        assert opened.beginning.aside == (f"journal-1-3.db.damaged-{NOW_MS}",)
    assert (tmp_path / "journal-1-1.db").read_bytes() == whole
    assert [row.seq for row in JournalReader(tmp_path, epoch=1).read(0)] == list(range(1, 9))


def test_files_behind_a_damaged_one_are_renamed_and_kept(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    (tmp_path / "journal-1-3.db").write_bytes(b"")
    with till(tmp_path) as opened:
        assert opened.beginning is not None
        assert opened.beginning.aside == tuple(f"journal-1-{number}.db.damaged-{NOW_MS}" for number in (1, 2, 3))


def test_a_file_of_another_till_is_renamed_and_kept(tmp_path: Path) -> None:
    with journal(tmp_path, replace(WHO, store="S09")):
        pass
    with till(tmp_path) as opened:
        assert opened.who.epoch == 2
        assert opened.beginning is not None
        assert "belongs to S09-T03" in opened.beginning.reason
    assert (tmp_path / f"journal-1-1.db.damaged-{NOW_MS}").exists()


def test_files_that_follow_deleted_ones_are_salvaged(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    (tmp_path / "journal-1-1.db").unlink()
    flip(tmp_path / "journal-1-3.db", "老坛酸菜面".encode())
    with till(tmp_path) as opened:
        assert opened.beginning is not None
        assert opened.beginning.salvaged.seq in (8, 9)


def test_the_record_that_a_file_began_with_is_where_the_replay_starts(tmp_path: Path) -> None:
    with journal(tmp_path, options=SMALL) as opened:
        for number in range(1, 9):
            opened.append((line(number),), stamp=stamp(), biz_date=DAY)
        opened.rotate_if_large(encode_record(record_of(9)))
        opened.append((line(9),), stamp=stamp(), biz_date=DAY)
        opened.rotate_if_large(encode_record(record_of(10)))
    (tmp_path / "journal-1-3.db").write_bytes(b"")
    with till(tmp_path) as recovered:
        assert recovered.record == record_of(10)


def test_the_wal_of_a_damaged_file_is_kept_beside_it(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    path = tmp_path / "journal-1-1.db"
    with closing(open_reader(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        with closing(connect(path, "rw")) as connection:
            connection.execute("DROP TRIGGER event_is_never_changed")
            connection.execute("UPDATE event SET mono_ms = 6 WHERE seq = 6")
        with till(tmp_path) as opened:
            assert opened.who.epoch == 2
    aside = tmp_path / f"journal-1-1.db.damaged-{NOW_MS}"
    assert aside.with_name(f"{aside.name}-wal").exists()
    with closing(open_reader(aside)) as connection:
        assert connection.execute("SELECT count(*), max(mono_ms) FROM event").fetchone() == (8, 6)


def test_what_a_recovery_cannot_mend_is_raised(tmp_path: Path) -> None:
    fill(tmp_path, 8)
    with till(tmp_path), pytest.raises(JournalError) as caught, till(tmp_path):
        pass
    assert caught.value.code == "journal_busy"
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("PRAGMA user_version=2")
    with pytest.raises(SchemaTooNewError), till(tmp_path):
        pass


def test_a_closed_file_of_a_newer_version_stops_a_recovery(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    with closing(connect(tmp_path / "journal-1-1.db", "rw")) as connection:
        connection.execute("PRAGMA user_version=2")
    (tmp_path / "journal-1-3.db").write_bytes(b"")
    with pytest.raises(SchemaTooNewError), till(tmp_path):
        pass
    assert (tmp_path / "journal-1-3.db").exists()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    fill(folder, 40)
    return folder / "journal-1-1.db"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, 1 << 20), data=st.binary(min_size=1, max_size=300), cut=st.integers(0, 1 << 17))
def test_a_till_starts_whatever_its_journal_became_and_sells_on(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, offset: int, data: bytes, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    torn = bytearray(whole.read_bytes())
    size = len(torn)
    at = offset % size
    torn[at : at + len(data)] = data
    (folder / "journal-1-1.db").write_bytes(torn[: size - (cut % size if cut % 3 == 0 else 0)])
    try:
        opened = open_till(folder, WHO, ids=SystemIds(), now_ms=NOW_MS, options=PLAIN)
    except SchemaTooNewError:
        return
    with closing(opened):
        assert lines_of(opened.record) <= 39
        head = opened.journal.append((line(99),), stamp=stamp(), biz_date=DAY)
        assert Verification(folder, opened.who, deep=True).run(head).faults == ()


class PowerCutError(BaseException):
    """Nothing runs after it."""


class Power:
    """Fails at the n-th time that a recovery touches the folder, and ever after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
        self.left = steps
        for name in ("rename", "unlink", "touch"):
            monkeypatch.setattr(Path, name, self._cut(getattr(Path, name)))
        for module in (salvage, recovery):
            monkeypatch.setattr(module, "flush", self._cut(disk.flush))
        monkeypatch.setattr(salvage, "create_file", self._cut(files.create_file))

    def _cut(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def cut(*args: Any, **named: Any) -> Any:
            if self.left == 0:
                raise PowerCutError
            self.left -= 1
            return work(*args, **named)

        return cut


@pytest.mark.parametrize("steps", range(16))
def test_a_recovery_that_a_power_cut_ends_anywhere_is_ended_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=4)
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    (tmp_path / "journal-1-3.db").write_bytes(b"")
    with monkeypatch.context() as patch, suppress(PowerCutError):
        Power(patch, steps)
        with till(tmp_path):
            pass
    with till(tmp_path) as opened:
        assert opened.who.epoch == 2
        assert lines_of(opened.record) > 0
    rows = JournalReader(tmp_path, epoch=1).read(0)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len(list(tmp_path.glob("journal-1-*.db.damaged-*"))) >= 3
    assert Verification(tmp_path, WHO, deep=True).run().faults == ()
    assert list(tmp_path.glob("recovering-*")) == []


def test_a_recovery_that_cannot_be_ended_now_does_not_stop_the_till(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, 8)
    flip(tmp_path / "journal-1-1.db", "老坛酸菜面".encode())
    with monkeypatch.context() as patch, suppress(PowerCutError):
        Power(patch, 4)
        with till(tmp_path):
            pass
    marks = list(tmp_path.glob("recovering-*"))
    assert len(marks) == 1
    with monkeypatch.context() as patch:
        patch.setattr(salvage, "create_file", _disk_is_full)
        with till(tmp_path) as opened:
            assert opened.who.epoch == 2
        assert list(tmp_path.glob("recovering-*")) == marks
    with till(tmp_path):
        assert list(tmp_path.glob("recovering-*")) == []


def _disk_is_full(*_: object, **__: object) -> None:
    raise DiskFullError("no space")
