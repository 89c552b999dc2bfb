"""``evdev:by-id/…``: a keyboard-like device of the kernel, grabbed, so that its keys reach nobody else.

python-evdev opens, asks and grabs; bytes are read by us: its own ``read`` deadlocks on unplug (python-evdev #252).
"""

import fcntl
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from terminal.domain.errors import DeviceBusyError
from terminal.drivers.links.address import EvdevAddress
from terminal.drivers.links.descriptor import DescriptorLink, mapped_errors

_EVIOCSCLOCKID: Final = 0x400445A0  # linux/input.h: _IOW('E', 0xa0, int), which clock stamps the events
_RELEASE_WAIT_S: Final = 2.0
_RELEASE_POLL_S: Final = 0.02
_PERMISSION_TRIES: Final = 10  # a node may appear before udev has set its group (DEVICES §1)
_PERMISSION_PAUSE_S: Final = 0.05


class EvdevLink(DescriptorLink):
    """A grabbed keyboard."""

    def __init__(self, device: Any, *, what: str) -> None:
        super().__init__(device.fd, what=what, release=device.close)
        self._device = device

    def held_keys(self) -> frozenset[int]:
        """Return the key codes that are down now (EVIOCGKEY)."""
        with mapped_errors(self._what):
            return frozenset(self._device.active_keys())


def open_evdev(
    address: EvdevAddress,
    *,
    open_device: Callable[[str], Any] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> EvdevLink:
    """Open and grab a keyboard once no key is down; events are stamped with the monotonic clock.

    `DeviceBusyError`: another process has grabbed it, or a key is held for more than 2 s.
    """
    with mapped_errors(address.path):
        device = _open_patiently(address.path, open_device or _input_device(), pause)
        try:
            _await_release(device, address.path, pause)
            device.grab()
            _stamp_monotonic(device.fd)
        except BaseException:
            device.close()
            raise
    return EvdevLink(device, what=address.path)


def _input_device() -> Callable[[str], Any]:
    import evdev  # noqa: PLC0415  # 80 ms and memory, needed only where a kernel keyboard is configured

    return evdev.InputDevice


def _open_patiently(path: str, open_device: Callable[[str], Any], pause: Callable[[float], None]) -> Any:
    for _ in range(_PERMISSION_TRIES):
        try:
            return open_device(path)
        except PermissionError:
            pause(_PERMISSION_PAUSE_S)
    return open_device(path)


def _await_release(device: Any, path: str, pause: Callable[[float], None]) -> None:
    """Wait until no key is down: a key that is down at the grab stays down for ever elsewhere (python-evdev #4)."""
    for _ in range(int(_RELEASE_WAIT_S / _RELEASE_POLL_S)):
        if not device.active_keys():
            return
        pause(_RELEASE_POLL_S)
    raise DeviceBusyError(f"{path}: a key is held down", hint="let go of all keys of this device")


def _stamp_monotonic(fd: int) -> None:
    # A device that refuses keeps the wall clock: its stamps still tell two scans of one device apart.
    with suppress(OSError):
        fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
