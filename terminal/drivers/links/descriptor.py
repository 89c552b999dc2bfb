"""A non-blocking file descriptor as a link: serial ports, sockets, the kernel's printer driver, FIFOs."""

import errno
import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from terminal.domain.errors import DeviceAbsentError, DeviceBusyError, DeviceError, DeviceTimeoutError

_GONE: Final = frozenset(
    {
        errno.ENODEV,
        errno.ENXIO,
        errno.ENOENT,
        errno.EIO,
        errno.EPIPE,
        errno.EBADF,
        errno.ECONNRESET,
        errno.ECONNREFUSED,
        errno.ECONNABORTED,
        errno.ENOTCONN,
        errno.EHOSTUNREACH,
        errno.EHOSTDOWN,
        errno.ENETUNREACH,
        errno.ENETDOWN,
    }
)
_READ_BYTES: Final = 24 * 1024
"""Whole input events: about a dozen codes of a wedge."""


def device_error(error: OSError, what: str) -> DeviceError:
    """Return our error for the one of the operating system; ``what`` names the device for a person."""
    reason = f"{what}: {error.strerror or error}"
    if error.errno in _GONE:
        return DeviceAbsentError(reason)
    if error.errno == errno.EBUSY:
        return DeviceBusyError(reason, hint="another process owns the device")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return DeviceError(reason, code="device_denied", hint="check the udev rule and the groups of the service")
    if isinstance(error, TimeoutError | BlockingIOError):
        return DeviceTimeoutError(reason)
    return DeviceError(reason)


@contextmanager
def mapped_errors(what: str) -> Iterator[None]:
    """Turn errors of the operating system into ours."""
    try:
        yield
    except OSError as error:
        raise device_error(error, what) from error


class DescriptorLink:
    """A `ByteLink` and `StreamLink` over one non-blocking descriptor; ``release`` closes what owns it."""

    def __init__(self, fd: int, *, what: str, release: Callable[[], None], end_is_gone: bool = True) -> None:
        self._fd = fd
        self._what = what
        self._release: Callable[[], None] | None = release
        self._end_is_gone = end_is_gone

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._fd

    def write(self, data: memoryview, *, timeout_s: float) -> int:
        """Offer bytes; see `ByteLink.write`."""
        with mapped_errors(self._what):
            if not self._poll(select.POLLOUT, timeout_s):
                raise DeviceTimeoutError(f"{self._what}: took nothing in {timeout_s:g} s")
            return os.write(self._fd, data)

    def read(self, *, timeout_s: float) -> bytes:
        """Return what has arrived; see `ByteLink.read`."""
        with mapped_errors(self._what):
            if not self._poll(select.POLLIN, timeout_s):
                return b""
        return self.read_ready()

    def read_ready(self) -> bytes:
        """Return what is there; see `StreamLink.read_ready`."""
        with mapped_errors(self._what):
            try:
                data = os.read(self._fd, _READ_BYTES)
            except BlockingIOError:
                return b""
        if not data and self._end_is_gone:
            raise DeviceAbsentError(f"{self._what}: the other end closed")
        return data

    def held_keys(self) -> frozenset[int]:
        """Return no keys: bytes have none."""
        return frozenset()

    def port_problem(self) -> str:
        """Return nothing: a plain stream of bytes says no more; see `ByteLink.port_problem`."""
        return ""

    def close(self) -> None:
        """Close once; a device that is gone may refuse, which changes nothing."""
        release, self._release = self._release, None
        if release is not None:
            with suppress(OSError):
                release()

    def _poll(self, event: int, timeout_s: float) -> int:
        poller = select.poll()
        poller.register(self._fd, event)
        found = poller.poll(max(0.0, timeout_s) * 1000)
        if not found:
            return 0
        if found[0][1] & select.POLLNVAL:
            raise DeviceAbsentError(f"{self._what}: closed")
        if found[0][1] & (select.POLLERR | select.POLLHUP) and not found[0][1] & select.POLLIN:
            raise DeviceAbsentError(f"{self._what}: gone")
        return found[0][1]
