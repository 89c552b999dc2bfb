"""Key positions of keyboards: HID usages, their Linux key codes, and what country layouts print on them.

Source: USB HID Usage Tables 1.4, page 07h, and the kernel's table of it (drivers/hid/hid-input.c).
"""

from dataclasses import dataclass
from enum import IntFlag

# USB HID usages (page 07h) that stand for one key each.
ENTER, TAB, SPACE, CAPS_LOCK, F8, RIGHT_BRACKET = 0x28, 0x2B, 0x2C, 0x39, 0x41, 0x30
KEYPAD_ENTER = 0x58
_KEYPAD_ZERO, _KEYPAD_ONE = 0x62, 0x59
_INTERNATIONAL_HASH, _KEY_102ND = 0x32, 0x64

# The keys that print, by the usages of a US keyboard's rows, left to right.
_ROWS = (
    (0x35, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2D, 0x2E),
    (0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30),
    (0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34),
    (0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38),
)
# Linux key codes of the same keys: on the US rows they are runs of neighbours.
_ROW_CODES = ((41, *range(2, 14)), tuple(range(16, 28)), tuple(range(30, 41)), tuple(range(44, 54)))

_LINUX_CODES: dict[int, int] = {
    usage: code
    for usages, codes in zip(_ROWS, _ROW_CODES, strict=True)
    for usage, code in zip(usages, codes, strict=True)
} | {
    ENTER: 28,
    TAB: 15,
    SPACE: 57,
    0x31: 43,
    _INTERNATIONAL_HASH: 43,
    CAPS_LOCK: 58,
    F8: 66,
    KEYPAD_ENTER: 96,
    _KEYPAD_ONE: 79,
    0x5A: 80,
    0x5B: 81,
    0x5C: 75,
    0x5D: 76,
    0x5E: 77,
    0x5F: 71,
    0x60: 72,
    0x61: 73,
    _KEYPAD_ZERO: 82,
    _KEY_102ND: 86,
    0xE0: 29,
    0xE1: 42,
    0xE2: 56,
    0xE6: 100,
}


class Modifier(IntFlag):
    """The modifier byte of a boot keyboard report (HID 1.11, appendix B.1); bit n is usage E0h + n."""

    NONE = 0
    LEFT_CTRL = 0x01
    LEFT_SHIFT = 0x02
    LEFT_ALT = 0x04
    RIGHT_ALT = 0x40


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key position with the modifiers to hold."""

    usage: int
    modifiers: Modifier = Modifier.NONE


def linux_code(usage: int) -> int:
    """The evdev key code of a HID usage; ``KeyError`` for a key that no simulator presses."""
    return _LINUX_CODES[usage]


def keypad_digit(digit: int) -> Key:
    """The keypad key of a digit 0-9."""
    return Key(usage=_KEYPAD_ZERO if digit == 0 else _KEYPAD_ONE + digit - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plane:
    """What one modifier prints on the rows, then on the keys beside Enter (0x31 or 0x32) and beside the left Shift."""

    rows: tuple[str, str, str, str]
    hash_key: str
    key_102nd: str
    modifiers: Modifier


_US = (
    _Plane(
        rows=("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
        hash_key="\\",
        key_102nd="",
        modifiers=Modifier.NONE,
    ),
    _Plane(
        rows=("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"', "ZXCVBNM<>?"),
        hash_key="|",
        key_102nd="",
        modifiers=Modifier.LEFT_SHIFT,
    ),
)
_DE = (
    _Plane(
        rows=("^1234567890ß´", "qwertzuiopü+", "asdfghjklöä", "yxcvbnm,.-"),
        hash_key="#",
        key_102nd="<",
        modifiers=Modifier.NONE,
    ),
    _Plane(
        rows=('°!"§$%&/()=?`', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ", "YXCVBNM;:_"),
        hash_key="'",
        key_102nd=">",
        modifiers=Modifier.LEFT_SHIFT,
    ),
    _Plane(rows=("       {[]}\\", "@ €        ~", "", ""), hash_key="", key_102nd="|", modifiers=Modifier.RIGHT_ALT),
)
_FR = (
    _Plane(
        rows=("²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!"),
        hash_key="*",
        key_102nd="<",
        modifiers=Modifier.NONE,
    ),
    _Plane(
        rows=(" 1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%", "WXCVBN?./§"),
        hash_key="µ",
        key_102nd=">",
        modifiers=Modifier.LEFT_SHIFT,
    ),
    _Plane(rows=("  ~#{[|`\\^@]}", "  €", "", ""), hash_key="", key_102nd="", modifiers=Modifier.RIGHT_ALT),
)


def _layout(planes: tuple[_Plane, ...], hash_usage: int) -> dict[str, Key]:
    keys = {" ": Key(usage=SPACE), "\t": Key(usage=TAB), "\r": Key(usage=ENTER)}
    for plane in planes:
        printed = list(zip(plane.rows, _ROWS, strict=True))
        pairs = [(char, usage) for text, usages in printed for char, usage in zip(text, usages, strict=False)]
        pairs += [(char, hash_usage) for char in plane.hash_key]
        pairs += [(char, _KEY_102ND) for char in plane.key_102nd]
        for char, usage in pairs:
            keys.setdefault(char, Key(usage=usage, modifiers=plane.modifiers))
    return keys


LAYOUTS = {
    "us": _layout(_US, 0x31),
    "de": _layout(_DE, _INTERNATIONAL_HASH),
    "fr": _layout(_FR, _INTERNATIONAL_HASH),
}
