"""A store of HQ for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.store.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "hq.db")
    yield made
    made.close()
