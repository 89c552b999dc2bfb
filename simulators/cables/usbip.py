"""USB over TCP: simulated devices that a kernel's ``vhci-hcd``, or pyusb through a backend, attaches.

The device side of the PyPI package ``usbip`` 0.7.0 stands behind this class. Sockets and threads are ours, because the
package keeps a connection after its ``unplug`` (HIL.md section 3).
"""

import contextlib
import socket
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from usbip import protocol

from simulators.cables.usb_device import UsbFunction
from simulators.cables.usb_printer import UsbPrinter
from simulators.device import Device
from simulators.faults import Step

_JOIN_S = 5.0


class UsbIpCable:
    """Exports devices on one TCP port of this machine, as bus ids 1-1, 1-2, … in the order given.

    A bare ``Device`` is exported as a USB printer. ``unplug`` drops every connection and exports nothing until
    ``plug``. ``script`` is the fault script of the bare devices.
    """

    def __init__(
        self, *functions: UsbFunction | Device, script: Sequence[Step] = (), port: int = 0, host: str = "127.0.0.1"
    ) -> None:
        pulls = {"plug": self.plug, "unplug": self.unplug}
        self._functions = [
            UsbPrinter(each, script, cable_actions=pulls) if isinstance(each, Device) else each for each in functions
        ]
        for number, function in enumerate(self._functions, start=1):
            device = function.usb_device
            device.busid, device.busnum, device.devnum = f"1-{number}", 1, number + 1  # type: ignore[attr-defined]
        self.host = host
        self.port = port
        self._server = socket.socket()
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._plugged = True

    def __enter__(self) -> Self:
        try:
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._server.bind((self.host, self.port))
            self._server.listen(4)
        except OSError:
            self._server.close()
            raise
        self.port = self._server.getsockname()[1]
        for function in self._functions:
            function.start()
        self._start(threading.Thread(target=self._accept_hosts, daemon=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop everything and end every thread."""
        with contextlib.suppress(OSError):
            # Wakes the thread in accept(), which close() alone does not.
            self._server.shutdown(socket.SHUT_RDWR)
        self.unplug()
        for function in self._functions:
            function.stop()
        for thread in self._threads:
            thread.join(_JOIN_S)
        self._server.close()

    @property
    def address(self) -> str:
        """Of the first device, as a till's configuration names it."""
        return self.addresses[0]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of every device, in the order given."""
        return tuple(f"usbip:{self.host}:{self.port}/1-{number}" for number in range(1, len(self._functions) + 1))

    @property
    def plugged(self) -> bool:
        """Whether the devices are on the bus."""
        return self._plugged

    def unplug(self) -> None:
        """Pull the devices off the bus: hosts see them go."""
        with self._lock:
            self._plugged = False
            for function in self._functions:
                function.unplugged()
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def plug(self) -> None:
        """Put them back; hosts attach anew."""
        with self._lock:
            self._plugged = True

    def _accept_hosts(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections.add(connection)
                exported = [function.usb_device for function in self._functions] if self._plugged else []
            self._start(threading.Thread(target=self._serve, args=(connection, exported), daemon=True))

    def _start(self, thread: threading.Thread) -> None:
        self._threads = [each for each in self._threads if each.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _serve(self, connection: socket.socket, exported: list[object]) -> None:
        protocol.serve_connection(connection, exported)
        with self._lock:
            self._connections.discard(connection)
        for function in self._functions:
            function.host_gone()
