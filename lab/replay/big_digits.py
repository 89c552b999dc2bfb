"""Reads the big digits of a screen: an eye of its own, so that what a customer sees is compared, not what was sent."""

from collections.abc import Sequence

ROWS = 5
_SHAPES = {
    ("###", "#.#", "#.#", "#.#", "###"): "0",
    (".#.", "##.", ".#.", ".#.", "###"): "1",
    ("###", "..#", "###", "#..", "###"): "2",
    ("###", "..#", "###", "..#", "###"): "3",
    ("#.#", "#.#", "###", "..#", "..#"): "4",
    ("###", "#..", "###", "..#", "###"): "5",
    ("###", "#..", "###", "#.#", "###"): "6",
    ("###", "..#", "..#", "..#", "..#"): "7",
    ("###", "#.#", "###", "#.#", "###"): "8",
    ("###", "#.#", "###", "..#", "###"): "9",
    ("...", "...", "###", "...", "..."): "-",
    (".", ".", ".", ".", "#"): ".",
}


def read_digits(lit: Sequence[str]) -> str:
    """Return the number that five rows of ``#`` (lit) and ``.`` cells show; empty when it is none.

    A pixel is two cells wide, or one where the room is small; one cell stands between two digits.
    """
    columns = list(zip(*lit, strict=True))
    used = [index for index, column in enumerate(columns) if "#" in column]
    if not used:
        return ""
    rows = [row[used[0] : used[-1] + 1] for row in lit]
    return _read(rows, pixel=2) or _read(rows, pixel=1)


def _read(rows: list[str], *, pixel: int) -> str:
    number = ""
    while rows[0]:
        for shape, digit in _SHAPES.items():
            width = len(shape[0]) * pixel
            if all(_is(row[:width], part, pixel) for row, part in zip(rows, shape, strict=True)):
                number += digit
                rows = [row[width + 1 :] for row in rows]
                break
        else:
            return ""
    return number


def _is(cells: str, part: str, pixel: int) -> bool:
    return cells == "".join(char * pixel for char in part)
