"""Pictures as text, kept in ``golden/``.

``GUITAI_WRITE_GOLDEN=1`` writes what is drawn now; the difference is then read by a person, in git.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from lab.pictures.plain import plain
from terminal.tui.paper import Row

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, rows: Sequence[Row]) -> None:
    """Compare with the picture that is kept."""
    path = FOLDER / f"{name}.txt"
    drawn = plain(rows)
    if os.environ.get("GUITAI_WRITE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")
