"""Written files of members: whole transactions beside a reader, and a whole file in the place of another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.domain.errors import MembersError
from terminal.domain.members.cards import MemberCard
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.members.checking import check_members, read_event
from terminal.wire.members.opening import open_members
from terminal.wire.members.rows import SQL_BY_CARD, SQL_BY_ID, MemberRow, card_values, decode_row
from terminal.wire.members.schema import NAME
from terminal.wire.members.writing import ROWS_AT_ONCE, MembersContent, MembersWriter, build_members
from tests.unit.wire_members.members import LI, ROWS, WANG, change


def owner(path: Path, card: MemberCard) -> str | None:
    with closing(open_members(path)) as connection:
        row = connection.execute(SQL_BY_CARD, card_values(card)).fetchone()
        return decode_row(row[0]).member.id if row is not None else None


def known(path: Path, member: str) -> MemberRow | None:
    with closing(open_members(path)) as connection:
        row = connection.execute(SQL_BY_ID, (member,)).fetchone()
        return decode_row(row[0]) if row is not None else None


def many(count: int) -> Iterator[MemberRow]:
    for number in range(count):
        yield MemberRow(member=Member(id=MemberId(f"N{number:07d}")))


def test_a_file_is_made_where_there_is_none_and_knows_nothing(tmp_path: Path) -> None:
    with closing(MembersWriter(tmp_path / NAME)) as writer:
        assert writer.version == 0
    assert check_members(tmp_path / NAME).members == 0


def test_rows_that_were_put_are_there_and_the_next_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with closing(MembersWriter(path)) as writer:
        writer.put(ROWS)
        writer.mark(version=3, as_of_ms=5)
    with closing(MembersWriter(path)) as writer:
        assert writer.version == 3
    assert known(path, "M0001") == WANG
    assert (check_members(path).as_of_ms, check_members(path).cards) == (5, 3)


def test_a_newer_row_takes_the_place_of_the_older_with_its_cards(file: Path) -> None:
    newer = replace(WANG, cards=WANG.cards[:1], seq=1300)
    with closing(MembersWriter(file)) as writer:
        writer.put([newer])
    assert known(file, "M0001") == newer
    assert owner(file, WANG.cards[0]) == "M0001"
    assert owner(file, WANG.cards[1]) is None


@pytest.mark.parametrize(
    "older", [{"version": 6, "seq": 9999}, {"version": 7, "seq": 1299}, {"version": 7, "epoch": 0}]
)
def test_an_older_row_never_takes_the_place_of_a_newer_one(file: Path, older: dict[str, int]) -> None:
    newer = replace(WANG, version=7, seq=1300)
    with closing(MembersWriter(file)) as writer:
        writer.put([newer])
        writer.put([replace(newer, cards=(), **older)])
        assert known(file, "M0001") == newer
        again = replace(newer, seq=1301)
        writer.put([again, again])
    assert known(file, "M0001") == again
    assert owner(file, WANG.cards[0]) == "M0001"


def test_a_card_that_is_anothers_by_now_stays_when_its_first_owner_gets_a_row(file: Path) -> None:
    card = WANG.cards[0]
    with closing(MembersWriter(file)) as writer:
        writer.put([replace(LI, cards=(card,))])
        writer.put([replace(WANG, cards=())])
    assert owner(file, card) == "M0002"


def test_a_member_who_is_removed_is_found_by_nothing(file: Path) -> None:
    with closing(MembersWriter(file)) as writer:
        writer.remove([WANG.member.id, MemberId("nobody")])
    assert known(file, "M0001") is None
    assert owner(file, WANG.cards[0]) is None
    assert known(file, "M0002") == LI


def test_a_transaction_has_no_more_rows_than_a_reader_can_wait_for(tmp_path: Path) -> None:
    path, seen = tmp_path / NAME, []

    def rows() -> Iterator[MemberRow]:
        for row in many(2 * ROWS_AT_ONCE + 1):
            if row.member.id == f"N{2 * ROWS_AT_ONCE - 1:07d}":
                seen.append(check_members(path).members)
            yield row

    with closing(MembersWriter(path)) as writer:
        writer.put(rows())
    assert seen == [ROWS_AT_ONCE]
    assert check_members(path).members == 2 * ROWS_AT_ONCE + 1


def test_rows_that_cannot_be_written_leave_those_before_them(tmp_path: Path) -> None:
    path = tmp_path / NAME
    broken = MemberRow(member=Member(id=MemberId("X")), seq=2**63)
    with closing(MembersWriter(path)) as writer:
        writer.put([LI])
        with pytest.raises(OverflowError):
            writer.put([WANG, broken])
    assert (known(path, "M0002"), known(path, "M0001")) == (LI, None)


def test_a_reader_goes_on_while_rows_are_written_and_after_the_writer_has_gone(file: Path) -> None:
    writer = MembersWriter(file)
    with closing(open_members(file)) as connection:
        writer.put([replace(LI, seq=5)])
        row = connection.execute(SQL_BY_ID, ("M0002",)).fetchone()
        assert decode_row(row[0]).seq == 5
    writer.close()
    assert {path.name for path in file.parent.iterdir()} >= {NAME, f"{NAME}-wal", f"{NAME}-shm"}
    assert known(file, "M0002") == replace(LI, seq=5)


def test_a_damaged_file_is_put_aside_and_begun_anew(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[3 * 4096 + 8 : 3 * 4096 + 200] = b"\xff" * 192
    file.write_bytes(data)
    with closing(MembersWriter(file)) as writer:
        assert writer.version == 0
    assert file.with_name(f"{NAME}.aside").read_bytes() == data


def test_what_is_no_database_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"garbage" * 3000)
    with closing(MembersWriter(path)) as writer:
        writer.put([LI])
    assert known(path, "M0002") == LI


def test_the_file_of_a_newer_uplink_is_left_alone(file: Path) -> None:
    change(file, "PRAGMA user_version=9")
    with pytest.raises(MembersError) as caught:
        MembersWriter(file)
    assert caught.value.code == "schema_too_new"
    assert file.exists()


def test_a_folder_that_is_not_there_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(MembersError) as caught:
        MembersWriter(tmp_path / "nowhere" / NAME)
    assert caught.value.code == "members_missing"


def test_a_transaction_that_ended_by_itself_is_not_ended_twice(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = MembersWriter(file)

    def rolled_back(_: object, __: object = None) -> None:
        writer._connection.execute("ROLLBACK")
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(writer, "_drop_cards", rolled_back)
    with pytest.raises(MembersError) as caught:
        writer.put([LI])
    assert caught.value.code == "members_unready"
    writer.close()


def test_a_whole_file_takes_the_place_of_one_that_a_writer_left(file: Path) -> None:
    with closing(MembersWriter(file)) as writer:
        writer.put(many(10))
    build_members(file, MembersContent(rows=[LI], version=9, as_of_ms=1))
    assert (check_members(file).members, check_members(file).version) == (1, 9)
    assert not file.with_name(f"{NAME}-wal").exists()


def test_a_whole_file_says_as_of_which_event_of_each_terminal_it_is(file: Path) -> None:
    events = {"S01-T03": (2, 1200), "S01-T04": (1, 0)}
    build_members(file, MembersContent(rows=[LI], version=9, as_of_ms=1, events=events))
    with closing(open_members(file)) as connection:
        assert {terminal: read_event(connection, terminal) for terminal in events} == events
        assert read_event(connection, "S01-T05") == (0, 0)
    change(file, "UPDATE meta SET v = 'x y' WHERE k = 'as_of:S01-T03'")
    with closing(open_members(file)) as connection:
        assert read_event(connection, "S01-T03") == (0, 0)


def test_a_whole_file_that_cannot_be_written_leaves_the_one_before(file: Path) -> None:
    too_large = MemberRow(member=Member(id=MemberId("X")), seq=2**63)
    with pytest.raises(OverflowError):
        build_members(file, MembersContent(rows=[LI, too_large], version=9, as_of_ms=1))
    assert check_members(file).version == 7
    assert [path.name for path in file.parent.iterdir()] == [NAME]
