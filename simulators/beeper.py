"""Listens to the sounds of a till: 24-byte EV_SND events in a FIFO, in place of /dev/input's speaker."""

import os
import select
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from simulators.control import Beep
from simulators.wedge import INPUT_EVENT

_EV_SND = 0x12
_SND_BELL, _SND_TONE = 1, 2
_JOIN_S = 5.0


class BeepListener:
    """Makes the FIFO at ``path`` and keeps every sound written to it. The till may come and go."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._heard: list[Beep] = []
        self._rest = b""
        self._descriptor = -1
        self._stop_read, self._stop_write = -1, -1
        self._thread = threading.Thread(target=self._run, name="BeepListener", daemon=True)

    def __enter__(self) -> Self:
        if not self.path.is_fifo():
            os.mkfifo(self.path, 0o660)
        # Read-write, so that it never reads an end when a till leaves.
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self._stop_read, self._stop_write = os.pipe()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._stop_write)
        self._thread.join(_JOIN_S)
        os.close(self._stop_read)
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)

    @property
    def address(self) -> str:
        """As a till's configuration names it."""
        return f"pipe:{self.path}"

    @property
    def heard(self) -> tuple[Beep, ...]:
        """Every sound so far."""
        return tuple(self._heard)

    def feed(self, data: bytes) -> None:
        """Take bytes of events; an event may be split, other kinds of events are passed over."""
        data = self._rest + data
        whole = len(data) - len(data) % INPUT_EVENT.size
        self._rest = data[whole:]
        for _, _, kind, code, value in INPUT_EVENT.iter_unpack(data[:whole]):
            if kind == _EV_SND and code in {_SND_BELL, _SND_TONE}:
                self._heard.append(Beep(code=code, value=value))

    def _run(self) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        poller.register(self._stop_read)
        while self._stop_read not in dict(poller.poll()):
            self.feed(os.read(self._descriptor, INPUT_EVENT.size * 64))
