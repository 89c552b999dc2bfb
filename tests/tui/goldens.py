"""Pictures as text, kept in ``golden/``: a pixel of a big digit is ``#``, the end of the row is cut.

``GUITAI_WRITE_GOLDEN=1`` writes what is drawn now; the difference is then read by a person, in git.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from terminal.tui.paper import Row, Tone, cells

FOLDER = Path(__file__).parent / "golden"


def picture(rows: Sequence[Row]) -> str:
    """Return rows as lines of text."""
    return "".join(f"{_line(row)}\n" for row in rows)


def assert_golden(name: str, rows: Sequence[Row]) -> None:
    """Compare with the picture that is kept."""
    path = FOLDER / f"{name}.txt"
    drawn = picture(rows)
    if os.environ.get("GUITAI_WRITE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def _line(row: Row) -> str:
    return "".join("#" if tone is Tone.PIXEL else text for text, tone in cells(row)).rstrip()
