"""What a demo says when it is left."""

from pathlib import Path

import pytest

from lab.demo import farewell
from lab.demo.farewell import still_open, told
from lab.operator import Seen
from terminal.wire.counter.view import Totals


@pytest.mark.parametrize(
    ("lines", "due", "words"), [(0, "0.00", ""), (1, "3.50", "1 line, 3.50"), (3, "12.40", "3 lines, 12.40")]
)
def test_open_sale_is_told(lines: int, due: str, words: str) -> None:
    said = told(Seen(totals=Totals(lines=lines, due=due)))
    assert words in said
    assert bool(said) == (lines > 0)


async def test_till_that_is_gone_has_nothing_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farewell, "LOOK_S", 0.05)
    assert await still_open(tmp_path) == ""
