"""The kernel's printer driver as a cable: a read-write node, and the port status that only a real one can tell."""

import fcntl
from array import array
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Final, Self

import pytest

from simulators.cables.pty import PtyCable
from simulators.escpos.printer import EscposPrinter
from terminal.drivers.links import usblp

LPGETSTATUS: Final = 0x060B


class UsblpCable(PtyCable):
    """A printer behind a node that is opened like ``/dev/usb/lp0``.

    The node is a pty: bytes, full buffers, stalls and unplugging are the system's own. What it cannot answer is the
    ioctl for the port status: that, and nothing else, is answered here, with the printer's own byte.
    """

    def __init__(self, printer: EscposPrinter, *, link: Path) -> None:
        super().__init__(printer, link=link)
        self._printer = printer
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        self._patch.setattr(usblp, "fcntl", SimpleNamespace(ioctl=self._ioctl))
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._patch.undo()

    @property
    def address(self) -> str:
        return f"usblp:{self.path}"

    def _ioctl(self, fd: int, request: int, status: "array[int]", mutate: bool) -> int:
        if request != LPGETSTATUS or not self.plugged:
            return int(fcntl.ioctl(fd, request, status, mutate))
        status[0] = self._printer.port_status()
        return 0
