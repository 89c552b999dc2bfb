from pathlib import Path

import pytest

from terminal.wire.members.schema import NAME
from terminal.wire.members.writing import MembersContent, build_members
from tests.unit.wire_members.members import ROWS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    build_members(path, MembersContent(rows=ROWS, version=7, as_of_ms=1_795_000_000_000))
    return path
