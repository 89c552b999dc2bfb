"""What a service tells its manager (sd_notify(3)): one datagram on ``$NOTIFY_SOCKET``; nothing without one."""

import os
import socket


class Notifier:
    """Says READY, WATCHDOG, STATUS and STOPPING. A manager that does not listen is no reason to stop."""

    def __init__(self, address: str | None = None) -> None:
        name = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._address = f"\0{name[1:]}" if name.startswith("@") else name

    def ready(self) -> None:
        """The service works."""
        self._send("READY=1")

    def watchdog(self) -> None:
        """The service still works: call it after a real read of its database."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._send(f"STATUS={text}")

    def stopping(self) -> None:
        """The service ends in order."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            try:
                line.sendto(message.encode(), self._address)
            except OSError:
                return
