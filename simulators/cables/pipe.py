"""A FIFO as the cable of a keyboard-like device, and a FIFO into which a till beeps."""

import errno
import os
import select
from pathlib import Path
from types import TracebackType
from typing import Self

_WRITE_TIMEOUT_MS = 5_000


class FifoCable:
    """Carries bytes to whoever reads the FIFO at ``path``, which is made here.

    Like a device node, it keeps nothing for a reader that is not there: what is written while nobody has it open is
    lost, and what a dead reader had not read is gone with it. The reader should open it read-write and non-blocking
    (DEVICES.md section 0). ``unplug`` removes the path, ``plug`` makes a new FIFO there.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.lost_bytes = 0

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    @property
    def address(self) -> str:
        """As a till's configuration names it."""
        return f"pipe:{self.path}"

    @property
    def plugged(self) -> bool:
        """Whether the FIFO is there."""
        return self.path.is_fifo()

    def plug(self) -> None:
        """Make the FIFO; one that is there already is kept (with its reader)."""
        if not self.path.is_fifo():
            os.mkfifo(self.path, 0o660)

    def unplug(self) -> None:
        """Remove the FIFO; a reader keeps a dead descriptor."""
        self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> bool:
        """Write all of it; False and counted as lost when nobody reads. ``TimeoutError`` when the reader hangs."""
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno not in {errno.ENXIO, errno.ENOENT}:
                raise
            self.lost_bytes += len(data)
            return False
        try:
            _write_all(descriptor, data)
        except BrokenPipeError:
            self.lost_bytes += len(data)
            return False
        finally:
            os.close(descriptor)
        return True


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    poller = select.poll()
    poller.register(descriptor, select.POLLOUT)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            if not poller.poll(_WRITE_TIMEOUT_MS):
                raise TimeoutError("the reader of the FIFO does not read") from None
