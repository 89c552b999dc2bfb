"""Checked files of members."""

from pathlib import Path

import pytest

from terminal.domain.errors import BookInvalidError, MembersError
from terminal.wire.files.streams import Stream
from terminal.wire.members.checking import MembersSummary, check_members
from terminal.wire.whole import checked_rows
from tests.unit.wire_members.members import change


def test_a_file_counts_and_says_what_was_put_into_it(file: Path) -> None:
    assert check_members(file) == MembersSummary(version=7, as_of_ms=1_795_000_000_000, members=3, cards=3)


def test_a_whole_file_counts_its_members_and_is_refused_like_any_other(file: Path) -> None:
    assert checked_rows(file, Stream.MEMBERS) == 3
    change(file, "CREATE TABLE more(x)")
    with pytest.raises(BookInvalidError, match="differs"):
        checked_rows(file, Stream.MEMBERS)


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE more(x)", "DROP INDEX member_tail", "CREATE VIEW more AS SELECT 1"]
)
def test_another_schema_is_refused(file: Path, statement: str) -> None:
    change(file, statement)
    with pytest.raises(MembersError, match=r"the schema of members\.db differs"):
        check_members(file)


def test_damage_is_found(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[3 * 4096 + 8 : 3 * 4096 + 200] = b"\xff" * 192
    file.write_bytes(data)
    with pytest.raises(MembersError, match="damaged"):
        check_members(file)


def test_what_was_never_told_is_nothing(file: Path) -> None:
    change(file, "DELETE FROM meta WHERE k = 'version'", "UPDATE meta SET v = 'noon' WHERE k = 'as_of_ms'")
    summary = check_members(file)
    assert (summary.version, summary.as_of_ms) == (0, 0)
