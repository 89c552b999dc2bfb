"""A shop scale at the end of a cable, with goods on its plate: asked by ``W`` (Toledo 8217), or talking all the time.

Sources: DEVICES §7; the bytes of the 8217 were compared with those of emupos 0.4.0. The lines of the scale that talks
are what CAS and ACS are said to send; nobody has verified them.
"""

import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from simulators.device import Action, Device

DIVISION_G = 5
CAPACITY_G = 15_000
_GRAMS_PER_KG = 1000
_MOTION, _OVER, _UNDER, _ZERO, _NET, _BAD_COMMAND = 0x01, 0x02, 0x04, 0x10, 0x20, 0x40
_NO_CODE = 0x00
"""What the kernel gives for a byte whose parity is wrong."""


class Scale(Device):
    """What a scale of any dialect does: goods come and go, a tare is taken off, faults of the plate and of the wire."""

    def __init__(self, *, grams: int = 0) -> None:
        super().__init__()
        self._on_plate_g = grams
        self._tare_g = 0
        self._moves = False
        self._is_noisy = False
        self._is_stale = False
        self._shown = b""

    @property
    def grams(self) -> int:
        """What it weighs less its tare, to the nearest division."""
        return (self._on_plate_g - self._tare_g + DIVISION_G // 2) // DIVISION_G * DIVISION_G

    def put(self, grams: int) -> None:
        """Put something else on the plate; 0 empties it, below zero somebody lifts the plate."""
        self._change(on_plate_g=grams)

    def tare(self, grams: int) -> None:
        """Take the weight of a container off; 0 ends that."""
        self._change(tare_g=grams)

    def shake(self) -> None:
        """Let it never come to rest."""
        self._change(moves=True)

    def rest(self) -> None:
        """Let it come to rest."""
        self._change(moves=False)

    def told(self) -> str:
        """Return what stands on its display, in a few words."""
        faults = {"moves": self._moves, "noise": self._is_noisy, "stale": self._is_stale, "mute": self.faults.mute}
        net = " net" if self._tare_g else ""
        marks = "".join(f", {name}" for name, is_so in faults.items() if is_so)
        return f"{self.grams / _GRAMS_PER_KG:.3f} kg{net}{marks}"

    def actions(self) -> Mapping[str, Action]:
        """What a fault script or a bench can do to it, by name."""
        return {
            **super().actions(),
            "empty": lambda: self.put(0),
            "negative": lambda: self.put(-DIVISION_G),
            "over": lambda: self.put(CAPACITY_G + DIVISION_G),
            "shake": self.shake,
            "rest": self.rest,
            "noise": lambda: self._change(is_noisy=True),
            "stale": lambda: self._change(is_stale=True),
        }

    def numbered_actions(self) -> Mapping[str, Callable[[int], None]]:
        """The same, with a number: grams."""
        return {**super().numbered_actions(), "put": self.put, "tare": self.tare}

    def heal(self) -> None:
        """End every fault; the goods stay where they are."""
        self._change(moves=False, is_noisy=False, is_stale=False)
        super().heal()

    def _change(self, **changes: int) -> None:
        with self._lock:
            for name, value in changes.items():
                setattr(self, f"_{name}", value)
        self._tell()

    def _weight(self) -> str:
        return f"{self.grams // _GRAMS_PER_KG:02d}.{self.grams % _GRAMS_PER_KG:03d}"

    def _show(self, answer: bytes) -> None:
        """Say an answer, as the wire lets it through; a stale scale says the one before."""
        before, self._shown = self._shown, answer
        said = before if self._is_stale else answer
        if self._is_noisy:
            middle = len(said) // 2
            said = said[:middle] + bytes([_NO_CODE]) + said[middle + 1 :]
        self._say(said)


class Toledo8217(Scale):
    """Answers each ``W``: STX, kilograms, CR; or STX, ``?``, status, CR while there is no weight to be sold by.

    It has no echo (``E`` … ``F``), by which some look for a scale.
    """

    def _consume(self, data: bytes) -> None:
        for command in data.translate(None, b"\r\n"):
            asked = command == ord("W")
            bits = self._bits() | (0 if asked else _BAD_COMMAND)
            is_weight = asked and not bits & (_MOTION | _OVER | _UNDER)
            self._show(b"\x02" + (self._kilograms() if is_weight else b"?" + bytes([bits])) + b"\r")

    def _kilograms(self) -> bytes:
        return f"{self._weight()}{'N' if self._tare_g else ''}".encode("ascii")

    def _bits(self) -> int:
        """Return all that is so: of the exact weight, not of the rounded one."""
        so = (
            (_MOTION, self._moves),
            (_OVER, self._on_plate_g > CAPACITY_G),
            (_UNDER, self._on_plate_g < self._tare_g),
            (_ZERO, self._on_plate_g == 0),
            (_NET, self._tare_g > 0),
        )
        return sum(bit for bit, is_so in so if is_so)


class ContinuousScale(Scale):
    """Sends a line of its weight every ``every_s`` while it is a context manager."""

    def __init__(self, *, grams: int = 0, every_s: float = 0.02) -> None:
        super().__init__(grams=grams)
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="continuous-scale", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            with self._lock:
                self._show(f"{self._line()}\r\n".encode("ascii"))
            self._tell()

    def _line(self) -> str:
        state = "OL" if self.grams > CAPACITY_G else "US" if self._moves else "ST"
        sign = "-" if self.grams < 0 else "+"
        return f"{state},{'NT' if self._tare_g else 'GS'},{sign}{abs(self.grams) / _GRAMS_PER_KG:7.3f}kg"

    def _consume(self, data: bytes) -> None:
        """It listens to nobody."""
