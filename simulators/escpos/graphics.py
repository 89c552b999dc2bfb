"""Pictures of ESC/POS: GS v 0, GS ( L / GS 8 L, ESC *."""

from collections.abc import Callable

from simulators.escpos.paper import Align, Raster
from simulators.escpos.realtime import REAL_TIME


class Graphics:
    """Decodes pictures; holds the print buffer of GS ( L. ``complain`` is told what is wrong."""

    def __init__(self, complain: Callable[[str], None]) -> None:
        self._complain = complain
        self._stored: Raster | None = None

    def raster(self, args: bytes, align: Align) -> Raster | None:
        """GS v 0 m xL xH yL yH d…: m bit 0 double width, bit 1 double height."""
        if args[0] != ord("0"):
            self._complain(f"GS v {args[0]}: no such function")
            return None
        row_bytes, height = _word(args, 2), _word(args, 4)
        if not row_bytes * height:
            self._complain("GS v 0: an empty picture")
            return None
        self._check_real_time(args[6:])
        scale_x, scale_y = 1 + (args[1] & 1), 1 + (args[1] >> 1 & 1)
        return Raster(width=row_bytes * 8, height=height, rows=args[6:], align=align, scale_x=scale_x, scale_y=scale_y)

    def function(self, data: bytes, align: Align) -> Raster | None:
        """GS ( L m fn …: fn 112 stores a picture (m 48, a 48, bx by c xL xH yL yH d…), fn 2 and 50 print it."""
        if data[1:2] in {b"\x02", b"\x32"}:
            stored, self._stored = self._stored, None
            return stored
        if data[1:3] != b"\x70\x30" or len(data) < 10:
            self._complain(f"GS ( L {data[:3].hex(' ')}: no such function")
            return None
        width, height = _word(data, 6), _word(data, 8)
        rows = data[10:]
        if not rows or len(rows) != (width + 7) // 8 * height:
            self._complain("GS ( L: the picture's size and its data differ")
            return None
        self._check_real_time(rows)
        self._stored = Raster(
            width=width,
            height=height,
            rows=rows,
            align=align,
            scale_x=max(1, min(2, data[3])),
            scale_y=max(1, min(2, data[4])),
        )
        return None

    def columns(self, args: bytes, align: Align) -> Raster | None:
        """ESC * m nL nH d…: columns of 8 or 24 dots; m 0 and 32 have half the horizontal density."""
        column_bytes = 3 if args[0] in {32, 33} else 1
        data = args[3:]
        if not data:
            self._complain("ESC *: an empty picture")
            return None
        width = len(data) // column_bytes
        rows = _turned(data, column_bytes, width)
        scale_x = 2 if args[0] in {0, 32} else 1
        scale_y = 1 if column_bytes == 3 else 3
        return Raster(width=width, height=column_bytes * 8, rows=rows, align=align, scale_x=scale_x, scale_y=scale_y)

    def _check_real_time(self, data: bytes) -> None:
        if REAL_TIME.search(data):
            self._complain("a picture that contains a real-time command")


def _turned(data: bytes, column_bytes: int, width: int) -> bytes:
    """Rows of packed bits from columns of packed bits."""
    row_bytes = (width + 7) // 8
    rows = bytearray(row_bytes * column_bytes * 8)
    for x in range(width):
        for y in range(column_bytes * 8):
            if data[x * column_bytes + y // 8] >> (7 - y % 8) & 1:
                rows[y * row_bytes + x // 8] |= 0x80 >> x % 8
    return bytes(rows)


def _word(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 2], "little")
