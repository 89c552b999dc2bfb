"""Frames of the nexo protocol on a stream of bytes: four bytes of length, big endian, then so many bytes of JSON."""

import struct

LENGTH = struct.Struct(">I")
LONGEST = 64 * 1024
"""Bytes of a message; no terminal sends a receipt that is longer."""


class FrameError(ValueError):
    """The stream is out of step: nothing behind can be read."""


def framed(body: bytes) -> bytes:
    """Return a message with its length."""
    return LENGTH.pack(len(body)) + body


class Frames:
    """Takes a stream apart, however its bytes come."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole now; `FrameError` for a length that cannot be."""
        self._buffer += data
        found = []
        while len(self._buffer) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._buffer)
            if length > LONGEST:
                raise FrameError(f"a message of {length} bytes")
            end = LENGTH.size + length
            if len(self._buffer) < end:
                break
            found.append(self._buffer[LENGTH.size : end])
            self._buffer = self._buffer[end:]
        return found
