"""doctor looks at the rules file and at the members that HQ sent."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import SafeText
from terminal.offline.clock import DAY_MS
from terminal.services.checkups import check_all
from terminal.services.findings import Level, Row
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.schema import NAME
from terminal.wire.members.writing import MembersWriter
from terminal.wire.rules.building import RulesContent, build_rules
from tests.unit.services.lanes import Lane


@pytest.fixture
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    path = tmp_path_factory.mktemp("d")
    lane = Lane(folder=path)
    lane.set_up()
    yield lane
    shutil.rmtree(path)


def row(lane: Lane, name: str) -> Row:
    (found,) = (row for row in check_all(lane.file) if row.name == name)
    return found


def rules_file(lane: Lane, version: int) -> Path:
    path = lane.folder / "books" / book_name(version, Stream.RULES)
    build_rules(path, RulesContent(label="spring", rules=()))
    return path


def members_file(lane: Lane, *, as_of_ms: int) -> Path:
    path = lane.folder / "books" / NAME
    with closing(MembersWriter(path)) as writer:
        writer.put([MemberRow(member=Member(id=MemberId("m1"), phone=SafeText("13812346021")))])
        writer.mark(version=7, as_of_ms=as_of_ms)
    return path


def now_ms() -> int:
    return int(time.time() * 1000)


def test_till_without_rules_and_members_lacks_nothing_that_is_a_fault(lane: Lane) -> None:
    assert row(lane, "rules file") == Row(
        name="rules file", level=Level.SKIP, says="HQ sent none: no promotion, no points, no tiers"
    )
    assert row(lane, "members").level is Level.SKIP


def test_newest_rules_file_is_counted(lane: Lane) -> None:
    rules_file(lane, 3)
    rules_file(lane, 4)
    found = row(lane, "rules file")
    assert (found.level, found.says) == (Level.OK, "version 4 (spring), 0 rules, 0 coupons")


def test_torn_rules_file_is_a_fault_with_a_fix(lane: Lane) -> None:
    path = rules_file(lane, 3)
    path.write_bytes(path.read_bytes()[:2000])
    found = row(lane, "rules file")
    assert (found.level, found.fix) == (Level.FAIL, "is the uplink online? HQ sends it again")


def test_rules_file_of_a_newer_version_says_to_update_the_till(lane: Lane) -> None:
    with closing(sqlite3.connect(rules_file(lane, 3), isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version=9")
    assert row(lane, "rules file").fix == "update the till first"


def test_members_of_today_are_counted(lane: Lane) -> None:
    members_file(lane, as_of_ms=now_ms())
    found = row(lane, "members")
    assert (found.level, found.says) == (Level.OK, "1 members, 0 cards, version 7")


def test_members_of_last_week_are_a_warning(lane: Lane) -> None:
    members_file(lane, as_of_ms=now_ms() - 7 * DAY_MS)
    found = row(lane, "members")
    assert (found.level, found.says) == (Level.WARN, "1 members, 0 cards, version 7, 7 days old")


def test_members_that_are_still_on_their_way_are_a_warning(lane: Lane) -> None:
    members_file(lane, as_of_ms=0)
    assert row(lane, "members").level is Level.WARN
    (lane.folder / "books" / NAME).write_bytes(b"")
    assert (row(lane, "members").level, row(lane, "members").fix) == (
        Level.WARN,
        "the uplink is at it: ask again soon",
    )


def test_damaged_members_are_a_fault_that_the_uplink_mends(lane: Lane) -> None:
    path = members_file(lane, as_of_ms=now_ms())
    path.write_bytes(path.read_bytes()[:100] + b"x" * 4000)
    found = row(lane, "members")
    assert found.level is Level.FAIL
    assert found.fix.startswith("systemctl restart guitai-uplink")
