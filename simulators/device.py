"""What every simulated device is: bytes in, bytes out, a lock, and the faults of its link."""

import dataclasses
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Action = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFaults:
    """What is wrong between a device and its host, whatever the device is."""

    mute: bool = False
    """Takes everything, never answers."""
    stalled: bool = False
    """Takes no more bytes (NAK, closed window)."""
    bytes_per_s: int = 0
    """Takes bytes at most at this rate; 0 = no limit."""
    take_at_most: int = 0
    """Bytes taken at a time; 0 = no limit. On USB the rest of a transfer is refused. On a pty the rest waits in the
    system's buffer, so that writes come short once it is full; on TCP writes only wait."""
    garbage: bytes = b""
    """Sent in place of every answer."""
    late_s: float = 0
    """Every answer comes so much later."""


class Device(ABC):
    """The far end of a cable. Every public method may be called from any thread.

    Without a cable it is driven by ``receive`` alone; a cable uses ``room``, ``take``, ``collect`` and ``listen``.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._outbox = bytearray()
        self._listeners: list[Action] = []
        self._faults = LinkFaults()

    @property
    def faults(self) -> LinkFaults:
        """The link's faults now; they act on a cable, not on ``receive``."""
        return self._faults

    def set_faults(self, **changes: bool | float | bytes) -> None:
        """Change the named faults; ``TypeError`` for a name that is none."""
        self._faults = dataclasses.replace(self._faults, **changes)  # type: ignore[arg-type]
        self._tell()

    def receive(self, data: bytes) -> bytes:
        """Take all of ``data`` at once and return what the device has to say."""
        self.take(data)
        return self.collect()

    def take(self, data: bytes) -> None:
        """Take bytes from the host."""
        with self._lock:
            self._consume(data)
        self._tell()

    def collect(self) -> bytes:
        """Bytes for the host, each once."""
        with self._lock:
            data = bytes(self._outbox)
            self._outbox.clear()
            return data

    def room(self) -> int:
        """How many bytes the device can take now."""
        return 1 << 20

    def port_status(self) -> int:
        """The byte of the USB printer request GET_PORT_STATUS: bit 3 no error, 4 selected, 5 paper empty."""
        return 0x18

    def listen(self, listener: Action) -> None:
        """Call ``listener`` (from any thread) after something changed; it returns at once."""
        self._listeners.append(listener)

    def unlisten(self, listener: Action) -> None:
        """Undo ``listen``."""
        self._listeners.remove(listener)

    def actions(self) -> Mapping[str, Action]:
        """What a fault script or a bench can do to it, by name."""
        return {
            "mute": lambda: self.set_faults(mute=True),
            "speak": lambda: self.set_faults(mute=False),
            "stall": lambda: self.set_faults(stalled=True),
            "garbage": lambda: self.set_faults(garbage=b"\xff"),
            "heal": self.heal,
        }

    def numbered_actions(self) -> Mapping[str, Callable[[int], None]]:
        """The same, for what takes a number."""
        return {
            "slow": lambda rate: self.set_faults(bytes_per_s=rate),
            "late_ms": lambda delay_ms: self.set_faults(late_s=delay_ms / 1000),
            "short": lambda size: self.set_faults(take_at_most=size),
        }

    def heal(self) -> None:
        """End every fault of the link."""
        self._faults = LinkFaults()
        self._tell()

    @abstractmethod
    def _consume(self, data: bytes) -> None:
        """Act on bytes from the host; called under the lock."""

    def _say(self, data: bytes) -> None:
        """Queue bytes for the host; called under the lock."""
        self._outbox += data

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
