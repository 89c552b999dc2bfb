from pathlib import Path

import pytest

from terminal.wire.book.building import build_book
from terminal.wire.files.streams import book_name
from tests.unit.wire_book.books import CONTENT


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / book_name(7)
    build_book(path, CONTENT)
    return path
