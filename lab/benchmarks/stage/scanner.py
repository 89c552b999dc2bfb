"""A scanner whose events are made before the clock runs: one write a code, whole."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from simulators.wedge import Wedge


def typed(code: str) -> bytes:
    """Return the input events of one code with Enter; the kernel takes them in one piece (they fit PIPE_BUF)."""
    written: list[bytes] = []
    Wedge(written.append).scan(code)
    return b"".join(written)


class Scanner:
    """The writing end of a FIFO that a till reads. Opening it waits until somebody reads."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def write(self, events: bytes) -> None:
        """Write input events; waits while the reader does not read."""
        os.write(self._descriptor, events)
