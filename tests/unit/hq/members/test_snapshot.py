"""All members of a store in one signed file."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from hq.members.snapshot import WORTH, Snapshots, newest
from hq.store.members.port import Person
from hq.store.sqlite import SqliteStore
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.files.streams import Stream
from terminal.wire.members.checking import check_members, read_event
from terminal.wire.members.opening import open_members
from terminal.wire.members.rows import decode_row
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.unit.hq.commands import collect, opened, run
from tests.unit.hq.members.acts import M1
from tests.unit.hq.members.test_booking import registered, topped_up


@pytest.fixture
def shop(state: Path) -> Path:
    """A till of S01 that registered M1; A1 is a member of all stores, X1 of another one."""
    journal = MemoryJournal()
    journal.append(registered(), topped_up("t1"))
    collect(state, journal)
    with closing(opened(state)) as store, store.transaction():
        store.people.save(Person(id=MemberId("A1"), registered_ms=1))
        store.people.save(Person(id=MemberId("X1"), registered_ms=1, home="S02"))
    return state


def members_in(path: Path) -> list[str]:
    with closing(open_members(path)) as connection:
        rows = connection.execute("SELECT body FROM member ORDER BY id").fetchall()
        return [decode_row(body).member.id for (body,) in rows]


def test_file_has_all_whom_the_store_may_know_as_of_the_events_of_its_tills(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, "publish-members") == 0
    assert capsys.readouterr().out == "members 1 of store S01: 2\n"
    path = shop / "books" / "members-1.db"
    assert members_in(path) == ["A1", M1]
    with closing(opened(shop)) as store:
        assert check_members(path).version == store.people.latest()
        head = newest(store, "S01")
        assert head is not None
        assert (head.stream, head.audience, head.rows) == (Stream.MEMBERS, "s/S01", 2)
        assert newest(store, "S02") is None
    with closing(open_members(path)) as connection:
        assert read_event(connection, TERMINAL) == (1, 2)


def test_store_that_hq_does_not_know_is_refused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shop, "publish-members", "--store", "S09") == 2
    assert "HQ knows no store S09" in capsys.readouterr().err
    assert run(shop, "publish-members", "--store", "S01", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"store": "S01", "version": 1, "members": 2}]


def test_older_files_are_deleted_with_those_whom_they_name(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run(shop, "publish-members") == 0
    assert sorted(path.name for path in (shop / "books").glob("members-*")) == ["members-2.db"]
    assert run(shop, "members", "delete", M1, "--forfeit") == 0
    capsys.readouterr()
    (path,) = (shop / "books").glob("members-*")
    assert path.name == "members-3.db"
    assert "张小明".encode() not in path.read_bytes()
    assert members_in(path) == ["A1", M1]


def test_till_that_is_far_behind_is_told_of_the_file_and_one_that_is_near_is_not(shop: Path) -> None:
    with closing(opened(shop)) as store:
        snapshots = Snapshots(store, shop / "books")
        assert snapshots.worth_waiting_for("S01", since=0) == 0
        with store.transaction():
            for _ in range(WORTH):
                store.people.touch((M1,))
        latest = store.people.latest()
        assert run(shop, "publish-members") == 0
        assert snapshots.worth_waiting_for("S01", since=0) == 1
        assert snapshots.worth_waiting_for("S01", since=latest - WORTH) == 0
        assert snapshots.worth_waiting_for("S02", since=0) == 0


def test_file_that_is_gone_is_not_waited_for(shop: Path) -> None:
    with closing(opened(shop)) as store:
        assert run(shop, "publish-members") == 0
        (shop / "books" / "members-1.db").unlink()
        assert Snapshots(store, shop / "books").worth_waiting_for("S01", since=-WORTH) == 0


def test_reading_sees_one_moment(shop: Path) -> None:
    with closing(opened(shop)) as store, closing(SqliteStore(shop / "hq.db")) as other:
        with store.reading():
            before = store.people.latest()
            with other.transaction():
                other.people.touch((M1,))
            assert store.people.latest() == before
        assert store.people.latest() == before + 1
