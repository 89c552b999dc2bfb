"""Frames on the Unix sockets: 4 bytes length (big endian), then one MessagePack message."""

import struct

from terminal.domain.errors import InputError

MAX_FRAME = 1 << 20
"""Bytes; a longer frame is an error, never an allocation."""
_LENGTH = struct.Struct(">I")


def frame(body: bytes) -> bytes:
    """Return a body with its length in front; `InputError` above `MAX_FRAME`."""
    if len(body) > MAX_FRAME:
        raise InputError(f"frame of {len(body)} bytes", code="frame_too_long")
    return _LENGTH.pack(len(body)) + body


class FrameReader:
    """Turns a byte stream into frames (sans-IO)."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes as they come and return the bodies that are whole; `InputError` for a length above the limit."""
        self._buffer += data
        bodies: list[bytes] = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MAX_FRAME:
                raise InputError(f"frame of {length} bytes", code="frame_too_long")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            bodies.append(bytes(self._buffer[_LENGTH.size : end]))
            del self._buffer[:end]
        return bodies
