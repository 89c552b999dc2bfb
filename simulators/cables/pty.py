"""A pseudo-terminal as the cable of a serial device.

Limits (DEVICES.md section 0): no modem lines; a write to a stalled pty blocks unless the host sets a write time-out.
"""

import os
import pty
import tty
from collections.abc import Sequence
from pathlib import Path

from simulators.cables.stream import StreamCable
from simulators.device import Device
from simulators.faults import Step


class PtyCable(StreamCable):
    """A serial device on a pty. With ``link`` a symbolic link of that path leads to the pty of each new plugging.

    After ``unplug`` the host's reads and writes fail (EIO); hosts may open and close it as often as they like.
    """

    def __init__(self, device: Device, script: Sequence[Step] = (), *, link: str | Path | None = None) -> None:
        super().__init__(device, script)
        self._link = None if link is None else Path(link)
        self._master: int | None = None
        self._slave = -1
        self._name = ""

    @property
    def path(self) -> str:
        """What the host opens: the link if there is one, else the pty of this plugging.

        Unplugged, a link is gone, but the kernel gives the name of a pty to the next that anybody opens.
        """
        return self._name if self._link is None else str(self._link)

    @property
    def address(self) -> str:
        """As a till's configuration names it."""
        return f"serial:{self.path}"

    def _open(self) -> None:
        self._master, self._slave = pty.openpty()
        # Ours stays open so that the master sees no hang-up while no host has it open; raw, so that it echoes nothing.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._name = os.ttyname(self._slave)
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(self._name)

    def _shut(self) -> None:
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        if self._master is not None:
            os.close(self._master)
            os.close(self._slave)
        self._master = None

    def _stream(self) -> int | None:
        return self._master

    def _hang_up(self) -> None:
        """A pty has no connection to lose: its hosts come and go."""

    def _listener(self) -> int | None:
        return None

    def _accept(self) -> None:
        """Nobody connects: the pty is there or not."""
