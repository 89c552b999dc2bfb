"""A store of HQ for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.cli import main
from hq.store.sqlite import SqliteStore
from tests.unit.hq.commands import GOODS, SHOP


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "hq.db")
    yield made
    made.close()


@pytest.fixture
def state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "hq"
    assert main(["--state", str(folder), "init"]) == 0
    assert "hq_keys = [" in capsys.readouterr().out
    (tmp_path / "goods.csv").write_text(GOODS, encoding="utf-8")
    (tmp_path / "shop.toml").write_text(SHOP, encoding="utf-8")
    return folder
