"""The decoder of serial scanners: raw bytes ended by CR, LF or CR LF, real GS, UTF-8 or GB18030 (sans-IO)."""

import re
from typing import Final

from terminal.drivers.scanner.reading import MAX_LENGTH, RawCode, RawFault, Reading
from terminal.ports.devices import ScanFaultKind

_SUFFIX: Final = re.compile(rb"[\r\n]")
_MAX_BYTES: Final = 4 * MAX_LENGTH


class SerialDecoder:
    """Turns bytes into codes."""

    def __init__(self) -> None:
        self._pending = b""
        self._skipping = False

    @property
    def pending(self) -> bool:
        """Whether a code has begun (or is being skipped) and its suffix has not come."""
        return bool(self._pending) or self._skipping

    def feed(self, data: bytes, *, at_ms: int) -> list[Reading]:
        """Take bytes, cut anywhere, and return what they completed; ``at_ms`` is when they arrived."""
        *ended, self._pending = _SUFFIX.split(self._pending + data)
        found = [reading for raw in ended for reading in self._end(raw, at_ms)]
        if len(self._pending) > _MAX_BYTES and not self._skipping:
            self._skipping = True
            found.append(RawFault(kind=ScanFaultKind.TOO_LONG, at_ms=at_ms))
        if self._skipping:
            self._pending = b""
        return found

    def flush(self, at_ms: int) -> RawFault | None:
        """End what is pending after a silence: a half read, or nothing when it was being skipped."""
        half = bool(self._pending)
        self._pending, self._skipping = b"", False
        return RawFault(kind=ScanFaultKind.HALF_READ, at_ms=at_ms) if half else None

    def _end(self, raw: bytes, at_ms: int) -> list[Reading]:
        if self._skipping:
            self._skipping = False
            return []
        text = decode_text(raw)
        if text is None:
            return [RawFault(kind=ScanFaultKind.BAD_BYTES, at_ms=at_ms)]
        if len(text) > MAX_LENGTH:
            return [RawFault(kind=ScanFaultKind.TOO_LONG, at_ms=at_ms)]
        return [RawCode(text=text, at_ms=at_ms)] if text else []


def decode_text(raw: bytes) -> str | None:
    """Return the text of bytes that are UTF-8 or else GB18030, None when they are neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
