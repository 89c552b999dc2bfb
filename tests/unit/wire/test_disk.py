import hashlib
from pathlib import Path

import pytest

from terminal.wire.disk import file_sha256, flush


def test_digest_of_a_file_is_that_of_all_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "book"
    data = bytes(range(256)) * 4096
    path.write_bytes(data)
    assert file_sha256(path) == hashlib.sha256(data).digest()


def test_files_and_folders_are_flushed_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    flush(path)
    flush(tmp_path)
    with pytest.raises(FileNotFoundError):
        flush(tmp_path / "none")
    assert path.read_bytes() == b"x"
