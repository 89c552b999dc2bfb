"""A serial bar-code scanner (CDC-ACM, FTDI): raw bytes, an AIM identifier if wanted, CR or CR LF at the end.

Source: DEVICES.md section 1. Plug it into a ``PtyCable``.
"""

from simulators.device import Device


class SerialScanner(Device):
    """Says what it scans. ``heard`` keeps what the host sent (ModemManager's ``AT`` for one)."""

    def __init__(self, *, suffix: bytes = b"\r", aim: str = "", encoding: str = "utf-8") -> None:
        super().__init__()
        self._suffix = suffix
        self._aim = aim
        self._encoding = encoding
        self.heard = bytearray()

    def scan(self, code: str) -> None:
        """A good read; GS stands in the code as U+001D."""
        self._send(self._framed(code) + self._suffix)

    def half_read(self, code: str) -> None:
        """The code without its suffix."""
        self._send(self._framed(code))

    def double_trigger(self, code: str) -> None:
        """The same code twice."""
        self.scan(code)
        self.scan(code)

    def noise(self, data: bytes) -> None:
        """Any bytes: a wrong baud rate, a loose wire."""
        self._send(data)

    def _framed(self, code: str) -> bytes:
        return self._aim.encode("ascii") + code.encode(self._encoding)

    def _send(self, data: bytes) -> None:
        with self._lock:
            self._say(data)
        self._tell()

    def _consume(self, data: bytes) -> None:
        self.heard += data
