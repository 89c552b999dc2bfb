"""The two kinds of links that drivers see, and the loop that writes all of something.

A `ByteLink` is a blocking duplex of bytes, owned by the one thread of its device. A `StreamLink` is read on the loop
when its file descriptor is readable. Errors are `DeviceAbsentError` (not there, gone), `DeviceBusyError` (another
process owns it), `DeviceTimeoutError` (no byte was taken in time), `DeviceError` (anything else that the cable says).
"""

from dataclasses import dataclass
from typing import Final, Protocol

from terminal.domain.errors import DeviceError

CHUNK_BYTES: Final = 4096
"""What one write offers at most: the receive buffer of small printers (DEVICES §6)."""

PARTLY_TAKEN: Final = "partly_taken"
"""The code of a time-out after which some of the bytes may have been taken."""


class ByteLink(Protocol):
    """A blocking duplex of bytes."""

    def write(self, data: memoryview, *, timeout_s: float) -> int:
        """Offer bytes and return how many were taken, at least one.

        `DeviceTimeoutError`: none of them was taken in time; with the code `PARTLY_TAKEN` the link cannot know, and the
        same bytes are to be offered again. `DeviceAbsentError`: the device is gone.
        """

    def read(self, *, timeout_s: float) -> bytes:
        """Return what has arrived, or ``b""`` after a silence of ``timeout_s``; `DeviceAbsentError` when it is gone."""

    def port_problem(self) -> str:
        """Return what the cable knows of the printer besides its bytes: ``paper_out``, ``offline``, …, or ``""``."""

    def close(self) -> None:
        """Let go of the device; never raises."""


class StreamLink(Protocol):
    """A stream of bytes that the loop waits for."""

    def fileno(self) -> int:
        """Return the descriptor to wait for."""

    def read_ready(self) -> bytes:
        """Return what is there without waiting, ``b""`` for nothing; `DeviceAbsentError` when it is gone."""

    def held_keys(self) -> frozenset[int]:
        """Return the key codes that are down now; empty for links that have no keys."""

    def close(self) -> None:
        """Let go of the device; never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How far a write came: bytes taken, and the error that ended it early, if one did."""

    taken: int
    error: DeviceError | None = None


def write_all(link: ByteLink, data: bytes, *, timeout_s: float) -> Written:
    """Write all bytes in chunks; each chunk (or rest of one) may wait ``timeout_s``. Short writes are gone on with."""
    view = memoryview(data)
    taken = 0
    while taken < len(view):
        try:
            taken += link.write(view[taken : taken + CHUNK_BYTES], timeout_s=timeout_s)
        except DeviceError as error:
            return Written(taken=taken, error=error)
    return Written(taken=taken)
