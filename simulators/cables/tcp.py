"""A TCP port as the cable of a network printer (port 9100 on real ones): one host at a time."""

import socket
import struct
from collections.abc import Sequence

from simulators.cables.stream import StreamCable
from simulators.device import Device
from simulators.faults import Step

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_WINDOW_BYTES = 4096


class TcpCable(StreamCable):
    """A device behind a TCP port of this machine; ``port`` 0 takes a free one, kept over ``unplug`` and ``plug``.

    A second host waits until the first has gone. Unplugged, connections are reset and refused.
    """

    def __init__(self, device: Device, script: Sequence[Step] = (), *, port: int = 0, host: str = "127.0.0.1") -> None:
        super().__init__(device, script)
        self.host = host
        self.port = port
        self._server: socket.socket | None = None
        self._connection: socket.socket | None = None

    @property
    def address(self) -> str:
        """As a till's configuration names it."""
        return f"tcp:{self.host}:{self.port}"

    def _open(self) -> None:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # A small window, so that a device that takes nothing is felt by its host soon.
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WINDOW_BYTES)
            server.bind((self.host, self.port))
            server.listen(1)
            server.setblocking(False)
        except OSError:
            server.close()
            raise
        self.port = server.getsockname()[1]
        self._server = server

    def _shut(self) -> None:
        # The listener first: who sees the reset finds nobody to connect to.
        if self._server is not None:
            self._server.close()
        self._server = None
        if self._connection is not None:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._hang_up()

    def _stream(self) -> int | None:
        return None if self._connection is None else self._connection.fileno()

    def _listener(self) -> int | None:
        return None if self._server is None else self._server.fileno()

    def _accept(self) -> None:
        if self._server is None:
            return
        try:
            connection, _ = self._server.accept()
        except OSError:
            return  # it gave up while it waited
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
