"""What a desk does in idle: it deletes old files, but only those that HQ keeps for good."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from terminal.checkout.desk import PRUNE_EVERY_MS, Desk
from terminal.checkout.inputs import LinkReported
from terminal.checkout.state import initial
from terminal.domain.ids import Identity
from terminal.offline.catalog import SqliteShelf
from terminal.offline.clock import SystemIds
from terminal.offline.journal import KEEP_MS, SqliteJournal
from terminal.offline.rules import SqliteRulesShelf
from terminal.offline.state import SqliteRecordStore
from terminal.ports.clock import DOUBTED, Stamp
from terminal.wire.doorbell import LinkChanged
from terminal.wire.record import TillRecord
from tests.unit.offline.tills import NOW_MS, SMALL, WHO, fill
from tests.unit.uplink.pumps import HandClock

FIRST, SECOND, THIRD, OPEN = (f"journal-1-{number}.db" for number in range(1, 5))


@dataclass
class Till:
    """A desk over ten events in three closed files and an open one."""

    folder: Path
    desk: Desk
    clock: HandClock

    def hears(self, *, acked: int, archived: int, epoch: int = 1, drained: tuple[tuple[int, int], ...] = ()) -> None:
        news = LinkChanged(online=True, acked_seq=acked, archived_seq=archived, epoch=epoch, drained=drained)
        self.desk.handle(LinkReported(news))

    def rest(self) -> list[str]:
        assert self.desk.rest() == ""
        return sorted(path.name for path in self.folder.glob("journal-*.db"))


@contextmanager
def running(folder: Path, who: Identity = WHO) -> Iterator[Till]:
    clock = HandClock()
    clock.now_ms = NOW_MS + KEEP_MS + 60_000
    desk = Desk(
        initial(who, TillRecord(), hash_key=b"key"),
        journal=SqliteJournal(folder, who, ids=SystemIds(), options=SMALL),
        store=SqliteRecordStore(folder, who),
        shelf=SqliteShelf(folder / "books"),
        rules=SqliteRulesShelf(folder / "books"),
        clock=clock,
        ids=SystemIds(),
        identity=who,
    )
    with closing(desk):
        yield Till(folder=folder, desk=desk, clock=clock)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    with running(tmp_path) as till:
        yield till


def test_files_of_an_old_epoch_go_when_hq_has_all_of_it_and_keeps_it_for_good(tmp_path: Path) -> None:
    fill(tmp_path, 10, options=SMALL, per_file=3)
    with running(tmp_path, replace(WHO, epoch=2)) as till:
        till.hears(acked=0, archived=0, epoch=2)
        assert till.rest()[0] == FIRST
        till.clock.now_ms += PRUNE_EVERY_MS
        till.hears(acked=0, archived=0, epoch=2, drained=((1, 6),))
        assert [name for name in till.rest() if "-1-" in name] == [THIRD, OPEN]
        till.clock.now_ms += PRUNE_EVERY_MS
        till.hears(acked=0, archived=0, epoch=2, drained=((1, 10),))
        assert [name for name in till.rest() if "-1-" in name] == []


def test_nothing_is_old_by_a_clock_in_doubt(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.hears(acked=10, archived=6)
    doubted = Stamp(wall_ms=till.clock.now_ms, mono_ms=1, boot_id="b", hq_quality=DOUBTED)
    with monkeypatch.context() as patch:
        patch.setattr(till.clock, "stamp", lambda: doubted)
        assert till.rest()[0] == FIRST
    assert till.rest()[0] == THIRD


def test_old_files_that_hq_keeps_for_good_go_in_idle(till: Till) -> None:
    till.hears(acked=10, archived=6)
    assert till.rest()[0] == THIRD


@pytest.mark.parametrize(("acked", "archived", "epoch"), [(10, 0, 1), (0, 10, 1), (10, 10, 2)])
def test_nothing_goes_that_hq_lacks_or_said_of_another_epoch(till: Till, acked: int, archived: int, epoch: int) -> None:
    till.hears(acked=acked, archived=archived, epoch=epoch)
    assert till.rest()[0] == FIRST


def test_nothing_goes_before_hq_was_heard_or_before_its_time(till: Till) -> None:
    assert till.rest()[0] == FIRST
    till.clock.now_ms = NOW_MS + KEEP_MS - 60_000
    till.hears(acked=10, archived=10)
    assert till.rest()[0] == FIRST


def test_files_are_looked_at_once_an_hour(till: Till) -> None:
    till.hears(acked=10, archived=3)
    assert till.rest()[0] == SECOND
    till.hears(acked=10, archived=10)
    till.clock.now_ms += PRUNE_EVERY_MS - 1
    assert till.rest()[0] == SECOND
    till.clock.now_ms += 1
    assert till.rest()[0] not in {SECOND, THIRD}


def test_a_file_that_cannot_be_deleted_is_told_and_ends_nothing(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def denied(path: Path, missing_ok: bool = False) -> None:
        if path.name == FIRST:
            raise PermissionError(1, "Operation not permitted")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", denied)
    till.hears(acked=10, archived=10)
    assert "Operation not permitted" in till.desk.rest()
    assert (till.folder / FIRST).exists()
