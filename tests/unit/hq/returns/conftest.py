"""HQ for one test."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.hq.returns.bench import Hq


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    with closing(Hq(tmp_path)) as made:
        yield made
