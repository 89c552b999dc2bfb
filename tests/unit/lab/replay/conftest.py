"""The data set of a test in place of the real one."""

from pathlib import Path

import pytest


@pytest.fixture
def data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("pyarrow", reason="the extra 'replay' is not installed")
    from tests.unit.lab.replay.sets import write_set  # noqa: PLC0415 - needs the extra

    folder = tmp_path / "set"
    folder.mkdir()
    write_set(folder)
    monkeypatch.setattr("lab.replay.data._folder", lambda: folder)
    return folder
