"""The keys that move the selection of a list."""

from terminal.checkout.outcome import KeyTurn


def moved(turn: KeyTurn, at: int, *, last: int) -> int:
    """Return the row that a key leads to, from 0 to the last: by a row, by a page of the screen, or to an end."""
    page = max(1, turn.cause.rows - 1)
    to = {"up": at - 1, "down": at + 1, "pageup": at - page, "pagedown": at + page, "home": 0, "end": last}
    return min(max(to[turn.cause.name], 0), max(0, last))
