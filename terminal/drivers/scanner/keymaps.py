"""What a scanner's keys mean: our own tables of country layouts, by Linux key code (linux/input-event-codes.h).

A scanner sends key positions of the country that it was set to; the layout of this machine never matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

LAYOUTS: Final = ("us", "de", "fr")

SHIFT_KEYS: Final = frozenset({42, 54})
CTRL_KEYS: Final = frozenset({29, 97})
LEFT_ALT: Final = 56
RIGHT_ALT: Final = 100
CAPS_LOCK: Final = 58
SILENT_KEYS: Final = frozenset({69, 70, 125, 126})
"""NumLock, ScrollLock and the two Meta keys: some scanners press them around a code; they print nothing."""

GS: Final = "\x1d"
SUFFIX: Final = "\n"
"""What every key that ends a code reads as."""

_SUFFIX_KEYS: Final = (28, 15, 96)  # Enter, Tab, keypad Enter
_F8: Final = 66
_RIGHT_BRACKET: Final = 27

KEYPAD_DIGITS: Final[Mapping[int, str]] = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
_KEYPAD: Final = {**KEYPAD_DIGITS, 55: "*", 74: "-", 78: "+", 83: ".", 98: "/"}

_ROWS: Final = ((41, *range(2, 14)), tuple(range(16, 28)), tuple(range(30, 41)), tuple(range(44, 54)))
_HASH, _KEY_102ND, _SPACE = 43, 86, 57


class Held(IntFlag):
    """The modifiers that choose a table."""

    NONE = 0
    SHIFT = 1
    CAPS = 2
    ALTGR = 4
    CTRL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plane:
    """The four rows from left to right (a blank is no character), the key beside Enter, the key beside Shift."""

    rows: tuple[str, str, str, str]
    hash_key: str = " "
    key_102nd: str = " "


_PLAIN: Final = {
    "us": _Plane(rows=("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"), hash_key="\\", key_102nd="\\"),
    "de": _Plane(rows=("^1234567890ß´", "qwertzuiopü+", "asdfghjklöä", "yxcvbnm,.-"), hash_key="#", key_102nd="<"),
    "fr": _Plane(rows=("²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!"), hash_key="*", key_102nd="<"),
}
_SHIFTED: Final = {
    "us": _Plane(rows=("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"', "ZXCVBNM<>?"), hash_key="|", key_102nd="|"),
    "de": _Plane(rows=('°!"§$%&/()=?`', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ", "YXCVBNM;:_"), hash_key="'", key_102nd=">"),
    "fr": _Plane(rows=(" 1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%", "WXCVBN?./§"), hash_key="µ", key_102nd=">"),
}
_ALTGR: Final = {
    "us": _Plane(rows=("", "", "", "")),
    "de": _Plane(rows=("  ²³   {[]}\\", "@ €        ~", "", "      µ"), key_102nd="|"),
    "fr": _Plane(rows=("  ~#{[|`\\^@]}", "  €        ¤", "", "")),
}


def key_tables(layout: str) -> Mapping[int, Mapping[int, str]]:
    """Return a table (key code → character) for each combination of `Held`; ``KeyError`` for an unknown layout."""
    plain, shifted, altgr = _read(_PLAIN[layout]), _read(_SHIFTED[layout]), _read(_ALTGR[layout])
    tables: dict[int, dict[int, str]] = {}
    for held in range(2 * Held.CTRL):
        chosen = altgr if held & Held.ALTGR else _capped(plain, shifted, held)
        if held & Held.CTRL:
            chosen = _controls(plain)
        tables[held] = {**chosen, **_always(held)}
    return tables


def _read(plane: _Plane) -> dict[int, str]:
    pairs = [pair for codes, chars in zip(_ROWS, plane.rows, strict=True) for pair in zip(codes, chars, strict=False)]
    pairs += [(_HASH, plane.hash_key), (_KEY_102ND, plane.key_102nd)]
    return {code: char for code, char in pairs if char != " "}


def _capped(plain: Mapping[int, str], shifted: Mapping[int, str], held: int) -> dict[int, str]:
    """Return the plane that Shift chooses; Caps Lock turns it round for letters only."""
    chosen, other = (shifted, plain) if held & Held.SHIFT else (plain, shifted)
    if not held & Held.CAPS:
        return dict(chosen)
    return {code: other[code] if char.isalpha() and code in other else char for code, char in chosen.items()}


def _controls(plain: Mapping[int, str]) -> dict[int, str]:
    """Ctrl makes control characters; CR, LF and TAB end a code, and the key of ``]`` is GS in every layout."""
    controls = {code: chr(ord(char) & 0x1F) for code, char in plain.items() if "@" <= char <= "_" or "a" <= char <= "z"}
    ends = {code: SUFFIX for code, char in controls.items() if char in "\r\n\t"}
    return {**controls, **ends, _RIGHT_BRACKET: GS}


def _always(held: int) -> dict[int, str]:
    keys = {_SPACE: " ", _F8: GS, **dict.fromkeys(_SUFFIX_KEYS, SUFFIX)}
    return keys if held & Held.CTRL else {**keys, **_KEYPAD}
