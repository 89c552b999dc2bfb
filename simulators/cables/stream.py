"""One thread that moves bytes between a stream (pty, TCP connection) and a device."""

import contextlib
import os
import select
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from simulators.cables.gate import Gate
from simulators.device import Device
from simulators.faults import Step

_SETTLE_S = 5.0
_CHUNK = 4096


class StreamCable(ABC):
    """A cable that is a stream of bytes. Use it as a context manager: plugged at entry, gone at exit.

    ``unplug`` and ``plug`` may be called from any thread and return when it has happened (``OSError`` when the far end
    cannot be made, ``TimeoutError`` when the thread hangs). A cable is used once.
    """

    def __init__(self, device: Device, script: Sequence[Step] = ()) -> None:
        self._device = device
        self._gate = Gate(device, script, cable_actions={"plug": self.plug, "unplug": self.unplug})
        self._wanted = False
        self._plugged = False
        self._stopping = False
        self._settled = threading.Condition()
        self._unsent = b""
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None
        # Sockets, not bare descriptors: a late wake-up of a closed one cannot reach a stranger's descriptor.
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)

    def __enter__(self) -> Self:
        self._device.listen(self._wake)
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        self._thread.start()
        try:
            self.plug()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Pull the cable and end its thread."""
        if self._thread is not None:
            self._device.unlisten(self._wake)
            self._stopping = True
            self._wake()
            self._thread.join(_SETTLE_S)
            self._thread = None
        self._wake_read.close()
        self._wake_write.close()

    def plug(self) -> None:
        """Put the cable in."""
        self._want(plugged=True)

    def unplug(self) -> None:
        """Pull the cable: the host's descriptor is dead."""
        self._want(plugged=False)

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._plugged

    @property
    @abstractmethod
    def address(self) -> str:
        """As a till's configuration names it."""

    @abstractmethod
    def _open(self) -> None:
        """Make the far end appear."""

    @abstractmethod
    def _shut(self) -> None:
        """Make the far end and every connection disappear."""

    @abstractmethod
    def _stream(self) -> int | None:
        """The descriptor (non-blocking) of the host's connection, if there is one."""

    @abstractmethod
    def _hang_up(self) -> None:
        """The host has gone: forget its connection."""

    @abstractmethod
    def _listener(self) -> int | None:
        """The descriptor that becomes readable when a host connects; None where hosts do not connect."""

    @abstractmethod
    def _accept(self) -> None:
        """Take the host that waits at the listener."""

    def _want(self, *, plugged: bool) -> None:
        with self._settled:
            # Under the lock, so that a change that is just happening ends first.
            self._wanted = plugged
        if threading.current_thread() is self._thread:
            self._follow_plug()
            return
        self._wake()
        with self._settled:
            settled = self._settled.wait_for(lambda: self._plugged == plugged or self._error is not None, _SETTLE_S)
            error, self._error = self._error, None
        if error is not None:
            raise error
        if not settled:
            raise TimeoutError(f"{self.address} did not follow")

    def _wake(self) -> None:
        # Full: it is awake already. Closed: nobody is left to wake.
        with contextlib.suppress(OSError):
            self._wake_write.send(b"\0")

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._follow_plug()
                self._gate.run_script()
                self._wait_and_move()
        finally:
            self._wanted = False
            self._follow_plug()

    def _follow_plug(self) -> None:
        if self._wanted == self._plugged:
            return
        with self._settled:
            try:
                self._switch()
            except OSError as error:
                self._error, self._wanted = error, self._plugged
            self._settled.notify_all()

    def _switch(self) -> None:
        if self._wanted:
            self._open()
            self._gate.forget_output()
        else:
            self._unsent = b""
            self._shut()
        self._plugged = self._wanted

    def _wait_and_move(self) -> None:
        stream, listener = self._stream(), self._listener()
        if stream is not None:
            self._unsent += self._gate.due_output()
        poller = select.poll()
        poller.register(self._wake_read.fileno(), select.POLLIN)
        if stream is not None:
            poller.register(stream, self._interest())
        elif listener is not None:
            poller.register(listener, select.POLLIN)
        wait_s = self._gate.wait_s()
        ready = dict(poller.poll(None if wait_s is None else max(1, wait_s * 1000)))
        if self._wake_read.fileno() in ready:
            self._wake_read.recv(_CHUNK)
        if stream in ready:
            self._serve(stream, ready[stream])
        elif listener in ready:
            self._gate.forget_output()
            self._accept()

    def _interest(self) -> int:
        interest = select.POLLIN if self._gate.allowance() else 0
        return interest | (select.POLLOUT if self._unsent else 0)

    def _serve(self, stream: int, ready: int) -> None:
        try:
            if ready & select.POLLOUT:
                self._unsent = self._unsent[os.write(stream, self._unsent) :]
            if ready & select.POLLIN:
                data = os.read(stream, min(self._device.faults.take_at_most or _CHUNK, self._gate.allowance()))
                if not data:
                    raise ConnectionResetError
                self._gate.take(data)
            elif ready & (select.POLLHUP | select.POLLERR):
                raise ConnectionResetError
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""
            self._hang_up()
