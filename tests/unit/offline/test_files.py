"""What SQLite and the kernel say becomes one of our errors: full, damaged, or something that passes."""

import errno
import sqlite3
from pathlib import Path

import pytest

from terminal.domain.errors import ChainError, DiskFullError, JournalError
from terminal.offline.files import is_journal_name, journal_errors, journal_file

FILE = Path("journal-1-1.db")


def told(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("sqlite says so")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (told(sqlite3.SQLITE_FULL), DiskFullError),
        (told(sqlite3.SQLITE_BUSY), JournalError),
        (told(sqlite3.SQLITE_READONLY_DBMOVED), JournalError),
        (told(sqlite3.SQLITE_IOERR_FSYNC), JournalError),
        (told(sqlite3.SQLITE_IOERR_READ), ChainError),
        (told(sqlite3.SQLITE_ERROR), ChainError),
        (told(sqlite3.SQLITE_NOTADB), ChainError),
        (sqlite3.OperationalError("Could not decode to UTF-8"), ChainError),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "invalid"), ChainError),
        (OSError(errno.ENOSPC, "No space left on device"), DiskFullError),
        (OSError(errno.EROFS, "Read-only file system"), JournalError),
    ],
)
def test_causes_become_errors_of_ours(cause: Exception, kind: type[JournalError]) -> None:
    with pytest.raises(JournalError, match=r"journal-1-1\.db") as caught, journal_errors(FILE):
        raise cause
    assert type(caught.value) is kind
    assert caught.value.__cause__ is cause


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    with pytest.raises(sqlite3.ProgrammingError), journal_errors(FILE):
        raise sqlite3.ProgrammingError("closed")


def test_names_of_files(tmp_path: Path) -> None:
    assert journal_file(tmp_path, epoch=2, number=13).path == tmp_path / "journal-2-13.db"
    assert is_journal_name("journal-2-13.db")
    assert not any(is_journal_name(name) for name in ("journal-2.db", "journal-2-13.db-wal", "../journal-1-1.db"))
