"""The mark of a till that was ended in order."""

from dataclasses import replace
from pathlib import Path

import pytest

from terminal.offline.ended import NAME, leave_mark, take_mark
from terminal.ports.journal import Head

HEAD = Head(epoch=2, seq=41, hash=b"\x07" * 32)


def test_mark_holds_once(tmp_path: Path) -> None:
    leave_mark(tmp_path, HEAD)
    assert [take_mark(tmp_path, HEAD), take_mark(tmp_path, HEAD)] == [True, False]


@pytest.mark.parametrize("change", [{"epoch": 3}, {"seq": 42}, {"hash": b"\x08" * 32}])
def test_mark_of_another_end_of_the_journal_says_nothing(tmp_path: Path, change: dict[str, object]) -> None:
    leave_mark(tmp_path, HEAD)
    assert not take_mark(tmp_path, replace(HEAD, **change))  # type: ignore[arg-type]
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("body", [b"", b"2 4", b"\xff\xfe"])
def test_damaged_mark_says_nothing(tmp_path: Path, body: bytes) -> None:
    (tmp_path / NAME).write_bytes(body)
    assert not take_mark(tmp_path, HEAD)
