"""How commands print: a table for people, one line of JSON for programs."""

import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

MS_PER_S = 1000


def print_json(value: object) -> None:
    """Print one line of JSON."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def print_line(text: str) -> None:
    """Print one line."""
    sys.stdout.write(text + "\n")


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print columns as wide as their content; East Asian characters count two."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        line = "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print_line(line.rstrip())


def when(at_ms: int, *, none: str = "-") -> str:
    """Return a time (UTC, ms) as people at HQ read it: in the zone of this machine; ``none`` for 0, which is no time.

    What tills wrote in the time of their store is shown as they wrote it.
    """
    return f"{datetime.fromtimestamp(at_ms / MS_PER_S, UTC).astimezone():%Y-%m-%d %H:%M:%S}" if at_ms else none


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
