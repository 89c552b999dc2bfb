"""A picture as text: what stands beside its PNG, and what the tests of the screen keep."""

from collections.abc import Sequence

from terminal.tui.paper import Row, Tone, cells


def plain(rows: Sequence[Row]) -> str:
    """Return rows as lines of text: a pixel of a big digit is ``#``, the end of a row is cut."""
    return "".join(f"{_line(row)}\n" for row in rows)


def _line(row: Row) -> str:
    return "".join("#" if tone is Tone.PIXEL else text for text, tone in cells(row)).rstrip()
