"""Real-time commands: seen in the bytes as they arrive, whatever command they stand in, and acted on at once.

Source: Epson ESC/POS command reference, pages on DLE EOT, DLE ENQ and DLE DC4, whose notes warn that the sequences are
executed inside other commands' data too.
"""

import re
from collections.abc import Iterator

# DLE EOT n (1-4), DLE ENQ n (0-2), DLE DC4 1 m t (m 0-1, t 1-8).
REAL_TIME = re.compile(rb"\x10(?:\x04[\x01-\x04]|\x05[\x00-\x02]|\x14\x01[\x00\x01][\x01-\x08])")
_LONGEST = 5


class RealTimeWatch:
    """Finds real-time commands in a stream, also where it was split in the middle of one."""

    def __init__(self) -> None:
        self._tail = b""

    def split(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Pieces of ``data``, each with the real-time command that it completes (``b""`` for the last piece)."""
        window = self._tail + data
        known = len(self._tail)
        done = 0
        for found in REAL_TIME.finditer(window):
            yield window[max(done, known) : found.end()], found.group()
            done = found.end()
        yield window[max(done, known) :], b""
        self._tail = window[max(done, len(window) - _LONGEST + 1) :]
