"""Waits for a simulated device to become what a test expects."""

import threading
import time
from collections.abc import Callable

from simulators.device import Device

_DEADLINE_S = 5.0


def wait_for(device: Device, condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; it is asked again whenever the device tells of a change."""
    changed = threading.Event()
    device.listen(changed.set)
    deadline = time.monotonic() + _DEADLINE_S
    try:
        while not condition():
            if not changed.wait(max(0.0, deadline - time.monotonic())):
                raise AssertionError("the device did not become what was expected")
            changed.clear()
    finally:
        device.unlisten(changed.set)
