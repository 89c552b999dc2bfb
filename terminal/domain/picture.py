"""A black and white picture for paper, and how large one may be."""

from typing import Final

from msgspec import Struct

MAX_WIDTH_DOTS: Final = 384
"""What fits on 58 mm of paper (48 mm printable, 8 dots a millimetre), and so on any."""
MAX_HEIGHT_DOTS: Final = 192
"""24 mm: every receipt pays for it in paper."""
MAX_DATA_BYTES: Final = 6144
"""128 rows of the full width: 6.4 s on the slowest cable, a serial one at 9600 baud."""


class Picture(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of ``width_bytes`` bytes from top to bottom, the leftmost dot in bit 7, 1 = black.

    `ValueError` (`msgspec.ValidationError` when decoded) when its last row is not whole, or it is too large for paper.
    """

    width_bytes: int
    data: bytes

    def __post_init__(self) -> None:
        if not 1 <= self.width_bytes <= MAX_WIDTH_DOTS // 8:
            raise ValueError(f"a picture is 8 to {MAX_WIDTH_DOTS} dots wide, not {self.width_bytes * 8}")
        if not self.data or len(self.data) % self.width_bytes:
            raise ValueError(f"a picture of {len(self.data)} bytes has no whole rows of {self.width_bytes}")
        if self.height_dots > MAX_HEIGHT_DOTS:
            raise ValueError(f"a picture is at most {MAX_HEIGHT_DOTS} dots high, not {self.height_dots}")
        if len(self.data) > MAX_DATA_BYTES:
            raise ValueError(f"a picture has at most {MAX_DATA_BYTES} bytes, not {len(self.data)}")

    @property
    def height_dots(self) -> int:
        """The number of rows."""
        return len(self.data) // self.width_bytes

    @property
    def rows(self) -> tuple[bytes, ...]:
        """The rows from top to bottom."""
        starts = range(0, len(self.data), self.width_bytes)
        return tuple(self.data[start : start + self.width_bytes] for start in starts)
