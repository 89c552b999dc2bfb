"""The keyboard-wedge decoder: `struct input_event` in, codes out; no device, no clock (sans-IO).

Events are those of linux/input.h on 64 bits: seconds, microseconds, type, code, value; 24 bytes each. A real keyboard
sends EV_MSC MSC_SCAN, EV_KEY and EV_SYN SYN_REPORT a key; only EV_KEY and SYN_DROPPED mean something here.
"""

import struct
from collections.abc import Iterable
from enum import Enum, auto
from typing import Final

from terminal.drivers.scanner.keymaps import (
    CAPS_LOCK,
    CTRL_KEYS,
    KEYPAD_DIGITS,
    LEFT_ALT,
    RIGHT_ALT,
    SHIFT_KEYS,
    SILENT_KEYS,
    SUFFIX,
    Held,
    key_tables,
)
from terminal.drivers.scanner.reading import MAX_LENGTH, RawCode, RawFault, Reading
from terminal.ports.devices import ScanFaultKind

INPUT_EVENT: Final = struct.Struct("llHHi")
_EV_SYN, _EV_KEY = 0, 1
_SYN_REPORT, _SYN_DROPPED = 0, 3
_RELEASED, _PRESSED = 0, 1
_ALT_DIGITS: Final = 5


class _Mode(Enum):
    """Where the decoder stands in the stream."""

    READING = auto()
    SKIPPING = auto()
    """A fault was reported; the rest of that code, up to its suffix or a silence, is no code."""
    DROPPED = auto()
    """The kernel lost events; what comes before the next SYN_REPORT is not to be used."""


class WedgeDecoder:
    """Turns key events into codes.

    ``layout`` is the country that the scanner was set to; ``half_read_ms`` the silence after which a code without
    suffix is half read. A silence also forgets Caps Lock: scanners press it around a code, not for the day.
    """

    def __init__(self, layout: str = "us", *, half_read_ms: int = 300) -> None:
        self._tables = key_tables(layout)
        self._altgr_key = None if layout == "us" else RIGHT_ALT
        self._half_read_ms = half_read_ms
        self._tail = b""
        self._mode = _Mode.READING
        self._last_ms = 0
        self._chars: list[str] = []
        self._bad = False
        self._held = Held.NONE
        self._table = self._tables[Held.NONE]
        self._alt: str | None = None

    @property
    def pending(self) -> bool:
        """Whether a code has begun (or is being skipped) and its suffix has not come."""
        return bool(self._chars) or self._bad or self._mode is not _Mode.READING

    def feed(self, data: bytes) -> list[Reading]:
        """Take bytes, cut anywhere, and return what they completed, in order."""
        found: list[Reading] = []
        data = self._tail + data
        whole = len(data) - len(data) % INPUT_EVENT.size
        self._tail = data[whole:]
        for seconds, micros, kind, code, value in INPUT_EVENT.iter_unpack(data[:whole]):
            if kind == _EV_KEY:
                if value == _PRESSED:
                    self._press(code, seconds * 1000 + micros // 1000, found)
                elif value == _RELEASED:
                    self._release(code)
            elif kind == _EV_SYN:
                if code == _SYN_DROPPED:
                    self._drop(seconds * 1000 + micros // 1000, found)
                elif self._mode is _Mode.DROPPED:
                    self._mode = _Mode.SKIPPING
        return found

    def hold(self, keys: Iterable[int]) -> None:
        """Take over which keys are down, as the device tells it after lost events."""
        self._held &= Held.CAPS
        self._alt = None
        for code in keys:
            self._modify(code)
        self._table = self._tables[self._held]

    def flush(self, at_ms: int) -> RawFault | None:
        """End what is pending after a silence: a half read, or nothing when it was being skipped."""
        half = self._mode is _Mode.READING and self.pending
        self._forget()
        self._held &= ~Held.CAPS
        self._table = self._tables[self._held]
        return RawFault(kind=ScanFaultKind.HALF_READ, at_ms=at_ms) if half else None

    def _press(self, code: int, at_ms: int, found: list[Reading]) -> None:
        if at_ms - self._last_ms > self._half_read_ms:
            self._end_by_silence(found)
        self._last_ms = at_ms
        char = self._table.get(code) if self._alt is None else None
        if char is None:
            self._press_special(code)
        elif self._mode is not _Mode.READING:
            if char == SUFFIX and self._mode is _Mode.SKIPPING:
                self._forget()
        elif char == SUFFIX:
            self._end_code(at_ms, found)
        elif len(self._chars) == MAX_LENGTH:
            self._skip(ScanFaultKind.TOO_LONG, at_ms, found)
        else:
            self._chars.append(char)

    def _press_special(self, code: int) -> None:
        if code == CAPS_LOCK:
            self._held ^= Held.CAPS
        elif self._alt is not None and code in KEYPAD_DIGITS:
            self._alt += KEYPAD_DIGITS[code]
        elif not self._modify(code) and code not in SILENT_KEYS:
            self._bad = True
        self._table = self._tables[self._held]

    def _modify(self, code: int) -> bool:
        """Note a modifier that went down; False for other keys."""
        if code in SHIFT_KEYS:
            self._held |= Held.SHIFT
        elif code in CTRL_KEYS:
            self._held |= Held.CTRL
        elif code == self._altgr_key:
            self._held |= Held.ALTGR
        elif code in {LEFT_ALT, RIGHT_ALT}:
            self._alt = ""
        else:
            return False
        return True

    def _release(self, code: int) -> None:
        if code in SHIFT_KEYS:
            self._held &= ~Held.SHIFT
        elif code in CTRL_KEYS:
            self._held &= ~Held.CTRL
        elif code == self._altgr_key:
            self._held &= ~Held.ALTGR
        elif code in {LEFT_ALT, RIGHT_ALT}:
            self._end_alt()
        else:
            return
        self._table = self._tables[self._held]

    def _end_alt(self) -> None:
        """Alt was let go: the digits typed on the keypad are one character of Windows-1252."""
        digits, self._alt = self._alt, None
        if not digits or self._mode is not _Mode.READING:
            return
        number = int(digits[:_ALT_DIGITS])
        char = bytes([number]).decode("cp1252", "ignore") if number <= 0xFF else ""
        if char and len(self._chars) < MAX_LENGTH:
            self._chars.append(char)
        else:
            self._bad = True

    def _end_code(self, at_ms: int, found: list[Reading]) -> None:
        """Give the code; a lone suffix (the LF of CR LF) is nothing."""
        if self._bad:
            found.append(RawFault(kind=ScanFaultKind.BAD_BYTES, at_ms=at_ms))
        elif self._chars:
            found.append(RawCode(text="".join(self._chars), at_ms=at_ms))
        self._forget()

    def _end_by_silence(self, found: list[Reading]) -> None:
        """End what was pending when keys come again after a silence, judged by the events' own time."""
        fault = self.flush(self._last_ms)
        if fault is not None:
            found.append(fault)

    def _skip(self, kind: ScanFaultKind, at_ms: int, found: list[Reading]) -> None:
        found.append(RawFault(kind=kind, at_ms=at_ms))
        self._forget()
        self._mode = _Mode.SKIPPING

    def _drop(self, at_ms: int, found: list[Reading]) -> None:
        """SYN_DROPPED: a code with a hole would look whole, so it and its rest are thrown away."""
        if self._mode is _Mode.READING:
            self._skip(ScanFaultKind.OVERRUN, at_ms, found)
        self._mode = _Mode.DROPPED
        self._last_ms = at_ms
        self.hold(())

    def _forget(self) -> None:
        self._mode = _Mode.READING
        self._chars.clear()
        self._bad = False
