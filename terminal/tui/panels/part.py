"""What a panel draws, and where it goes."""

from dataclasses import dataclass
from enum import Enum, auto

from terminal.tui.paper import Row


class Place(Enum):
    """How much of the body a panel takes."""

    WHOLE = auto()
    """All of it."""
    LOWER = auto()
    """The lower part, totals included: it shows its own amounts. The basket keeps what is left."""
    ABOVE_TOTALS = auto()
    """The lower rows of the basket; the totals stay."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a panel from the top, without blanks at the end."""

    place: Place
    rows: list[Row]
