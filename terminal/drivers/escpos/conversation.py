"""Questions and answers with one printer over one link, in the thread of the device.

Answers to DLE EOT carry no number. After one that did not come in time, the next may be the late one: nothing is
believed until the line has been silent for as long as an answer may take.
"""

import time
from collections.abc import Callable
from typing import Final

from terminal.domain.errors import DeviceTimeoutError
from terminal.drivers.escpos.status import PrinterStatus, RealTimeStatus, Reply, ReplyParser, printer_status
from terminal.drivers.links.byte_link import ByteLink, Written, write_all

DLE_ENQ_RESUME: Final = b"\x10\x05\x01"  # recover from an error and go on where it happened
DLE_ENQ_CLEAR: Final = b"\x10\x05\x02"  # recover from an error and clear the buffers
_NO_WAIT: Final = 0.0


class Conversation:
    """One link's answers. All methods raise `DeviceError` when the link is lost."""

    def __init__(self, link: ByteLink, *, reply_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.link = link
        self._reply_s = reply_s
        self._clock = clock
        self._parser = ReplyParser()
        self._replies: list[Reply] = []
        self._in_step = True

    def status(self) -> PrinterStatus | None:
        """Ask all four sensors; None when an answer is missing, which never means "fine"."""
        bits: list[int] = []
        for number in (1, 2, 3, 4):
            answer = self.ask_status(number)
            if answer is None:
                return None
            bits.append(answer)
        return printer_status(*bits)

    def ask_status(self, number: int) -> int | None:
        """Send DLE EOT n and return the byte that answers, None after a silence."""
        self._get_in_step()
        written = self.send(b"\x10\x04" + bytes([number]), stall_s=self._reply_s)
        if written.error is not None:
            if isinstance(written.error, DeviceTimeoutError):
                return None
            raise written.error
        answer = self._await_status()
        self._in_step = answer is not None
        return answer

    def send(self, data: bytes, *, stall_s: float) -> Written:
        """Send all bytes; ends early when none was taken for ``stall_s``."""
        return write_all(self.link, data, timeout_s=stall_s)

    def heard(self, wanted: Callable[[Reply], bool], *, wait_s: float) -> bool:
        """Whether a reply that is wanted has come, or comes within ``wait_s``."""
        deadline = self._clock() + wait_s
        while True:
            if any(wanted(reply) for reply in self._replies):
                return True
            remaining = deadline - self._clock()
            if remaining <= 0:
                return False
            self._listen(remaining)

    def forget(self) -> None:
        """Throw away what was said so far."""
        self._listen(_NO_WAIT)
        self._replies.clear()

    def _await_status(self) -> int | None:
        deadline = self._clock() + self._reply_s
        while (remaining := deadline - self._clock()) > 0:
            self._listen(remaining)
            for reply in self._replies:
                if isinstance(reply, RealTimeStatus):
                    self._replies.remove(reply)
                    return reply.byte
        return None

    def _get_in_step(self) -> None:
        """Throw away answers that nobody waits for; out of step, wait until no late one can come any more."""
        wait_s = _NO_WAIT if self._in_step else self._reply_s
        while self._listen(wait_s):
            continue
        self._replies = [reply for reply in self._replies if not isinstance(reply, RealTimeStatus)]

    def _listen(self, wait_s: float) -> bool:
        data = self.link.read(timeout_s=wait_s)
        self._replies += self._parser.feed(data)
        if not data and wait_s:
            self._parser.reset()
        return bool(data)
