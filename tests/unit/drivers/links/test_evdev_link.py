"""The evdev link over a stand-in for python-evdev's device: no kernel keyboard exists on a machine for tests.

The same link is run on real kernel devices by tests/hil.
"""

import errno
import os
from collections.abc import Callable, Iterator

import pytest

from terminal.domain.errors import DeviceAbsentError, DeviceBusyError, DeviceError
from terminal.drivers.links.address import EvdevAddress
from terminal.drivers.links.evdev import EvdevLink, open_evdev
from terminal.drivers.links.opening import open_key_link

ADDRESS = EvdevAddress(path="/dev/input/event9")


class Keyboard:
    """What `evdev.InputDevice` offers to us, on one end of a pipe."""

    def __init__(self, *, held: list[list[int]] | None = None, grab_error: int = 0) -> None:
        self.fd, self.kernel_fd = os.pipe()
        os.set_blocking(self.fd, False)
        self._held = held or []
        self._grab_error = grab_error
        self.grabs = 0
        self.closed = False

    def active_keys(self) -> list[int]:
        return self._held.pop(0) if self._held else []

    def grab(self) -> None:
        if self._grab_error:
            raise OSError(self._grab_error, os.strerror(self._grab_error))
        self.grabs += 1

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def make() -> Iterator[Callable[..., Keyboard]]:
    made: list[Keyboard] = []

    def new(*, held: list[list[int]] | None = None, grab_error: int = 0) -> Keyboard:
        made.append(Keyboard(held=held, grab_error=grab_error))
        return made[-1]

    yield new
    for keyboard in made:
        os.close(keyboard.fd)
        os.close(keyboard.kernel_fd)


def opened(keyboard: Keyboard, pauses: list[float] | None = None) -> EvdevLink:
    waited = [] if pauses is None else pauses
    return open_evdev(ADDRESS, open_device=lambda _: keyboard, pause=waited.append)


def test_keyboard_is_grabbed_and_read(make: Callable[..., Keyboard]) -> None:
    keyboard = make()
    link = opened(keyboard)
    os.write(keyboard.kernel_fd, b"event")
    assert (keyboard.grabs, link.read_ready(), link.fileno()) == (1, b"event", keyboard.fd)
    link.close()
    assert keyboard.closed


def test_grab_waits_until_no_key_is_down(make: Callable[..., Keyboard]) -> None:
    keyboard, pauses = make(held=[[28], [28]]), list[float]()
    opened(keyboard, pauses)
    assert (keyboard.grabs, len(pauses)) == (1, 2)


def test_key_that_is_held_for_ever_makes_the_device_busy(make: Callable[..., Keyboard]) -> None:
    keyboard = make(held=[[28]] * 200)
    with pytest.raises(DeviceBusyError, match="a key is held down"):
        opened(keyboard)
    assert (keyboard.grabs, keyboard.closed) == (0, True)


def test_second_owner_finds_it_busy(make: Callable[..., Keyboard]) -> None:
    keyboard = make(grab_error=errno.EBUSY)
    with pytest.raises(DeviceBusyError) as caught:
        opened(keyboard)
    assert caught.value.hint == "another process owns the device"
    assert keyboard.closed


def test_keys_that_are_down_are_told(make: Callable[..., Keyboard]) -> None:
    assert opened(make(held=[[], [42, 30]])).held_keys() == frozenset({42, 30})


def test_node_without_permission_is_tried_again(make: Callable[..., Keyboard]) -> None:
    keyboard, tries, pauses = make(), list[str](), list[float]()

    def open_third_time(path: str) -> Keyboard:
        tries.append(path)
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "udev is late")
        return keyboard

    open_evdev(ADDRESS, open_device=open_third_time, pause=pauses.append)
    assert (tries, pauses) == (["/dev/input/event9"] * 3, [0.05, 0.05])


def test_permission_that_never_comes_is_told() -> None:
    def refuse(_: str) -> Keyboard:
        raise PermissionError(errno.EACCES, "no")

    with pytest.raises(DeviceError) as caught:
        open_evdev(ADDRESS, open_device=refuse, pause=lambda _: None)
    assert caught.value.code == "device_denied"


def test_missing_node_is_absent() -> None:
    with pytest.raises(DeviceAbsentError):
        open_key_link(EvdevAddress(path="/dev/input/by-id/none"))
