"""ESC/POS bytes cut into text, controls and whole commands, without acting on them.

Source: Epson ESC/POS command reference; the lengths agree with the manuals of Partner, Citizen, Sewoo and Bixolon
printers as far as these have the command.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_INTRODUCERS = {0x1B: "ESC", 0x1C: "FS", 0x1D: "GS", 0x10: "DLE"}
_CONTROLS = {0x09: "HT", 0x0A: "LF", 0x0D: "CR"}
_TEXT = re.compile(rb"[\x20-\xff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Bytes that print; a character of two bytes may be split over two of these."""

    data: bytes
    offset: int

    @property
    def size(self) -> int:
        """Its length on the cable."""
        return len(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A control (``LF``) or a command (``GS v``) with all of its parameters; ``size`` is its length on the cable."""

    name: str
    args: bytes
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Bytes that are no command."""

    data: bytes
    offset: int

    @property
    def size(self) -> int:
        """Its length on the cable."""
        return len(self.data)


Token = Text | Command | Unknown

# How many parameter bytes a command has, from the buffer and the place after its two-byte prefix.
# None: more bytes must come before that can be said.
_Length = Callable[[bytearray, int], int | None]


def _fixed(count: int) -> _Length:
    return lambda _buffer, _start: count


def _needs(buffer: bytearray, start: int, count: int) -> bool:
    return len(buffer) >= start + count


def _bit_image(buffer: bytearray, start: int) -> int | None:
    """ESC * m nL nH d…: columns of one byte (8 dots) or three (24 dots, m = 32, 33)."""
    if not _needs(buffer, start, 3):
        return None
    columns = int.from_bytes(buffer[start + 1 : start + 3], "little")
    return 3 + columns * (3 if buffer[start] in {32, 33} else 1)


def _until_nul(limit: int) -> _Length:
    def length(buffer: bytearray, start: int) -> int | None:
        end = buffer.find(0, start, start + limit)
        if end >= 0:
            return end - start + 1
        return limit if _needs(buffer, start, limit) else None

    return length


def _barcode(buffer: bytearray, start: int) -> int | None:
    """GS k m: for m ≤ 6 data up to a NUL, for m ≥ 65 a length byte and data."""
    if not _needs(buffer, start, 2):
        return None
    if buffer[start] >= 65:
        return 2 + buffer[start + 1]
    rest = _until_nul(256)(buffer, start + 1)
    return None if rest is None else 1 + rest


def _cut(buffer: bytearray, start: int) -> int | None:
    """GS V m [n]: the forms that feed first have n."""
    if not _needs(buffer, start, 1):
        return None
    return 1 if buffer[start] in {0, 1, 48, 49} else 2


def _raster(buffer: bytearray, start: int) -> int | None:
    """GS v 0 m xL xH yL yH d…: x bytes a row, y rows."""
    if not _needs(buffer, start, 6):
        return None
    row_bytes = int.from_bytes(buffer[start + 2 : start + 4], "little")
    rows = int.from_bytes(buffer[start + 4 : start + 6], "little")
    return 6 + row_bytes * rows


def _parenthesis(buffer: bytearray, start: int) -> int | None:
    """GS ( x pL pH, then the data."""
    if not _needs(buffer, start, 3):
        return None
    return 3 + int.from_bytes(buffer[start + 1 : start + 3], "little")


def _large_graphics(buffer: bytearray, start: int) -> int | None:
    """GS 8 L p1 p2 p3 p4, then the data."""
    if not _needs(buffer, start, 5):
        return None
    return 5 + int.from_bytes(buffer[start + 1 : start + 5], "little")


def _downloaded_image(buffer: bytearray, start: int) -> int | None:
    """GS * x y d…: x * y * 8 bytes."""
    return 2 + buffer[start] * buffer[start + 1] * 8 if _needs(buffer, start, 2) else None


def _user_characters(buffer: bytearray, start: int) -> int | None:
    """ESC & y c1 c2 [x d1…d(y·x)] for each character from c1 to c2."""
    if not _needs(buffer, start, 3):
        return None
    column_bytes, first, last = buffer[start : start + 3]
    end = start + 3
    for _ in range(first, last + 1):
        if not _needs(buffer, end, 1):
            return None
        end += 1 + column_bytes * buffer[end]
    return end - start


def _stored_images(buffer: bytearray, start: int) -> int | None:
    """FS q n [xL xH yL yH d…] for each image: x * y * 8 bytes."""
    if not _needs(buffer, start, 1):
        return None
    end = start + 1
    for _ in range(buffer[start]):
        if not _needs(buffer, end, 4):
            return None
        columns = int.from_bytes(buffer[end : end + 2], "little")
        rows = int.from_bytes(buffer[end + 2 : end + 4], "little")
        end += 4 + columns * rows * 8
    return end - start


def _real_time_request(buffer: bytearray, start: int) -> int | None:
    """DLE DC4 fn …: fn 1 (pulse) and 2 (power off) have two more bytes, fn 8 (clear) seven, others one."""
    if not _needs(buffer, start, 1):
        return None
    return 1 + {1: 2, 2: 2, 8: 7}.get(buffer[start], 1)


def _with_prefix(introducer: int, fixed: Mapping[int, str], variable: Mapping[str, _Length]) -> dict[bytes, _Length]:
    """Table of one introducer: ``fixed`` maps a parameter count to the letters that have it."""
    table = {bytes((introducer, ord(letter))): _fixed(count) for count, letters in fixed.items() for letter in letters}
    return table | {bytes((introducer, ord(letter))): length for letter, length in variable.items()}


_LENGTHS = {
    **_with_prefix(
        0x1B,
        {0: "@2imv<LS\x0c", 1: "!aEG-tRM{V 3AdJeK=?%rUuT", 2: "$\\cB", 3: "p", 8: "W"},
        {"*": _bit_image, "D": _until_nul(33), "&": _user_characters, "(": _parenthesis},
    ),
    **_with_prefix(
        0x1D,
        {0: ":c", 1: "!hwfHBraIb|/ET", 2: "LWP$\\", 3: "^z", 4: "g"},
        {"V": _cut, "k": _barcode, "v": _raster, "(": _parenthesis, "8": _large_graphics, "*": _downloaded_image},
    ),
    **_with_prefix(
        0x1C,
        {0: "&.", 1: "!-WC", 2: "Sp?", 74: "2"},
        {"q": _stored_images, "(": _parenthesis},
    ),
    **_with_prefix(0x10, {1: "\x04\x05"}, {"\x14": _real_time_request}),
}
_CONTROL_NAMES = {0x04: "EOT", 0x05: "ENQ", 0x14: "DC4", 0x0C: "FF"}


class Tokenizer:
    """Bytes in, tokens out; any split of the bytes gives the same commands. Unknown bytes never stop it."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._offset = 0

    @property
    def pending_bytes(self) -> int:
        """Bytes of a command that is not whole yet."""
        return len(self._pending)

    def clear(self) -> None:
        """Forget the command that is not whole yet."""
        self._offset += len(self._pending)
        self._pending.clear()

    def feed(self, data: bytes) -> list[Token]:
        """Take bytes; return what became whole. ``offset`` counts from the tokenizer's first byte."""
        self._pending += data
        tokens: list[Token] = []
        position = 0
        while position < len(self._pending) and (token := self._token_at(position)) is not None:
            tokens.append(token)
            position += token.size
        del self._pending[:position]
        self._offset += position
        return tokens

    def _token_at(self, position: int) -> Token | None:
        offset = self._offset + position
        text = _TEXT.match(self._pending, position)
        if text is not None:
            return Text(data=text.group(), offset=offset)
        first = self._pending[position]
        if first in _INTRODUCERS:
            return self._command_at(position, offset)
        if first in _CONTROLS:
            return Command(name=_CONTROLS[first], args=b"", offset=offset, size=1)
        return Unknown(data=bytes((first,)), offset=offset)

    def _command_at(self, position: int, offset: int) -> Token | None:
        if not _needs(self._pending, position, 2):
            return None
        prefix = bytes(self._pending[position : position + 2])
        length = _LENGTHS.get(prefix)
        if length is None:
            # A second byte that may begin a command of its own is looked at again.
            return Unknown(data=prefix[: 1 if prefix[1] < 0x20 else 2], offset=offset)
        start = position + 2
        count = length(self._pending, start)
        if count is None or not _needs(self._pending, start, count):
            return None
        args = bytes(self._pending[start : start + count])
        return Command(name=_name(prefix, args), args=args, offset=offset, size=2 + count)


def _name(prefix: bytes, args: bytes) -> str:
    """``GS v``, ``DLE EOT``; commands in parentheses carry their letter: ``GS ( k``."""
    letter = _CONTROL_NAMES.get(prefix[1], chr(prefix[1]))
    name = f"{_INTRODUCERS[prefix[0]]} {letter}"
    return f"{name} {chr(args[0])}" if letter == "(" else name
