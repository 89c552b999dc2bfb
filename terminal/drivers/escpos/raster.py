"""Pictures as GS v 0 rasters, sliced, and free of what a printer would obey in the middle of them.

A printer executes DLE EOT, DLE ENQ and DLE DC4 (10 04, 10 05, 10 14) wherever they pass, also inside raster data
(Epson ESC/POS reference, "real-time commands"). Between two rows a new slice parts them; inside a row one dot is set.
"""

from typing import Final

from terminal.domain.picture import Picture

_DLE: Final = 0x10
_OBEYED: Final = frozenset({0x04, 0x05, 0x14})
_DOT: Final = 0x02  # 04 → 06, 05 → 07, 14 → 16: none of them is obeyed
SLICE_ROWS: Final = 24


def raster_commands(picture: Picture) -> list[bytes]:
    """Return GS v 0 m xL xH yL yH data commands, one a slice."""
    slices: list[list[bytes]] = []
    for row in map(_disarmed, picture.rows):
        full = not slices or len(slices[-1]) == SLICE_ROWS
        if full or _obeyed(slices[-1][-1][-1], row[0]):
            slices.append([])
        slices[-1].append(row)
    return [_command(picture.width_bytes, rows) for rows in slices]


def _command(width_bytes: int, rows: list[bytes]) -> bytes:
    # 1D 76 30 = GS v 0, m = 0 normal size, x = bytes a row, y = rows, both little-endian
    return b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + len(rows).to_bytes(2, "little") + b"".join(rows)


def _disarmed(row: bytes) -> bytes:
    """Set one dot in the second byte of each sequence that would be obeyed."""
    changed = bytearray(row)
    for index in range(1, len(changed)):
        if _obeyed(changed[index - 1], changed[index]):
            changed[index] |= _DOT
    return bytes(changed)


def _obeyed(first: int, second: int) -> bool:
    return first == _DLE and second in _OBEYED
