"""Opened files of members: what is missing, foreign, newer or damaged is named; what is open cannot be written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from terminal.domain.errors import MembersError
from terminal.wire.members.opening import open_members, reading
from terminal.wire.members.schema import NAME
from tests.unit.wire_members.members import change


def refusal(path: Path) -> str:
    with pytest.raises(MembersError) as caught:
        open_members(path)
    return caught.value.code


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert refusal(tmp_path / NAME) == "members_missing"
    assert not (tmp_path / NAME).exists()


def test_a_newer_file_is_refused_by_name(file: Path) -> None:
    change(file, "PRAGMA user_version=2")
    assert refusal(file) == "schema_too_new"


def test_another_database_is_refused(file: Path) -> None:
    change(file, "PRAGMA application_id=1")
    assert refusal(file) == "members_damaged"


def test_what_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"members" * 1000)
    assert refusal(file) == "members_damaged"


def test_a_reader_cannot_write(file: Path) -> None:
    with closing(open_members(file)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM member")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, "members_unready"),
        (sqlite3.SQLITE_IOERR_READ, "members_unready"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "members_damaged"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, "members_missing"),
    ],
)
def test_what_passes_is_told_from_damage(code: int, expected: str) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    with pytest.raises(MembersError) as caught, reading(Path(NAME)):
        raise error
    assert caught.value.code == expected


def test_text_that_is_no_text_is_damage_and_a_fault_of_ours_is_none() -> None:
    with pytest.raises(MembersError), reading(Path(NAME)):
        b"\xff".decode()
    with pytest.raises(sqlite3.ProgrammingError), reading(Path(NAME)):
        raise sqlite3.ProgrammingError


def test_file_that_was_just_made_is_not_ready_and_not_damaged(tmp_path: Path) -> None:
    (tmp_path / NAME).touch()
    with pytest.raises(MembersError) as caught:
        open_members(tmp_path / NAME)
    assert caught.value.code == "members_unready"
