"""A keyboard-wedge scanner: codes become key strokes, as `struct input_event`.

Source: DEVICES.md section 1; events as a real HID keyboard makes them under Linux (drivers/hid/hid-input.c): for each
key that changed EV_MSC MSC_SCAN with its HID usage, then EV_KEY, and one SYN_REPORT for the report.
"""

import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from simulators.keyboards import (
    CAPS_LOCK,
    ENTER,
    F8,
    KEYPAD_ENTER,
    LAYOUTS,
    RIGHT_BRACKET,
    TAB,
    Key,
    Modifier,
    keypad_digit,
    linux_code,
)

GS = "\x1d"

# struct input_event on a 64-bit kernel: seconds, microseconds, type, code, value (24 bytes).
INPUT_EVENT = struct.Struct("llHHi")
_TIME, _TAIL = struct.Struct("ll"), struct.Struct("HHi")
_EV_SYN, _EV_KEY, _EV_MSC = 0x00, 0x01, 0x04
_SYN_REPORT, _SYN_DROPPED, _MSC_SCAN = 0, 3, 4
_KEYBOARD_PAGE = 0x70000
_FIRST_MODIFIER_USAGE = 0xE0


class Suffix(StrEnum):
    """The key that ends a code."""

    ENTER = "enter"
    TAB = "tab"
    KEYPAD_ENTER = "kp_enter"
    NONE = "none"


class GsStyle(StrEnum):
    """How a vendor types the GS (1Dh) of a GS1 code."""

    CTRL_BRACKET = "ctrl_bracket"
    F8 = "f8"
    ALT_0029 = "alt_0029"
    LOST = "lost"


_SUFFIX_KEYS = {Suffix.ENTER: ENTER, Suffix.TAB: TAB, Suffix.KEYPAD_ENTER: KEYPAD_ENTER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is held down at one moment: modifiers and the usage of at most one other key (0 = none)."""

    modifiers: Modifier = Modifier.NONE
    usage: int = 0

    def usages(self) -> frozenset[int]:
        """All usages that are held, modifiers included."""
        held = {_FIRST_MODIFIER_USAGE + bit for bit in range(8) if self.modifiers >> bit & 1}
        return frozenset(held | {self.usage} - {0})


_RELEASED = Report()


class EvdevForm:
    """`struct input_event`, as read from /dev/input/event*."""

    def encode(self, before: Report, after: Report, at_us: int) -> bytes:
        """MSC_SCAN and EV_KEY of each key that changed (releases first), then SYN_REPORT."""
        time_of_event = _TIME.pack(*divmod(at_us, 1_000_000))
        return time_of_event.join(_tails_between(before, after))

    def overrun(self, at_us: int) -> bytes:
        """SYN_DROPPED, then the SYN_REPORT up to which a reader must discard."""
        return self._event(at_us, _EV_SYN, _SYN_DROPPED, 0) + self._event(at_us, _EV_SYN, _SYN_REPORT, 0)

    @staticmethod
    def _event(at_us: int, kind: int, code: int, value: int) -> bytes:
        seconds, micros = divmod(at_us, 1_000_000)
        return INPUT_EVENT.pack(seconds, micros, kind, code, value)


@lru_cache(maxsize=1024)
def _tails_between(before: Report, after: Report) -> tuple[bytes, ...]:
    """What follows the time in each event of one report; an empty one first, so that the time may join them.

    A code is many reports, and they come again and again.
    """
    return (b"", *(_TAIL.pack(*event) for event in _events_between(before, after)))


def _events_between(before: Report, after: Report) -> tuple[tuple[int, int, int], ...]:
    """Type, code and value of the events of one report."""
    changed = [(usage, 0) for usage in sorted(before.usages() - after.usages(), reverse=True)]
    changed += [(usage, 1) for usage in sorted(after.usages() - before.usages(), reverse=True)]
    events = [
        event
        for usage, value in changed
        for event in ((_EV_MSC, _MSC_SCAN, _KEYBOARD_PAGE | usage), (_EV_KEY, linux_code(usage), value))
    ]
    return (*events, (_EV_SYN, _SYN_REPORT, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WedgeSettings:
    """How the scanner was set up with its bar-code sheet."""

    layout: str = "us"
    suffix: Suffix = Suffix.ENTER
    ms_per_char: float = 0
    """Pace; 0 = as fast as possible."""
    gs: GsStyle = GsStyle.CTRL_BRACKET
    alt_mode: bool = False
    """Each character as Alt + digits on the keypad."""
    caps_lock: bool = False
    """Caps Lock pressed before and after a code, letters sent with the opposite Shift."""
    aim: str = ""
    """AIM identifier sent before each code, ``]E0`` for one."""


_DEFAULTS = WedgeSettings()


class Wedge:
    """Types codes into ``write``. Not safe for two threads at once.

    ``now_us`` gives the time stamps (microseconds), ``sleep`` waits between characters (seconds).
    ``scan`` and its faulty kinds raise ``ValueError`` for a character that the layout cannot type.
    """

    def __init__(
        self,
        write: Callable[[bytes], object],
        settings: WedgeSettings = _DEFAULTS,
        *,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._write = write
        self._settings = settings
        self._form = EvdevForm()
        self._now_us = now_us
        self._sleep = sleep
        self._held = _RELEASED
        self._keys = LAYOUTS[settings.layout]

    def scan(self, code: str) -> None:
        """A good read."""
        self._send([*self._code_strokes(code), *self._suffix_stroke()])

    def half_read(self, code: str) -> None:
        """The code without its suffix."""
        self._send(self._code_strokes(code))

    def double_trigger(self, code: str) -> None:
        """The same code twice, as a worn trigger does."""
        self.scan(code)
        self.scan(code)

    def overrun(self, code: str, *, kept_chars: int) -> None:
        """A read of which the kernel dropped the middle: SYN_DROPPED after ``kept_chars``, then the last character."""
        strokes = self._code_strokes(code)
        lost_mark = self._form.overrun(self._now_us())
        self._send(strokes[:kept_chars])
        self._write(lost_mark)
        self._send([*strokes[-1:], *self._suffix_stroke()])

    def cut_off(self, code: str, *, kept_chars: int) -> None:
        """The beginning of a code, the last key still held down: the cable was pulled in the middle of it."""
        strokes = self._code_strokes(code)[:kept_chars]
        self._send([*strokes[:-1], *(stroke[:1] for stroke in strokes[-1:])])
        self._held = _RELEASED

    def press(self, char: str) -> None:
        """One key by a person, Enter as a carriage return."""
        self._send([_stroke(self._key_of(char))])

    def press_caps_lock(self) -> None:
        """Toggle Caps Lock and leave it so."""
        self._send([_stroke(Key(usage=CAPS_LOCK))])

    def _send(self, strokes: Sequence[Sequence[Report]]) -> None:
        if self._settings.ms_per_char == 0:
            self._write(b"".join(self._encoded(report) for stroke in strokes for report in stroke))
            return
        for stroke in strokes:
            for report in stroke:
                self._write(self._encoded(report))
                self._sleep(self._settings.ms_per_char / 1000 / len(stroke))

    def _encoded(self, report: Report) -> bytes:
        data = self._form.encode(self._held, report, self._now_us())
        self._held = report
        return data

    def _code_strokes(self, code: str) -> list[Sequence[Report]]:
        strokes = [self._char_stroke(char) for char in self._settings.aim + code]
        if self._settings.caps_lock:
            caps = _stroke(Key(usage=CAPS_LOCK))
            strokes = [caps, *strokes, caps]
        return strokes

    def _suffix_stroke(self) -> list[Sequence[Report]]:
        usage = _SUFFIX_KEYS.get(self._settings.suffix)
        return [] if usage is None else [_stroke(Key(usage=usage))]

    def _char_stroke(self, char: str) -> Sequence[Report]:
        if char == GS:
            return self._gs_stroke()
        if self._settings.alt_mode:
            return tuple(_alt_digits(f"{_single_byte(char):03d}"))
        key = self._key_of(char)
        if self._settings.caps_lock and char.isalpha():
            key = Key(usage=key.usage, modifiers=key.modifiers ^ Modifier.LEFT_SHIFT)
        return _stroke(key)

    def _gs_stroke(self) -> Sequence[Report]:
        match self._settings.gs:
            case GsStyle.CTRL_BRACKET:
                return _stroke(Key(usage=RIGHT_BRACKET, modifiers=Modifier.LEFT_CTRL))
            case GsStyle.F8:
                return _stroke(Key(usage=F8))
            case GsStyle.ALT_0029:
                return tuple(_alt_digits("0029"))
            case GsStyle.LOST:
                return ()
            case _:
                assert_never(self._settings.gs)

    def _key_of(self, char: str) -> Key:
        try:
            return self._keys[char]
        except KeyError:
            raise ValueError(f"layout {self._settings.layout!r} has no key for {char!r}") from None


@lru_cache(maxsize=1024)
def _stroke(key: Key) -> Sequence[Report]:
    return (Report(modifiers=key.modifiers, usage=key.usage), _RELEASED)


def _alt_digits(digits: str) -> Iterator[Report]:
    """Alt held over the digits of the keypad, released at the end."""
    alt = Modifier.LEFT_ALT
    yield Report(modifiers=alt)
    for digit in digits:
        yield Report(modifiers=alt, usage=keypad_digit(int(digit)).usage)
        yield Report(modifiers=alt)
    yield _RELEASED


def _single_byte(char: str) -> int:
    try:
        return char.encode("cp1252")[0]
    except UnicodeEncodeError:
        raise ValueError(f"ALT mode has no number for {char!r}") from None
