from pathlib import Path

import pytest

from terminal.wire.files.streams import Stream, book_name
from terminal.wire.rules.building import build_rules
from tests.unit.wire_rules.rules import CONTENT


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / book_name(7, Stream.RULES)
    build_rules(path, CONTENT)
    return path
